/** @import { Outgoing } from './types/state.js' */
/** @import { DeviceStorage } from './storage.js' */

/** answered is when its answer came. @typedef {Outgoing & {answered?: number}} Kept */

const PREFIX = 'veltrix:outbox:';
const LIFETIME = 7 * 24 * 3600 * 1000; // ms; after that nobody waits for the answer
const BOUND = 200; // items kept at most
const ANSWERED = 'veltrix:answered:';
const ANSWERED_FOR = 15 * 60 * 1000; // ms; a server that lost its history lost only the end of it
const ANSWERED_BOUND = 50;

/**
 * Claims and hint orders that have no answer yet. Each is an item of the storage,
 * so that two tabs never overwrite each other's. It stays there until settle: a
 * reload, a crash or a dead battery loses none.
 */
export class Outbox {
  #storage;
  #now;

  /** @param {DeviceStorage} storage @param {() => number} [now] */
  constructor(storage, now = Date.now) {
    this.#storage = storage;
    this.#now = now;
  }

  /**
   * @param {Outgoing} item
   * @returns {boolean} false when it could not be kept: storage full or the bound reached
   */
  add(item) {
    if (this.#keys(PREFIX).length >= BOUND) return false;
    try {
      this.#storage.setItem(PREFIX + item.id, JSON.stringify(item));
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Takes out a claim that is answered. One whose answer counts is remembered for
   * a while: if the server loses it, the claim can be sent again.
   * @param {string} id @param {boolean} [counts]
   */
  settle(id, counts = false) {
    const item = counts ? this.#read(PREFIX + id) : null;
    this.#storage.removeItem(PREFIX + id);
    if (!item) return;
    try {
      this.#storage.setItem(ANSWERED + id, JSON.stringify({ ...item, answered: this.#now() }));
    } catch {
      return; // storage is full, and claims that wait need it more
    }
    const kept = this.#answered().sort((a, b) => (b.answered ?? 0) - (a.answered ?? 0));
    for (const { id: old } of kept.slice(ANSWERED_BOUND)) this.#storage.removeItem(ANSWERED + old);
  }

  /**
   * Claims of this player in this hunt whose answer counted in the last minutes, oldest first.
   * @param {string} player @param {string} hunt @returns {Outgoing[]}
   */
  answered(player, hunt) {
    return this.#answered()
      .filter((item) => item.player === player && item.hunt === hunt)
      .sort((a, b) => a.at - b.at);
  }

  /** Puts an answered claim back: it waits for its answer again. @param {Outgoing} item */
  reopen(item) {
    this.#storage.removeItem(ANSWERED + item.id);
    this.add(item);
  }

  /** Forgets the answered claims of an award that was taken back. @param {string} hunt @param {string} challenge */
  revoke(hunt, challenge) {
    for (const item of this.#answered())
      if (item.hunt === hunt && item.challenge === challenge) this.#storage.removeItem(ANSWERED + item.id);
  }

  #answered() {
    /** @type {Kept[]} */
    const items = [];
    for (const key of this.#keys(ANSWERED)) {
      const item = this.#read(key);
      if (item && this.#now() - (item.answered ?? 0) <= ANSWERED_FOR) items.push(item);
      else this.#storage.removeItem(key);
    }
    return items;
  }

  /**
   * Claims and orders of this player in this hunt without an answer, oldest first.
   * @param {string} player @param {string} hunt @returns {Outgoing[]}
   */
  waiting(player, hunt) {
    /** @type {Outgoing[]} */
    const items = [];
    for (const key of this.#keys(PREFIX)) {
      const item = this.#read(key);
      if (!item || this.#now() - item.at > LIFETIME) this.#storage.removeItem(key);
      else if (item.player === player && item.hunt === hunt) items.push(item);
    }
    return items.sort((a, b) => a.at - b.at);
  }

  /** @param {string} prefix */
  #keys(prefix) {
    /** @type {string[]} */
    const keys = [];
    for (let i = 0; i < this.#storage.length; i++) {
      const key = this.#storage.key(i);
      if (key?.startsWith(prefix)) keys.push(key);
    }
    return keys;
  }

  /** @param {string} key @returns {Kept|null} */
  #read(key) {
    try {
      const item = JSON.parse(this.#storage.getItem(key) ?? 'null');
      return item?.id && item.hunt && item.challenge ? item : null;
    } catch {
      return null;
    }
  }
}
