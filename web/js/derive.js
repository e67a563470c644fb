/** @import { Challenge, Row } from './types/protocol.js' */
/** @import { HuntState } from './types/state.js' */
import { own } from './ids.js';
import { challengeOf } from './sign.js';

// What follows from the state. Nothing here is stored.

/**
 * @typedef {'solved'|'locked'|'review'|'sending'|'exhausted'|'resting'|'early'|'late'|'shut'|'practice'|'ready'} Status
 *   resting: a cooldown runs; early/late: outside its own window; shut: the hunt takes no claims now;
 *   practice: it takes them without points
 */

/**
 * @param {HuntState} hunt @param {Challenge} challenge @param {number} now the server's clock
 * @returns {Status}
 */
export function statusOf(hunt, challenge, now) {
  if (own(hunt.you?.solved, challenge.id)) return 'solved';
  if (challenge.waiting) return hunt.phase === 'closed' ? 'shut' : 'early';
  if (challenge.locked) return 'locked';
  if (hunt.outgoing.some((o) => o.type === 'claim' && o.challenge === challenge.id)) return 'sending';
  if (own(hunt.you?.pending, challenge.id)) return 'review';
  const attempts = own(hunt.you?.attempts, challenge.id);
  if (practises(hunt, challenge)) return 'practice';
  if (hunt.phase !== 'open' || isOver(hunt, now)) return 'shut';
  if (challenge.opens && now < challenge.opens) return 'early';
  if (challenge.closes && now >= challenge.closes) return 'late';
  if (attempts?.left === 0 && challenge.attempts.max) return 'exhausted';
  if (attempts?.retry_at && now < attempts.retry_at) return 'resting';
  return 'ready';
}

/** @param {HuntState} hunt @param {Challenge} challenge */
function practises({ phase, definition }, { proof }) {
  return phase === 'closed' && definition?.practice && proof.kind !== 'review' && proof.kind !== 'event';
}

/** Whether one's own time is over. @param {HuntState} hunt @param {number} now */
export function isOver({ you }, now) {
  return Boolean(you?.ends && now >= you.ends);
}

/** Whether a challenge counts as solved, with points or without. @param {HuntState} hunt @param {string} id */
export function isDone({ you }, id) {
  return Boolean(own(you?.solved, id) || you?.skipped?.includes(id));
}

/** What the next solver gets, bonus included. @param {HuntState} hunt @param {Challenge} challenge */
export function worthOf(hunt, challenge) {
  return (
    own(hunt.board?.challenges, challenge.id)?.worth ?? challenge.points.initial + nextBonus(hunt, challenge)
  );
}

/** @param {HuntState} hunt @param {string} challenge */
export function solvesOf(hunt, challenge) {
  return own(hunt.board?.challenges, challenge)?.solves ?? 0;
}

/** The part of it that is a bonus for being early. @param {HuntState} hunt @param {Challenge} challenge */
export function nextBonus(hunt, challenge) {
  return challenge.bonus[solvesOf(hunt, challenge.id)] ?? 0;
}

/** @param {HuntState} hunt @param {string} [id] @returns {string} */
export function titleOf(hunt, id = '') {
  return challengeOf(hunt, id)?.title ?? id;
}

/** @param {HuntState} hunt @param {string} [id] */
export function badgeOf(hunt, id = '') {
  return hunt.definition?.badges.find((b) => b.id === id);
}

/** What was skipped is not to be found. @param {HuntState} hunt @returns {{solved: number, of: number}} */
export function progress({ you, definition }) {
  const of = definition?.challenges.length || definition?.challenge_count || 0;
  const skipped = you?.skipped?.filter((id) => !own(you.solved, id)).length ?? 0;
  return { solved: Object.keys(you?.solved ?? {}).length, of: of - skipped };
}

/**
 * The player's own line, unless the rows of the board hold it.
 * @param {HuntState} hunt @returns {Row|null}
 */
export function ownRowBelow(hunt) {
  const { you, board } = hunt;
  if (!you || !board || board.frozen || !you.rank) return null;
  if (board.rows.some((row) => row.entrant === you.entrant)) return null;
  return {
    rank: you.rank,
    entrant: you.entrant,
    name: you.name,
    points: you.points,
    solved: Object.keys(you.solved).length,
    badges: Object.keys(you.badges).length,
  };
}
