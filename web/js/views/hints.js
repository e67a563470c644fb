/** @import { BoughtHint, Challenge, Hint } from '../types/protocol.js' */
/** @import { Actions, HuntState, State } from '../types/state.js' */

import { isOver } from '../derive.js';
import { el, fixed, keyed, setText } from '../dom.js';
import { moment } from '../format.js';
import { own } from '../ids.js';
import { durationText } from './conditions.js';
import { refusalText, t } from './strings.js';

/**
 * The hints of one challenge: what they cost, a question before paying, and
 * the text of those taken.
 * @param {Challenge} challenge @param {Actions} actions
 */
export function hintsView(challenge, actions) {
  const views = challenge.hints.map((hint) => hintView(challenge, hint, actions));
  const list = el('ul.hints', ...views.map((v) => v.node));
  const old = el('ul.hints');
  const node = el('section.hints-box', el('h4.label', t.hints.title), list, old);
  const known = new Set(challenge.hints.map((hint) => `${challenge.id}/${hint.id}`));
  return {
    node,
    /** @param {State} state @param {boolean} solved a hint that was not taken is useless now @param {number} now */
    update(state, solved, now) {
      // What was bought stays, also when the hunt has it no more.
      const bought = Object.keys(state.hunt.you?.hints ?? {}).filter(
        (key) => key.startsWith(`${challenge.id}/`) && !known.has(key),
      );
      keyed(
        old,
        bought,
        (key) => key,
        (key) => boughtView(own(state.hunt.you?.hints, key)),
      );
      let shown = bought.length;
      for (const view of views) {
        view.update(state, now);
        view.node.hidden = solved && !view.taken(state);
        if (!view.node.hidden) shown++;
      }
      node.hidden = shown === 0;
    },
  };
}

/** A hint that the hunt has no more. @param {BoughtHint} [hint] */
function boughtView(hint) {
  return fixed(
    el(
      'li.hint',
      el(
        'div.hint-head',
        el('span.hint-title', { dir: 'auto' }, hint?.title),
        el('span.hint-cost', t.hints.paid(hint?.cost ?? 0)),
      ),
      el('p.hint-text', { dir: 'auto' }, hint?.text),
    ),
  );
}

/** @param {Challenge} challenge @param {Hint} hint @param {Actions} actions */
function hintView(challenge, hint, actions) {
  const key = `${challenge.id}/${hint.id}`;
  const title = el('span.hint-title', { dir: 'auto' }, hint.title);
  const cost = el('span.hint-cost');
  const take = el('button', { type: 'button', class: 'quiet' }, t.hints.take);
  const why = el('span.hint-why');
  const question = el('span');
  const yes = el('button', { type: 'button', class: 'small' }, t.hints.yes);
  const no = el('button', { type: 'button', class: 'quiet' }, t.hints.no);
  const sure = el('div.hint-sure', { hidden: true }, question, yes, no);
  const text = el('p.hint-text', { dir: 'auto', tabindex: -1, hidden: true });
  const node = el('li.hint', el('div.hint-head', title, cost), el('div.hint-act', take, why), sure, text);
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
    /** @param {State} state @param {number} now */
    update(state, now) {
      const held = own(state.hunt.you?.hints, key);
      if (held) {
        const hadFocus = node.contains(document.activeElement) && text.hidden;
        setText(cost, t.hints.paid(held.cost));
        setText(title, held.title || hint.title);
        setText(text, held.text);
        text.hidden = false;
        take.hidden = sure.hidden = why.hidden = true;
        if (hadFocus) text.focus();
        return;
      }
      setText(cost, t.hints.cost(hint.cost));
      const { sending, obstacle, refused, later } = offerOf(state.hunt, challenge, hint, now);
      setText(why, sending ? t.proof.sending : obstacle || refused || later);
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
 * @param {HuntState} hunt @param {Challenge} challenge @param {Hint} hint @param {number} now
 */
export function offerOf(hunt, challenge, hint, now) {
  const last = own(hunt.verdicts, challenge.id);
  const answer = last?.outcome === 'error' && last.hint === hint.id ? last : null;
  const from = startOf(hunt, hint, answer?.at);
  return {
    sending: hunt.outgoing.some(
      (o) => o.type === 'hint' && o.challenge === challenge.id && o.hint === hint.id,
    ),
    obstacle:
      (isOver(hunt, now) ? t.trail.timeOver : whyNot(hunt, challenge, hint)) ||
      (from > now ? t.hints.from(moment(from, now), from - now) : ''),
    refused: answer && !answer.at ? refusalText(answer.code, answer.message, answer.why) : '',
    later: hint.after && !from ? t.hints.later(durationText(hint.after)) : '',
  };
}

/** When a hint is to be had, 0 where only the server knows. @param {HuntState} hunt @param {Hint} hint @param {number} [told] by the server */
function startOf({ opens, definition }, { after = 0 }, told = 0) {
  return told || (after && opens && !definition?.limit ? opens + after : 0);
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
