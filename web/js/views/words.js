/** @import { Challenge } from '../types/protocol.js' */
/** @import { Answer, HuntState, State } from '../types/state.js' */
/** @import { Status } from '../derive.js' */
import { badgeOf, isOver, nextBonus, solvesOf, worthOf } from '../derive.js';
import { moment, number } from '../format.js';
import { own } from '../ids.js';
import { durationText, missing } from './conditions.js';
import { refusalText, t } from './strings.js';

// The words of a stop, from the state.

const FALLING = ['linear', 'quadratic', 'time'];
const NEAR = 3_600_000; // ms before an opening from which on it is counted down

/** Whether what it is worth can fall for those who come later. @param {Challenge} challenge */
export const falls = (challenge) => FALLING.includes(challenge.points.function);

/** What a stop is worth, or was. @param {HuntState} hunt @param {Challenge} challenge */
export function worthText(hunt, challenge) {
  const award = own(hunt.you?.solved, challenge.id);
  const most = challenge.points.up_to;
  const points = award?.points ?? most ?? worthOf(hunt, challenge);
  if (challenge.waiting && !award) return { points, text: '' };
  return { points, text: most && !award ? t.trail.upTo(most) : number(points) };
}

/** Why a stop takes no claim now, or ''. @param {HuntState} hunt @param {Challenge} challenge @param {Status} status @param {number} now */
export function noteFor(hunt, challenge, status, now) {
  if (challenge.waiting && status === 'early') return t.trail.opens(moment(challenge.opens ?? 0, now));
  if (hunt.presence !== 'joined') return status === 'locked' ? '' : t.trail.watch;
  switch (status) {
    case 'locked':
      return lockedText(hunt, challenge, now);
    case 'review':
      return t.proof.review;
    case 'early':
      return t.trail.early((challenge.opens ?? 0) - now);
    case 'late':
      return t.trail.late;
    case 'shut':
      return hunt.phase === 'open' && isOver(hunt, now) ? t.trail.timeOver : t.trail.shut[hunt.phase];
    case 'practice':
      return t.trail.practice;
    case 'exhausted':
      return t.trail.exhausted;
    case 'ready':
      if (hunt.you?.skipped?.includes(challenge.id)) return t.trail.skipped;
      return challenge.proof.kind === 'event' ? t.proof.event : '';
    default:
      return '';
  }
}

/** What opens a locked stop. @param {HuntState} hunt @param {Challenge} challenge @param {number} now */
export function lockedText(hunt, challenge, now) {
  const answer = own(hunt.verdicts, challenge.id);
  const at = answer?.outcome === 'locked' ? answer.at : 0;
  if (at && at > now) return t.trail.early(at - now);
  return t.trail.locked(missing(hunt, challenge.requires, now));
}

/**
 * The words below the title: how the stop stands, and its bonus or how many found it.
 * @param {Pick<State, 'hunt'|'connection'>} state @param {Challenge} challenge @param {Status} status @param {number} now
 */
export function factsFor({ hunt, connection }, challenge, status, now) {
  const award = own(hunt.you?.solved, challenge.id);
  if (award) return [t.trail.solvedAt(award.at, now)];
  if (hunt.you?.skipped?.includes(challenge.id)) return [t.trail.skippedShort];
  const { opens = 0, points, optional } = challenge;
  if (status === 'early')
    return [opens - now < NEAR ? t.trail.opensIn(opens - now) : t.trail.opens(moment(opens, now))];
  const bonus = status === 'locked' || hunt.phase === 'closed' ? 0 : nextBonus(hunt, challenge);
  const counted = hunt.board && hunt.phase !== 'draft' ? t.trail.solves(solvesOf(hunt, challenge.id)) : '';
  return [
    t.trail.status[status === 'sending' && connection.status !== 'live' ? 'kept' : status],
    optional ? t.trail.optional : '',
    points.per && status === 'ready' ? t.trail.falls(points.decay, durationText(points.per)) : '',
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
  const cost = challenge.penalty && status !== 'practice' ? t.trail.penalty(challenge.penalty) : '';
  const waits = status === 'sending' && connection.status !== 'live';
  const press = status === 'practice' ? t.proof.practise : t.proof.claim;
  const sends = status === 'sending' ? t.proof.sending : press;
  return {
    button: status === 'resting' ? t.trail.resting(retry_at - now) : waits ? t.proof.waiting : sends,
    attempts: [max ? t.trail.attempts(left ?? max) : '', cost].filter(Boolean).join(' · '),
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
  if (answer?.outcome === 'reviewed' && answer.reason) more.push(t.verdict.remark(answer.reason));
  if (verdict?.outcome === 'already') more.push(verdict.right ? t.verdict.alreadyTeam : t.verdict.already);
  return {
    key: `${award.seq} ${answer?.outcome} ${badges.length}`,
    fresh: Boolean(answer && !('replay' in answer && answer.replay) && now - award.at < FRESH),
    points: award.points,
    more,
    badges: badges.map((id) => {
      const badge = badgeOf(hunt, id);
      return { icon: badge?.icon || '✦', text: t.verdict.badge(badge?.title ?? id, badge?.points) };
    }),
  };
}

/** What an organizer or the practice says to an answer, or ''. @param {Answer} answer */
export function remarkFor(answer) {
  if (answer.outcome === 'near') return answer.say ?? '';
  return answer.outcome === 'right' ? t.verdict.practised : '';
}

/** Why an answer gives nothing, or ''. @param {HuntState} hunt @param {Answer} answer @param {number} now */
export function complaintFor(hunt, answer, now) {
  const v = t.verdict;
  switch (answer.outcome) {
    case 'wrong': {
      const { attempts_left: left, penalty } = answer;
      const said = [v.wrong[answer.received % v.wrong.length]];
      if (penalty) said.push(v.penalty(penalty));
      if (left !== undefined) said.push(v.left(left));
      return said.join(' ');
    }
    case 'already':
    case 'awarded':
      return answer.revoked ? v.revoked : '';
    case 'locked': {
      const { requires = [], at = 0 } = answer;
      return at > now ? v.lockedUntil(moment(at, now)) : v.locked(missing(hunt, requires, now));
    }
    case 'closed':
      return answer.why === 'limit' ? v.limit : v.closed;
    case 'cooldown':
    case 'exhausted':
      return v[answer.outcome];
    case 'reviewed':
      return answer.approved ? '' : v.declined(answer.reason);
    case 'error':
      return refusalText(answer.code, answer.message, answer.why);
    default:
      return '';
  }
}
