/** @import { Outgoing } from './types.js' */
/** @import { Shelf } from './storage.js' */

const PREFIX = 'veltrix:outbox:';
const LIFETIME = 7 * 24 * 3600 * 1000; // ms; after that nobody waits for the answer any more
const BOUND = 200; // items kept at most

/**
 * Claims and hint orders that have no answer yet. Each is one item of the
 * storage, so that two tabs never overwrite each other's, and it stays there
 * until settle: a reload, a crash or a dead battery loses none.
 */
export class Outbox {
  #shelf;
  #now;

  /** @param {Shelf} shelf @param {() => number} [now] */
  constructor(shelf, now = Date.now) {
    this.#shelf = shelf;
    this.#now = now;
  }

  /**
   * @param {Outgoing} item
   * @returns {boolean} false when it could not be kept: storage full or the bound reached
   */
  add(item) {
    if (this.#keys().length >= BOUND) return false;
    try {
      this.#shelf.setItem(PREFIX + item.id, JSON.stringify(item));
      return true;
    } catch {
      return false;
    }
  }

  /** The answer to this id has come. @param {string} id */
  settle(id) {
    this.#shelf.removeItem(PREFIX + id);
  }

  /**
   * What this player has not heard of in this hunt, oldest first.
   * @param {string} player @param {string} hunt @returns {Outgoing[]}
   */
  waiting(player, hunt) {
    /** @type {Outgoing[]} */
    const items = [];
    for (const key of this.#keys()) {
      const item = this.#read(key);
      if (!item || this.#now() - item.at > LIFETIME) this.#shelf.removeItem(key);
      else if (item.player === player && item.hunt === hunt) items.push(item);
    }
    return items.sort((a, b) => a.at - b.at);
  }

  #keys() {
    /** @type {string[]} */
    const keys = [];
    for (let i = 0; i < this.#shelf.length; i++) {
      const key = this.#shelf.key(i);
      if (key?.startsWith(PREFIX)) keys.push(key);
    }
    return keys;
  }

  /** @param {string} key @returns {Outgoing|null} */
  #read(key) {
    try {
      const item = JSON.parse(this.#shelf.getItem(key) ?? 'null');
      return item?.id && item.hunt && item.challenge ? item : null;
    } catch {
      return null;
    }
  }
}
