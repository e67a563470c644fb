import { Vault } from './vault.js';

/** @typedef {Pick<Storage, 'getItem'|'setItem'|'removeItem'|'key'|'length'>} Shelf */

const PATIENCE = 1_000; // ms that a page waits for what the vault has kept

/**
 * The browser's storage, or one that lasts as long as the page where storage
 * is denied (private windows, embedded views).
 * @returns {Promise<Shelf>}
 */
export async function openShelf() {
  try {
    const probe = 'veltrix:probe';
    localStorage.setItem(probe, '1');
    localStorage.removeItem(probe);
  } catch {
    return new MemoryShelf();
  }
  const shelf = new DoubleShelf(localStorage, new Vault());
  await Promise.race([shelf.recover(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  return shelf;
}

const PRECIOUS = /^veltrix:(player$|joined:|outbox:|answered:)/;

/** A Shelf that keeps a second copy of who plays and of claims without a verdict. */
export class DoubleShelf {
  #shelf;
  #vault;

  /** @param {Shelf} shelf @param {Pick<Vault, 'put'|'drop'|'all'>} vault */
  constructor(shelf, vault) {
    this.#shelf = shelf;
    this.#vault = vault;
  }

  /** Puts back what was lost with the power. */
  async recover() {
    const kept = await this.#vault.all().catch(() => []);
    for (const [key, value] of kept) if (this.#shelf.getItem(key) === null) this.#shelf.setItem(key, value);
  }

  get length() {
    return this.#shelf.length;
  }
  /** @param {number} i */
  key(i) {
    return this.#shelf.key(i);
  }
  /** @param {string} key */
  getItem(key) {
    return this.#shelf.getItem(key);
  }
  /** @param {string} key @param {string} value */
  setItem(key, value) {
    if (PRECIOUS.test(key) && this.#shelf.getItem(key) !== value) this.#vault.put(key, value);
    this.#shelf.setItem(key, value);
  }
  /** @param {string} key */
  removeItem(key) {
    this.#shelf.removeItem(key);
    if (PRECIOUS.test(key)) this.#vault.drop(key);
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
