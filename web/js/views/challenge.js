/** @import { Challenge } from '../types/protocol.js' */
/** @import { Actions, State } from '../types/state.js' */
/** @import { Status } from '../derive.js' */

import { statusOf } from '../derive.js';
import { el, fill, foreign, lantern, prose, setText, spoken } from '../dom.js';
import { signed } from '../format.js';
import { own } from '../ids.js';
import { challengeOf } from '../sign.js';
import { t as page } from '../strings.js';
import { keepDraft } from './field.js';
import { hintsView } from './hints.js';
import { proofFields } from './proof.js';
import { t } from './strings.js';
import { claimWords, complaintFor, factsFor, foundOf, noteFor, remarkFor, worthText } from './words.js';

/** The parts of a challenge that come later, and that do not make another stop of it. */
const LATER = { solved: undefined, solution: undefined };

/** What makes a stop another one when it changes. @param {Challenge} challenge */
export function stopKey(challenge) {
  return `${challenge.id} ${JSON.stringify({ ...challenge, ...LATER })}`;
}

/**
 * One stop of the trail.
 * @param {Challenge} challenge @param {Actions} actions
 * @param {() => void} onNext to the next stop that can be claimed
 */
export function challengeView(challenge, actions, onNext) {
  const head = headView(challenge);
  const claim = claimView(challenge, actions);
  const hints = hintsView(challenge, actions);
  const found = foundView(onNext);
  const note = el('p.stop-note');
  const story = textView('div.story');
  const solution = textView('div.solution', t.trail.solution);
  const body = el(
    'div.stop-body',
    challenge.description ? prose(challenge.description) : null,
    found.node,
    story.node,
    note,
    claim.node,
    hints.node,
    solution.node,
  );
  const node = el('details.stop', { id: `c-${challenge.id}`, name: 'trail' }, head.node, body);
  return {
    node,
    focusClaim: claim.focus,
    /** @param {State} state @param {number} now @param {boolean} hasNext */
    update(state, now, hasNext) {
      const status = statusOf(state.hunt, challenge, now);
      const { solved, solution: answer } = challengeOf(state.hunt, challenge.id) ?? challenge;
      const joined = state.hunt.presence === 'joined';
      node.dataset.status = status;
      head.update(state, status, now);
      const hadFocus = claim.node.contains(document.activeElement);
      claim.update(state, status, now);
      claim.node.hidden = !joined || !['ready', 'sending', 'resting', 'practice'].includes(status);
      hints.update(state, status === 'solved', now);
      if (!joined || status === 'locked' || status === 'early' || status === 'late') hints.node.hidden = true;
      found.update(state, challenge, status, now, hasNext);
      setText(note, noteFor(state.hunt, challenge, status, now));
      note.hidden = !note.textContent;
      story.show(status === 'solved' ? solved : '');
      solution.show(answer);
      if (hadFocus && claim.node.hidden) (found.node.hidden ? head.node : found.node).focus();
    },
  };
}

/** A text of the organizer that comes later. @param {'div.story'|'div.solution'} what @param {string} [title] */
function textView(what, title) {
  const node = el(what, { hidden: true });
  let shown = '';
  return {
    node,
    show(text = '') {
      node.hidden = !text;
      if (text === shown) return;
      shown = text;
      fill(node, title ? el('h4.label', title) : null, prose(text));
    },
  };
}

/** @param {Challenge} challenge */
function headView(challenge) {
  const worth = el('span.stop-worth');
  const facts = el('span.stop-facts');
  const node = el(
    'summary',
    el('span.lamp', lantern('lamp-mark')),
    el('h3.stop-title', { dir: 'auto' }, challenge.title),
    worth,
    facts,
  );
  return {
    node,
    /** @param {State} state @param {Status} status @param {number} now */
    update(state, status, now) {
      const award = own(state.hunt.you?.solved, challenge.id);
      const { points, text } = worthText(state.hunt, challenge);
      fillOnce(worth, text, () => [text, text ? spoken(` ${page.unit(points)}`) : '']);
      worth.classList.toggle('earned', Boolean(award));
      const { category } = challenge;
      const words = factsFor(state, challenge, status, now);
      fillOnce(facts, [category, ...words].join('|'), () => [
        ...(category ? [el('span', foreign(category, 'category'))] : []),
        ...words.map((word) => el('span', word)),
      ]);
    },
  };
}

