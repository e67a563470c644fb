/** @import { Shelf } from './storage.js' */
/** @import { LogEntry } from './types.js' */

/**
 * What this device remembers of a player in a hunt, so that a reload shows the
 * history and asks the server only for what came since.
 * @typedef {object} Memory
 * @property {string} epoch
 * @property {number} seq
 * @property {LogEntry[]} log newest first
 * @property {Look} [look]
 */
/** How the player stood at the last look. @typedef {{rank: number, points: number}} Look */

const BOUND = 100; // lines of history kept for each hunt
const keyOf = (/** @type {string} */ player, /** @type {string} */ hunt) =>
  `veltrix:memory:${player}:${hunt}`;

/** @param {Shelf} shelf @param {string} player @param {string} hunt @returns {Memory|null} */
export function recall(shelf, player, hunt) {
  try {
    const found = JSON.parse(shelf.getItem(keyOf(player, hunt)) ?? 'null');
    return found?.epoch && found.seq >= 0 && Array.isArray(found.log) ? found : null;
  } catch {
    return null;
  }
}

/** @param {Shelf} shelf @param {string} player @param {string} hunt @param {Memory} memory */
export function remember(shelf, player, hunt, memory) {
  try {
    shelf.setItem(keyOf(player, hunt), JSON.stringify({ ...memory, log: memory.log.slice(0, BOUND) }));
  } catch {
    // Storage is full: claims need what is left of it more than the history does.
  }
}
