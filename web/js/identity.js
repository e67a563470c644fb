/** @import { Shelf } from './storage.js' */
/** @typedef {{player: string, name: string, token: string}} Identity */

const KEY = 'veltrix:player';
const joinedKey = (/** @type {string} */ player, /** @type {string} */ hunt) =>
  `veltrix:joined:${player}:${hunt}`;

/** @param {Shelf} shelf @returns {Identity|null} */
export function loadIdentity(shelf) {
  try {
    const found = JSON.parse(shelf.getItem(KEY) ?? 'null');
    return found?.token && found.player ? found : null;
  } catch {
    return null;
  }
}

/** @param {Shelf} shelf @param {Identity} identity */
export function saveIdentity(shelf, identity) {
  const { player, name, token } = identity;
  shelf.setItem(KEY, JSON.stringify({ player, name, token }));
}

/** Forgets who plays here, with what is remembered of the hunts. @param {Shelf} shelf */
export function forgetIdentity(shelf) {
  shelf.removeItem(KEY);
  const keys = Array.from({ length: shelf.length }, (_, i) => shelf.key(i));
  for (const key of keys) if (key?.startsWith('veltrix:memory:')) shelf.removeItem(key);
}

/**
 * The join code with which this player has joined this hunt before, '' without
 * one; null when it has not joined, so that the page has to ask.
 * @param {Shelf} shelf @param {string} player @param {string} hunt @returns {string|null}
 */
export function joinedWith(shelf, player, hunt) {
  try {
    const found = JSON.parse(shelf.getItem(joinedKey(player, hunt)) ?? 'null');
    return found && String(found.code ?? '');
  } catch {
    return null;
  }
}

/** @param {Shelf} shelf @param {string} player @param {string} hunt @param {string} code */
export function rememberJoined(shelf, player, hunt, code) {
  try {
    shelf.setItem(joinedKey(player, hunt), JSON.stringify({ code }));
  } catch {
    // Storage is full: then the page asks once more after a reload.
  }
}
