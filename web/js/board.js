/** @import { Board, Message } from './types.js' */

/**
 * The board after a `board` message: a full one replaces, one with `base`
 * changes the board held at seq `base`.
 * @param {Board|null} held @param {Message} message
 * @returns {Board|null} null when the delta belongs to another board than the one held
 */
export function applyBoard(held, message) {
  if (message.base === undefined) {
    return {
      seq: message.seq,
      at: message.at ?? 0,
      frozen: Boolean(message.frozen),
      entrants: message.entrants ?? message.rows?.length ?? 0,
      size: message.size ?? message.rows?.length ?? 0,
      rows: sorted(message.rows ?? []),
      challenges: message.challenges ?? {},
    };
  }
  if (!held || held.seq !== message.base) return null;
  const entrants = message.entrants ?? held.entrants;
  const size = message.size ?? held.size;
  const byRank = new Map(held.rows.map((row) => [row.rank, row]));
  for (const row of message.rows ?? []) byRank.set(row.rank, row);
  return {
    seq: message.seq,
    at: message.at ?? held.at,
    frozen: message.frozen ?? held.frozen,
    entrants,
    size,
    rows: sorted([...byRank.values()].filter((row) => row.rank <= Math.min(entrants, size))),
    challenges: { ...held.challenges, ...message.challenges },
  };
}

/** @param {Board['rows']} rows */
function sorted(rows) {
  return [...rows].sort((a, b) => a.rank - b.rank);
}
