/** @import { Challenge, State, Verdict } from '../types.js' */
/** @import { Actions } from '../play.js' */
/** @import { Status } from '../derive.js' */
import { badgeOf, missingFor, nextBonus, solvesOf, statusOf, titleOf, worthOf } from '../derive.js';
import { el, fill, foreign, lantern, prose, setText, spoken } from '../dom.js';
import { number, signed } from '../format.js';
import { errorText, t } from '../strings.js';
import { keepDraft } from './field.js';
import { hintsView } from './hints.js';
import { proofFields } from './proof.js';

/**
 * One stop of the trail. It is made anew when its definition changes.
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
      setText(
        note,
        joined ? noteFor(state, challenge, status, now) : status === 'locked' ? '' : t.trail.watch,
      );
      note.hidden = !note.textContent;
      if (hadFocus && claim.node.hidden) (found.node.hidden ? head.node : found.node).focus();
    },
  };
}

/** @param {State} state @param {Challenge} challenge @param {Status} status @param {number} now */
function noteFor({ hunt }, challenge, status, now) {
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
    update({ hunt, connection }, status, now) {
      const award = hunt.you?.solved[challenge.id];
      const points = award ? award.points : worthOf(hunt, challenge);
      fillOnce(worth, `${points}`, () => [number(points), spoken(` ${t.standing.points(points)}`)]);
      worth.classList.toggle('earned', Boolean(award));
      const solves = solvesOf(hunt, challenge.id);
      const bonus = award || status === 'locked' || hunt.phase === 'closed' ? 0 : nextBonus(hunt, challenge);
      const parts = [
        challenge.category && foreign(challenge.category, 'category'),
        award
          ? t.trail.solvedAt(award.at, now)
          : t.trail.status[status === 'sending' && connection.status !== 'live' ? 'kept' : status],
        bonus
          ? t.trail.bonus(bonus)
          : !award && hunt.board && hunt.phase !== 'draft'
            ? t.trail.solves(solves)
            : '',
      ].filter(Boolean);
      const key = parts.map((p) => (typeof p === 'string' ? p : p?.textContent)).join('|');
      fillOnce(facts, key, () => parts.map((part) => el('span', part)));
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
  const node = el('form.claim', { noValidate: true });
  if (fields) node.append(fields.node, el('div.claim-act', submit, left), kept);
  keepDraft(node, challenge.id);
  let status = /** @type {Status} */ ('shut');
  let answered = '';
  node.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!fields || status !== 'ready') return;
    fields.error('');
    const proof = fields.read();
    if (proof && !actions.claim(challenge.id, proof)) fields.error(t.proof.full);
  });
  return {
    node,
    focus: () => fields?.focus(),
    /** @param {State} state @param {Status} next @param {number} now */
    update({ hunt, connection }, next, now) {
      status = next;
      if (!fields) return;
      const sending = status === 'sending';
      const retryAt = hunt.you?.attempts[challenge.id]?.retry_at ?? 0;
      fields.busy(sending);
      submit.setAttribute('aria-disabled', String(status !== 'ready'));
      const live = connection.status === 'live';
      if (status === 'resting') setText(submit, t.trail.resting(retryAt - now));
      else setText(submit, sending ? (live ? t.proof.sending : t.proof.waiting) : t.proof.claim);
      kept.hidden = !sending || live;
      const limit = challenge.attempts?.max ?? 0;
      const remaining = hunt.you?.attempts[challenge.id]?.left ?? limit;
      setText(left, limit && remaining >= 0 ? t.trail.attempts(remaining) : '');
      const verdict = hunt.verdicts[challenge.id];
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

/** What a verdict says against a claim, or ''. @param {State['hunt']} hunt @param {Verdict} verdict */
export function complaintFor(hunt, verdict) {
  const v = t.verdict;
  switch (verdict.outcome) {
    case 'wrong': {
      const said = v.wrong[verdict.received % v.wrong.length];
      return verdict.attempts_left !== undefined && verdict.attempts_left >= 0
        ? `${said} ${v.left(verdict.attempts_left)}`
        : said;
    }
    case 'already':
    case 'awarded':
      return verdict.revoked ? v.revoked : '';
    case 'locked':
      return v.locked((verdict.requires ?? []).map((id) => titleOf(hunt, id)));
    case 'cooldown':
    case 'exhausted':
    case 'closed':
      return v[verdict.outcome];
    case 'error':
      return errorText(verdict.code ?? '', verdict.message, verdict.why);
    default:
      return '';
  }
}

/** The good news of a solved stop. @param {() => void} onNext */
function foundView(onNext) {
  const next = el('button', { type: 'button', class: 'quiet', on: { click: onNext } }, t.trail.next);
  const words = el('div.found-words');
  const node = el('div.found', { tabIndex: -1, hidden: true }, lantern('lit big'), words, next);
  let shown = '';
  return {
    node,
    /** @param {State} state @param {Challenge} challenge @param {Status} status @param {number} now @param {boolean} hasNext */
    update({ hunt }, challenge, status, now, hasNext) {
      const award = hunt.you?.solved[challenge.id];
      node.hidden = status !== 'solved' || !award;
      next.hidden = !hasNext;
      if (!award) return;
      const verdict = hunt.verdicts[challenge.id];
      const fresh = verdict && !verdict.replay && now - award.at < 60_000;
      const key = `${award.seq} ${verdict?.outcome} ${verdict?.badges?.length}`;
      if (key === shown) return;
      shown = key;
      node.classList.toggle('fresh', Boolean(fresh));
      fill(
        words,
        el('p.found-title', t.verdict.awarded),
        el('p.found-points', signed(award.points), spoken(` ${t.standing.points(award.points)}`)),
        award.bonus ? el('p.found-more', t.verdict.bonus(award.bonus)) : null,
        verdict?.outcome === 'already'
          ? el('p.found-more', verdict.right ? t.verdict.alreadyTeam : t.verdict.already)
          : null,
        ...(verdict?.badges ?? []).map((id) => {
          const badge = badgeOf(hunt, id);
          return el(
            'p.found-badge',
            el('span.badge-icon', badge?.icon || '✦'),
            ' ',
            el('span', { dir: 'auto' }, t.verdict.badge(badge?.title ?? id, badge?.points)),
          );
        }),
      );
    },
  };
}
