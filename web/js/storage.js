import { Vault } from './vault.js';

/** @typedef {Pick<Storage, 'getItem'|'setItem'|'removeItem'|'key'|'length'>} DeviceStorage */

const PATIENCE = 1_000; // ms that a page waits for the vault

/**
 * The browser's storage. Where that is denied (private windows, embedded views)
 * it is one that lasts as long as the page.
 * @returns {Promise<DeviceStorage>}
 */
export async function openStorage() {
  try {
    const probe = 'veltrix:probe';
    localStorage.setItem(probe, '1');
    localStorage.removeItem(probe);
  } catch {
    return new PageStorage();
  }
  const storage = new DoubleStorage(localStorage, new Vault());
  let late = false;
  const recovered = storage.recover().then((found) => {
    if (late && found) location.reload(); // the page began without what it has now
  });
  await Promise.race([recovered, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  late = true;
  return storage;
}

const PRECIOUS = /^veltrix:(player$|joined:|outbox:|answered:)/;

/** A DeviceStorage with a second copy of the identity and of claims without a verdict. */
export class DoubleStorage {
  #storage;
  #vault;

  /** @param {DeviceStorage} storage @param {Pick<Vault, 'put'|'drop'|'all'>} vault */
  constructor(storage, vault) {
    this.#storage = storage;
    this.#vault = vault;
  }

  /** Puts back the items that the first copy has lost. Returns whether there were any. */
  async recover() {
    const kept = await this.#vault.all().catch(() => []);
    const lost = kept.filter(([key]) => this.#storage.getItem(key) === null);
    for (const [key, value] of lost) this.#storage.setItem(key, value);
    return lost.length > 0;
  }

  get length() {
    return this.#storage.length;
  }
  /** @param {number} i */
  key(i) {
    return this.#storage.key(i);
  }
  /** @param {string} key */
  getItem(key) {
    return this.#storage.getItem(key);
  }
  /** @param {string} key @param {string} value */
  setItem(key, value) {
    if (PRECIOUS.test(key) && this.#storage.getItem(key) !== value) this.#vault.put(key, value);
    this.#storage.setItem(key, value);
  }
  /** @param {string} key */
  removeItem(key) {
    this.#storage.removeItem(key);
    if (PRECIOUS.test(key)) this.#vault.drop(key);
  }
}

/** A DeviceStorage that forgets everything with the page. */
export class PageStorage {
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
