/** @import { Identity } from './identity.js' */
/** @import { DeviceStorage } from './storage.js' */
/** @import { LogLine, State } from './types/state.js' */

// What this device remembers of a player in a hunt.

/**
 * Where a player was in a hunt: a reload shows the history, and asks the server
 * only for what came since.
 * @typedef {object} Bookmark
 * @property {string} epoch
 * @property {number} seq
 * @property {LogLine[]} log newest first
 * @property {Look} [look]
 */
/** How the player stood at the last look. @typedef {{rank: number, points: number}} Look */

const BOUND = 100; // lines of history kept for each hunt
const LAST = 'veltrix:memory:last';
const KEEP = 10_000; // ms between two times that the page is kept
const AWAY = 5_000; // ms out of sight after which the next look is a new one

/** @param {string} player @param {string} hunt */
const keyOf = (player, hunt) => `veltrix:memory:${player}:${hunt}`;

/** @param {DeviceStorage} storage @param {string} player @param {string} hunt @returns {Bookmark|null} */
export function loadBookmark(storage, player, hunt) {
  try {
    const found = JSON.parse(storage.getItem(keyOf(player, hunt)) ?? 'null');
    return found?.epoch && found.seq >= 0 && Array.isArray(found.log) ? found : null;
  } catch {
    return null;
  }
}

/** @param {DeviceStorage} storage @param {string} player @param {string} hunt @param {Bookmark} bookmark */
export function saveBookmark(storage, player, hunt, bookmark) {
  save(storage, keyOf(player, hunt), { ...bookmark, log: bookmark.log.slice(0, BOUND) });
}

/**
 * Keeps what the page shows, for a reload without a network. There is one page:
 * it replaces that of the hunt before.
 * @param {DeviceStorage} storage @param {State} state
 */
function saveShown(storage, { player, clock, connection, hunt }) {
  if (!player || !hunt.you) return;
  const { id, phase, opens, closes, rev, view, definition, you, pointsSeq, entrants, board } = hunt;
  const shown = { phase, opens, closes, rev, view, definition, you, pointsSeq, entrants, board };
  save(storage, LAST, { player: player.id, hunt: id, clock, heardAt: connection.heardAt, shown });
}

/** @param {DeviceStorage} storage @param {string} key @param {object} value */
function save(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is full: claims need the rest of it more.
  }
}

/**
 * The state as the page showed it last, for the same player and hunt; else as given.
 * @param {DeviceStorage} storage @param {Identity|null} identity @param {State} state @returns {State}
 */
export function loadShown(storage, identity, state) {
  try {
    const last = JSON.parse(storage.getItem(LAST) ?? 'null');
    if (!identity || last?.player !== identity.player || last.hunt !== state.hunt.id) return state;
    return {
      connection: { ...state.connection, heardAt: last.heardAt },
      clock: last.clock,
      player: { id: identity.player, name: identity.name },
      hunt: { ...state.hunt, ...last.shown, presence: 'joined' },
    };
  } catch {
    return state;
  }
}

/**
 * Keeps what a reload or a dead battery would lose, and the standing that
 * changes are counted from: that of the look before.
 * @param {DeviceStorage} storage @param {Look} [look] the last one of an earlier page
 */
export function keeper(storage, look) {
  let since = look;
  let seen = look;
  let hiddenAt = 0;
  let kept = '';
  let keptAt = 0;
  return {
    since: () => since,
    /** @param {State} state @param {string|undefined} player @param {boolean} hidden @param {number} now */
    keep(state, player, hidden, now) {
      const { id, epoch, seq, log, you } = state.hunt;
      if (!player || !you) return;
      if (!hidden || !seen) seen = { rank: you.rank, points: you.points };
      const stamp = JSON.stringify([seq, log.length, seen]);
      if (stamp !== kept) saveBookmark(storage, player, id, { epoch, seq, log, look: seen });
      kept = stamp;
      if (state.connection.status !== 'live' || (now - keptAt < KEEP && !hidden)) return;
      keptAt = now;
      saveShown(storage, state);
    },
    /** The page was hidden, or is seen again. @param {boolean} hidden @param {number} now */
    turn(hidden, now) {
      if (hidden) hiddenAt = now;
      else if (now - hiddenAt > AWAY) since = seen;
    },
  };
}
