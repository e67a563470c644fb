/** @typedef {Pick<Storage, 'getItem'|'setItem'|'removeItem'|'key'|'length'>} Shelf */

/**
 * The browser's storage, or one that lasts as long as the page where storage
 * is denied (private windows, embedded views).
 * @returns {Shelf}
 */
export function openShelf() {
  try {
    const probe = 'veltrix:probe';
    localStorage.setItem(probe, '1');
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return new MemoryShelf();
  }
}

/** A Shelf that forgets everything with the page. */
export class MemoryShelf {
  /** @type {Map<string, string>} */
  #items = new Map();

  get length() {
    return this.#items.size;
  }
  /** @param {number} i */
  key(i) {
    return [...this.#items.keys()][i] ?? null;
  }
  /** @param {string} key */
  getItem(key) {
    return this.#items.get(key) ?? null;
  }
  /** @param {string} key @param {string} value */
  setItem(key, value) {
    this.#items.set(key, value);
  }
  /** @param {string} key */
  removeItem(key) {
    this.#items.delete(key);
  }
}
