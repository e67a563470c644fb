/** @import { Challenge, Row } from './types/protocol.js' */
/** @import { HuntState } from './types/state.js' */
import { own } from './ids.js';

// What follows from the state. Nothing here is stored.

/**
 * @typedef {'solved'|'locked'|'review'|'sending'|'exhausted'|'resting'|'early'|'late'|'shut'|'ready'} Status
 *   resting: a cooldown runs; early/late: outside its own window; shut: the hunt takes no claims now
 */

/**
 * @param {HuntState} hunt @param {Challenge} challenge @param {number} now the server's clock
 * @returns {Status}
 */
export function statusOf(hunt, challenge, now) {
  if (own(hunt.you?.solved, challenge.id)) return 'solved';
  if (challenge.waiting) return 'early';
  if (challenge.locked) return 'locked';
  if (hunt.outgoing.some((o) => o.type === 'claim' && o.challenge === challenge.id)) return 'sending';
  if (own(hunt.you?.pending, challenge.id)) return 'review';
  const attempts = own(hunt.you?.attempts, challenge.id);
  if (hunt.phase !== 'open') return 'shut';
  if (challenge.opens && now < challenge.opens) return 'early';
  if (challenge.closes && now >= challenge.closes) return 'late';
  if (attempts?.left === 0 && challenge.attempts.max) return 'exhausted';
  if (attempts?.retry_at && now < attempts.retry_at) return 'resting';
  return 'ready';
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

/** Titles of the prerequisites that are still unsolved. @param {HuntState} hunt @param {Challenge} challenge */
export function missingFor(hunt, challenge) {
  return (Array.isArray(challenge.requires) ? challenge.requires : [])
    .filter((id) => !own(hunt.you?.solved, id))
    .map((id) => titleOf(hunt, id));
}

/** @param {HuntState} hunt @param {string} id */
export function challengeOf(hunt, id) {
  return hunt.definition?.challenges.find((c) => c.id === id);
}

/** @param {HuntState} hunt @param {string} [id] @returns {string} */
export function titleOf(hunt, id = '') {
  return challengeOf(hunt, id)?.title ?? id;
}

/** @param {HuntState} hunt @param {string} [id] */
export function badgeOf(hunt, id = '') {
  return hunt.definition?.badges.find((b) => b.id === id);
}

/** @param {HuntState} hunt @returns {{solved: number, of: number}} */
export function progress(hunt) {
  const of = hunt.definition?.challenges.length || hunt.definition?.challenge_count || 0;
  return { solved: Object.keys(hunt.you?.solved ?? {}).length, of };
}

/**
 * Whether a locked challenge has all its prerequisites: a join would show it.
 * @param {HuntState} hunt
 */
export function somethingUnlocks(hunt) {
  return hunt.definition?.challenges.some(
    (c) =>
      c.locked &&
      !c.waiting &&
      Array.isArray(c.requires) &&
      c.requires.every((id) => own(hunt.you?.solved, id)),
  );
}

/**
 * What a sign, a link that names a challenge, leads to: a stop that can open, one
 * that is locked, or none of this hunt; '' until that is known.
 * @param {HuntState} hunt @param {string} id @returns {'open'|'locked'|'unknown'|''}
 */
export function signOf(hunt, id) {
  if (hunt.presence !== 'joined') return '';
  const challenge = challengeOf(hunt, id);
  if (challenge) return challenge.locked ? 'locked' : 'open';
  return hunt.phase === 'draft' ? '' : 'unknown';
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
