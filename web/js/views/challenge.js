/** @import { Challenge } from '../types/protocol.js' */
/** @import { Actions, Answer, HuntState, State } from '../types/state.js' */
/** @import { Status } from '../derive.js' */

import { badgeOf, missingFor, nextBonus, solvesOf, statusOf, titleOf, worthOf } from '../derive.js';
import { el, fill, foreign, lantern, prose, setText, spoken } from '../dom.js';
import { number, signed } from '../format.js';
import { own } from '../ids.js';
import { errorText, t as page } from '../strings.js';
import { keepDraft } from './field.js';
import { hintsView } from './hints.js';
import { proofFields } from './proof.js';
import { t } from './strings.js';

/**
 * One stop of the trail. A changed definition makes another one.
 * @param {Challenge} challenge @param {Actions} actions
 * @param {() => void} onNext to the next stop that can be claimed
 */
export function challengeView(challenge, actions, onNext) {
  const head = headView(challenge);
  const claim = claimView(challenge, actions);
  const hints = hintsView(challenge, actions);
  const found = foundView(onNext);
  const note = el('p.stop-note');
  const body = el(
    'div.stop-body',
    challenge.description ? prose(challenge.description) : null,
    found.node,
    note,
    claim.node,
    hints.node,
  );
  const node = el('details.stop', { id: `c-${challenge.id}`, name: 'trail' }, head.node, body);
  return {
    node,
    focusClaim: claim.focus,
    /** @param {State} state @param {number} now @param {boolean} hasNext */
    update(state, now, hasNext) {
      const status = statusOf(state.hunt, challenge, now);
      const joined = state.hunt.presence === 'joined';
      node.dataset.status = status;
      head.update(state, status, now);
      const hadFocus = claim.node.contains(document.activeElement);
      claim.update(state, status, now);
      claim.node.hidden = !joined || !['ready', 'sending', 'resting'].includes(status);
      hints.update(state, status === 'solved');
      if (!joined || status === 'locked' || status === 'early' || status === 'late') hints.node.hidden = true;
      found.update(state, challenge, status, now, hasNext);
      setText(note, noteFor(state.hunt, challenge, status, now));
      note.hidden = !note.textContent;
      if (hadFocus && claim.node.hidden) (found.node.hidden ? head.node : found.node).focus();
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
      const points = award ? award.points : worthOf(state.hunt, challenge);
      fillOnce(worth, `${points}`, () => [number(points), spoken(` ${page.unit(points)}`)]);
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
  const kept = el('p.kept', { hidden: true }, t.proof.kept);
  const node = el('form.claim', { novalidate: true });
  if (fields) node.append(fields.node, el('div.claim-act', submit, left), kept);
  keepDraft(node, challenge.id);
  let status = /** @type {Status} */ ('shut');
  let answered = '';
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    const proof = status === 'ready' && fields?.read();
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
      submit.setAttribute('aria-disabled', String(status !== 'ready'));
      setText(submit, button);
      kept.hidden = !waits;
      setText(left, attempts);
      const verdict = own(hunt.verdicts, challenge.id);
      if (!verdict || verdict.hint || verdict.id + verdict.outcome === answered) return;
      answered = verdict.id + verdict.outcome;
      const complaint = complaintFor(hunt, verdict);
      if (!complaint) return;
      fields.error(complaint);
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

// The words of a stop, from the state.

/** Why a stop takes no claim now, or ''. @param {HuntState} hunt @param {Challenge} challenge @param {Status} status @param {number} now */
export function noteFor(hunt, challenge, status, now) {
  if (hunt.presence !== 'joined') return status === 'locked' ? '' : t.trail.watch;
  switch (status) {
    case 'locked':
      return t.trail.locked(missingFor(hunt, challenge));
    case 'review':
      return t.proof.review;
    case 'early':
      return t.trail.early((challenge.opens ?? 0) - now);
    case 'late':
      return t.trail.late;
    case 'shut':
      return t.trail.shut[hunt.phase];
    case 'exhausted':
      return t.trail.exhausted;
    case 'ready':
      return challenge.proof.kind === 'event' ? t.proof.event : '';
    default:
      return '';
  }
}

/**
 * The words below the title: how the stop stands, and its bonus or how many found it.
 * @param {Pick<State, 'hunt'|'connection'>} state @param {Challenge} challenge @param {Status} status @param {number} now
 */
export function factsFor({ hunt, connection }, challenge, status, now) {
  const award = own(hunt.you?.solved, challenge.id);
  if (award) return [t.trail.solvedAt(award.at, now)];
  const bonus = status === 'locked' || hunt.phase === 'closed' ? 0 : nextBonus(hunt, challenge);
  const counted = hunt.board && hunt.phase !== 'draft' ? t.trail.solves(solvesOf(hunt, challenge.id)) : '';
  return [
    t.trail.status[status === 'sending' && connection.status !== 'live' ? 'kept' : status],
    bonus ? t.trail.bonus(bonus) : counted,
  ].filter(Boolean);
}

/**
 * The words of a claim form; waits says that a claim is kept for a connection.
 * @param {Pick<State, 'hunt'|'connection'>} state @param {Challenge} challenge @param {Status} status @param {number} now
 */
export function claimWords({ hunt, connection }, challenge, status, now) {
  const { left, retry_at } = own(hunt.you?.attempts, challenge.id) ?? { retry_at: 0 };
  const { max } = challenge.attempts;
  const waits = status === 'sending' && connection.status !== 'live';
  const sends = status === 'sending' ? t.proof.sending : t.proof.claim;
  return {
    button: status === 'resting' ? t.trail.resting(retry_at - now) : waits ? t.proof.waiting : sends,
    attempts: max ? t.trail.attempts(left ?? max) : '',
    waits,
  };
}

const FRESH = 60_000; // ms for which an award is news

/** The words of a solved stop, or null. @param {HuntState} hunt @param {string} challenge @param {number} now */
export function foundOf(hunt, challenge, now) {
  const award = own(hunt.you?.solved, challenge);
  if (!award) return null;
  const answer = own(hunt.verdicts, challenge);
  const verdict = answer?.outcome === 'awarded' || answer?.outcome === 'already' ? answer : null;
  const badges = verdict?.badges ?? [];
  const more = award.bonus ? [t.verdict.bonus(award.bonus)] : [];
  if (verdict?.outcome === 'already') more.push(verdict.right ? t.verdict.alreadyTeam : t.verdict.already);
  return {
    key: `${award.seq} ${answer?.outcome} ${badges.length}`,
    fresh: Boolean(answer && answer.outcome !== 'error' && !answer.replay && now - award.at < FRESH),
    points: award.points,
    more,
    badges: badges.map((id) => {
      const badge = badgeOf(hunt, id);
      return { icon: badge?.icon || '✦', text: t.verdict.badge(badge?.title ?? id, badge?.points) };
    }),
  };
}

/** Why an answer gives nothing, or ''. @param {HuntState} hunt @param {Answer} answer */
export function complaintFor(hunt, answer) {
  const v = t.verdict;
  switch (answer.outcome) {
    case 'wrong': {
      const said = v.wrong[answer.received % v.wrong.length];
      return answer.attempts_left === undefined ? said : `${said} ${v.left(answer.attempts_left)}`;
    }
    case 'already':
    case 'awarded':
      return answer.revoked ? v.revoked : '';
    case 'locked':
      return v.locked((answer.requires ?? []).map((id) => titleOf(hunt, id)));
    case 'cooldown':
    case 'exhausted':
    case 'closed':
      return v[answer.outcome];
    case 'error':
      return errorText(answer.code, answer.message, answer.why);
    default:
      return '';
  }
}
