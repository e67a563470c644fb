/** @import { Challenge, Hint } from '../types/protocol.js' */
/** @import { Actions, HuntState, State } from '../types/state.js' */

import { el, setText } from '../dom.js';
import { own } from '../ids.js';
import { errorText } from '../strings.js';
import { t } from './strings.js';

/**
 * The hints of one challenge: what they cost, a question before paying, and
 * the text of those taken.
 * @param {Challenge} challenge @param {Actions} actions
 */
export function hintsView(challenge, actions) {
  const views = challenge.hints.map((hint) => hintView(challenge, hint, actions));
  const list = el('ul.hints', ...views.map((v) => v.node));
  const node = el('section.hints-box', el('h4.label', t.hints.title), list);
  return {
    node,
    /** @param {State} state @param {boolean} solved a hint that was not taken is useless now */
    update(state, solved) {
      let shown = 0;
      for (const view of views) {
        view.update(state);
        view.node.hidden = solved && !view.taken(state);
        if (!view.node.hidden) shown++;
      }
      node.hidden = shown === 0;
    },
  };
}

/** @param {Challenge} challenge @param {Hint} hint @param {Actions} actions */
function hintView(challenge, hint, actions) {
  const key = `${challenge.id}/${hint.id}`;
  const cost = el('span.hint-cost');
  const take = el('button', { type: 'button', class: 'quiet' }, t.hints.take);
  const why = el('span.hint-why');
  const question = el('span');
  const yes = el('button', { type: 'button', class: 'small' }, t.hints.yes);
  const no = el('button', { type: 'button', class: 'quiet' }, t.hints.no);
  const sure = el('div.hint-sure', { hidden: true }, question, yes, no);
  const text = el('p.hint-text', { dir: 'auto', tabindex: -1, hidden: true });
  const node = el(
    'li.hint',
    el('div.hint-head', el('span.hint-title', { dir: 'auto' }, hint.title), cost),
    el('div.hint-act', take, why),
    sure,
    text,
  );
  const ask = (/** @type {boolean} */ open) => {
    sure.hidden = !open;
    take.hidden = open;
    (open ? yes : take).focus();
  };
  const order = () => {
    if (actions.takeHint(challenge.id, hint.id) === 'full') actions.announce(t.proof.full);
  };
  take.addEventListener('click', () => {
    if (take.getAttribute('aria-disabled') === 'true') return;
    if (hint.cost > 0) ask(true);
    else order();
  });
  no.addEventListener('click', () => ask(false));
  yes.addEventListener('click', () => {
    ask(false);
    order();
  });
  return {
    node,
    /** @param {State} state */
    taken: ({ hunt }) => Boolean(own(hunt.you?.hints, key)),
    /** @param {State} state */
    update(state) {
      const held = own(state.hunt.you?.hints, key);
      if (held) {
        const hadFocus = node.contains(document.activeElement) && text.hidden;
        setText(cost, t.hints.paid(held.cost));
        setText(text, held.text);
        text.hidden = false;
        take.hidden = sure.hidden = why.hidden = true;
        if (hadFocus) text.focus();
        return;
      }
      setText(cost, t.hints.cost(hint.cost));
      const { sending, obstacle, refused } = offerOf(state.hunt, challenge, hint);
      setText(why, sending ? t.proof.sending : obstacle || refused);
      take.disabled = Boolean(obstacle) && !sending; // a disabled button would lose the focus
      take.setAttribute('aria-disabled', String(sending));
      if (sending || obstacle) sure.hidden = true;
      if (sure.hidden) take.hidden = false;
      setText(question, t.hints.sure(hint.cost, (state.hunt.you?.points ?? 0) - hint.cost));
    },
  };
}

/**
 * How a hint that is not held stands: its order is on its way, something is in
 * its way, or the server refused it the last time.
 * @param {HuntState} hunt @param {Challenge} challenge @param {Hint} hint
 */
export function offerOf(hunt, challenge, hint) {
  const answer = own(hunt.verdicts, challenge.id);
  return {
    sending: hunt.outgoing.some(
      (o) => o.type === 'hint' && o.challenge === challenge.id && o.hint === hint.id,
    ),
    obstacle: whyNot(hunt, challenge, hint),
    refused:
      answer?.outcome === 'error' && answer.hint === hint.id
        ? errorText(answer.code, answer.message, answer.why)
        : '',
  };
}

/** Why a hint cannot be taken now, or ''. @param {HuntState} hunt @param {Challenge} challenge @param {Hint} hint */
function whyNot(hunt, challenge, hint) {
  if (hunt.phase !== 'open') return t.hints.shut;
  const before = hint.requires.filter((id) => !own(hunt.you?.hints, `${challenge.id}/${id}`));
  const titles = before.map((id) => challenge.hints.find((h) => h.id === id)?.title ?? id);
  if (titles.length) return t.hints.after(titles);
  const missing = hint.cost - (hunt.you?.points ?? 0);
  return hint.cost > 0 && missing > 0 ? t.hints.poor(missing) : '';
}
