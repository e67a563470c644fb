/** @import { HuntState } from './types/state.js' */

/** @param {HuntState} hunt @param {string} id */
export function challengeOf(hunt, id) {
  return hunt.definition?.challenges.find((c) => c.id === id);
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
