/** @import { BoardMessage } from './types/protocol.js' */
/** @import { Board } from './types/state.js' */

/** @type {Pick<Board, 'rows'|'challenges'>} */
const NOTHING = { rows: [], challenges: {} };

/**
 * The board after a message: a whole one replaces the held one, one with base
 * changes the board held at seq base.
 * @param {Board|null} held @param {Omit<BoardMessage, 'type'|'hunt'>} message
 * @returns {Board|null} null when the changes belong to another board than the held one
 */
export function applyBoard(held, message) {
  const { base, seq, at, frozen, entrants, size } = message;
  const before = base === undefined ? NOTHING : held?.seq === base ? held : null;
  if (!before) return null;
  const byRank = new Map([...before.rows, ...message.rows].map((row) => [row.rank, row]));
  const rows = [...byRank.values()]
    .filter(({ rank }) => base === undefined || rank <= Math.min(entrants, size))
    .sort((a, b) => a.rank - b.rank);
  return {
    seq,
    at,
    frozen,
    entrants,
    size,
    rows,
    challenges: { ...before.challenges, ...message.challenges },
  };
}
