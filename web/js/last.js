/** @import { Identity } from './identity.js' */
/** @import { Shelf } from './storage.js' */
/** @import { State } from './types.js' */

// What the page showed last, for a reload without a network. One hunt at a
// time: who plays another has no use for the first one's any more.

const KEY = 'veltrix:memory:last';

/** @param {Shelf} shelf @param {State} state */
export function keepLast(shelf, { player, clock, connection, hunt }) {
  if (!player || !hunt.you) return;
  const { id, phase, opens, closes, rev, definition, you, pointsSeq, entrants, board } = hunt;
  const shown = { phase, opens, closes, rev, definition, you, pointsSeq, entrants, board };
  try {
    shelf.setItem(
      KEY,
      JSON.stringify({ player: player.id, hunt: id, clock, heardAt: connection.heardAt, shown }),
    );
  } catch {
    // Storage is full: claims need what is left of it more.
  }
}

/**
 * The state as it was shown last, for the same player and hunt; else as given.
 * @param {Shelf} shelf @param {Identity|null} identity @param {State} state @returns {State}
 */
export function recallLast(shelf, identity, state) {
  try {
    const last = JSON.parse(shelf.getItem(KEY) ?? 'null');
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
