/** @import { Row } from '../types/protocol.js' */

// Who has which row, and in which order places are called. Nothing here knows the page.

/**
 * A fixed number of things (row nodes, colours) lent to keys. A key keeps its
 * own while it is wanted. The thing that was given back longest ago is lent next,
 * so that a row which just left has time to leave.
 */
export class Pool {
  /** @type {Map<string, number>} */
  #lent = new Map();
  /** @type {number[]} */
  #free;

  /** @param {number} size */
  constructor(size) {
    this.#free = Array.from({ length: size }, (_, i) => i);
  }

  /** Lends to these keys and takes back from all others. @param {string[]} keys @returns {number[]} one for each key, as far as they go */
  lend(keys) {
    const wanted = new Set(keys);
    for (const [key, n] of this.#lent) {
      if (wanted.has(key)) continue;
      this.#lent.delete(key);
      this.#free.push(n);
    }
    return keys.map((key) => {
      const n = this.#lent.get(key) ?? this.#free.shift() ?? -1;
      if (n >= 0) this.#lent.set(key, n);
      return n;
    });
  }
}

/**
 * The call of one place: suspense for wait ms, then the name for hold ms. moved is
 * the number of places up since the freeze, absent for one that was not shown then.
 * @typedef {{row: Row, wait: number, hold: number, moved?: number}} Call
 */

const PODIUM = [
  { wait: 5000, hold: 7000 },
  { wait: 3500, hold: 3500 },
  { wait: 2800, hold: 3000 },
];

/**
 * The places from the bottom up, the slower the higher.
 * @param {Row[]} rows as they are @param {Row[]} before as they were shown
 * @returns {Call[]}
 */
export function revealOrder(rows, before) {
  const was = new Map(before.map((row) => [row.entrant, row.rank]));
  return [...rows]
    .sort((a, b) => b.rank - a.rank)
    .map((row) => {
      const rank = was.get(row.entrant);
      const times = PODIUM[row.rank - 1] ?? { wait: 700, hold: 1500 };
      return { row, ...times, ...(rank ? { moved: rank - row.rank } : {}) };
    });
}
