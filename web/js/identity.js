/** @import { DeviceStorage } from './storage.js' */
/** @typedef {{player: string, name: string, token: string}} Identity */

const KEY = 'veltrix:player';
const joinedKey = (/** @type {string} */ player, /** @type {string} */ hunt) =>
  `veltrix:joined:${player}:${hunt}`;

/** @param {DeviceStorage} storage @returns {Identity|null} */
export function loadIdentity(storage) {
  try {
    const found = JSON.parse(storage.getItem(KEY) ?? 'null');
    return found?.token && found.player ? found : null;
  } catch {
    return null;
  }
}

/** @param {DeviceStorage} storage @param {Identity} identity */
export function saveIdentity(storage, identity) {
  const { player, name, token } = identity;
  storage.setItem(KEY, JSON.stringify({ player, name, token }));
}

/** Forgets the player, and what the device remembers of its hunts. @param {DeviceStorage} storage */
export function forgetIdentity(storage) {
  storage.removeItem(KEY);
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
  for (const key of keys) if (key?.startsWith('veltrix:memory:')) storage.removeItem(key);
}

/**
 * The join code with which this player has joined this hunt before, '' for none;
 * null when it has not joined: then the page has to ask.
 * @param {DeviceStorage} storage @param {string} player @param {string} hunt @returns {string|null}
 */
export function joinedWith(storage, player, hunt) {
  try {
    const found = JSON.parse(storage.getItem(joinedKey(player, hunt)) ?? 'null');
    return found && String(found.code ?? '');
  } catch {
    return null;
  }
}

/** @param {DeviceStorage} storage @param {string} player @param {string} hunt @param {string} code */
export function rememberJoined(storage, player, hunt, code) {
  try {
    storage.setItem(joinedKey(player, hunt), JSON.stringify({ code }));
  } catch {
    // Storage is full: then the page asks once more after a reload.
  }
}
