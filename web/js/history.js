/** @import { HuntState, LogLine, LogSource } from './types/state.js' */

// The player's own history.

const BOUND = 200; // lines

/** The line of the history that a message makes, or null. @param {LogSource} m @returns {LogLine|null} */
export function lineOf(m) {
  if (!Object.hasOwn(KEYS, m.type)) return null;
  const { claim: _, cost, ...line } = only(m);
  if (cost !== undefined) line.points = -cost;
  return { ...line, key: `${m.type} ${KEYS[m.type]?.(m) ?? m.seq}` };
}

/** What a line keeps of a message. @param {LogSource} m @returns {LogSource} */
function only(m) {
  const { type, seq, at, challenge, badge, hint, points, cost, bonus, reason, text, phase } = m;
  const { name, division, approved } = m;
  return {
    type,
    seq,
    at,
    challenge,
    badge,
    hint,
    points,
    cost,
    bonus,
    reason,
    text,
    phase,
    name,
    division,
    approved,
  };
}

/** By type, what distinguishes one event from another; null is the seq. @type {Record<LogLine['type'], null|((m: LogSource) => unknown)>} */
const KEYS = {
  award: (m) => `${m.challenge} ${m.seq}`,
  badge: (m) => m.badge,
  hinted: (m) => `${m.challenge}/${m.hint}`,
  adjusted: null,
  revoked: null,
  penalised: null,
  reviewed: null,
  extended: null,
  finished: null,
  renamed: null,
  division: null,
  skipped: null,
  unskipped: null,
  notice: null,
  phase: null,
};

/** @param {HuntState} hunt @param {LogSource} m @returns {HuntState} */
export function logged(hunt, m) {
  const line = lineOf(m);
  if (!line || hunt.log.some((known) => known.key === line.key)) return hunt;
  const log = [line, ...hunt.log].sort((a, b) => b.seq - a.seq).slice(0, BOUND);
  return { ...hunt, log };
}