/** @param {Element} node @param {string} key @param {() => (Node|string)[]} children */
function fillOnce(node, key, children) {
  if (node.getAttribute('data-key') === key) return;
  node.setAttribute('data-key', key);
  fill(node, ...children());
}

/** @param {Challenge} challenge @param {Actions} actions */
function claimView(challenge, actions) {
  const fields = challenge.locked ? null : proofFields(challenge, actions.codeFor(challenge.id));
  const submit = el('button', { type: 'submit' }, t.proof.claim);
  const left = el('span.attempts');
  const remark = el('p.remark', { dir: 'auto', hidden: true });
  const kept = el('p.kept', { hidden: true }, t.proof.kept);
  const node = el('form.claim', { novalidate: true });
  if (fields) node.append(fields.node, remark, el('div.claim-act', submit, left), kept);
  keepDraft(node, challenge.id);
  let status = /** @type {Status} */ ('shut');
  let answered = '';
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    const proof = (status === 'ready' || status === 'practice') && fields?.read();
    if (!proof) return;
    const ordered = actions.claim(challenge.id, proof);
    if (ordered !== 'again') fields?.error(ordered === 'full' ? t.proof.full : '');
  });
  // A key that is held down claims once; in a note it makes lines.
  node.addEventListener('keydown', (event) => {
    if (event.repeat && event.key === 'Enter' && !(event.target instanceof HTMLTextAreaElement))
      event.preventDefault();
  });
  return {
    node,
    focus: () => fields?.focus(),
    /** @param {State} state @param {Status} next @param {number} now */
    update({ hunt, connection }, next, now) {
      status = next;
      if (!fields) return;
      const { button, attempts, waits } = claimWords({ hunt, connection }, challenge, status, now);
      fields.busy(status === 'sending');
      submit.setAttribute('aria-disabled', String(status !== 'ready' && status !== 'practice'));
      setText(submit, button);
      kept.hidden = !waits;
      setText(left, attempts);
      const verdict = own(hunt.verdicts, challenge.id);
      if (!verdict || verdict.hint || verdict.id + verdict.outcome === answered) return;
      answered = verdict.id + verdict.outcome;
      const said = remarkFor(verdict);
      remark.hidden = !said;
      fill(remark, lantern('lit'), el('span', said));
      const complaint = complaintFor(hunt, verdict, now);
      fields.error(complaint);
      if (said && node.contains(document.activeElement)) fields.focus();
      if (!complaint) return;
      node.classList.remove('refused');
      requestAnimationFrame(() => node.classList.add('refused'));
      if (node.contains(document.activeElement)) fields.focus();
    },
  };
}

/** The good news of a solved stop. @param {() => void} onNext */
function foundView(onNext) {
  const next = el('button', { type: 'button', class: 'quiet', on: { click: onNext } }, t.trail.next);
  const words = el('div.found-words');
  const node = el('div.found', { tabindex: -1, hidden: true }, lantern('lit big'), words, next);
  let shown = '';
  return {
    node,
    /** @param {State} state @param {Challenge} challenge @param {Status} status @param {number} now @param {boolean} hasNext */
    update({ hunt }, challenge, status, now, hasNext) {
      const found = foundOf(hunt, challenge.id, now);
      node.hidden = status !== 'solved' || !found;
      next.hidden = !hasNext;
      if (!found || found.key === shown) return;
      shown = found.key;
      node.classList.toggle('fresh', found.fresh);
      fill(
        words,
        el('p.found-title', t.verdict.awarded),
        el('p.found-points', signed(found.points), spoken(` ${page.unit(found.points)}`)),
        ...found.more.map((text) => el('p.found-more', text)),
        ...found.badges.map(({ icon, text }) =>
          el('p.found-badge', el('span.badge-icon', icon), ' ', el('span', { dir: 'auto' }, text)),
        ),
      );
    },
  };
}
