const STORE = 'kept';

/**
 * Texts by key, on the disk once put has resolved. A browser may keep the items of
 * localStorage in memory for seconds, and a battery can die in them. Without
 * IndexedDB the vault keeps nothing.
 */
export class Vault {
  /** @type {Promise<IDBDatabase|null>} */
  #db;

  /** @param {IDBFactory|undefined} [factory] */
  constructor(factory = globalThis.indexedDB) {
    this.#db = open(factory).catch(() => null);
  }

  /** @param {string} key @param {string} value */
  put(key, value) {
    return this.#write((store) => store.put(value, key));
  }

  /** @param {string} key */
  drop(key) {
    return this.#write((store) => store.delete(key));
  }

  /** @returns {Promise<[string, string][]>} */
  async all() {
    const db = await this.#db;
    if (!db) return [];
    const store = db.transaction(STORE).objectStore(STORE);
    const [keys, values] = await Promise.all([done(store.getAllKeys()), done(store.getAll())]);
    return keys.map((key, i) => [String(key), values[i]]);
  }

  /** @param {(store: IDBObjectStore) => void} change @returns {Promise<void>} */
  async #write(change) {
    const db = await this.#db;
    if (!db) return;
    const tx = db.transaction(STORE, 'readwrite', { durability: 'strict' });
    change(tx.objectStore(STORE));
    await new Promise((resolve) => {
      tx.oncomplete = tx.onabort = resolve; // aborted: the disk is full, and there is only the first copy
    });
  }
}

/** @param {IDBFactory|undefined} factory @returns {Promise<IDBDatabase|null>} */
async function open(factory) {
  if (!factory) return null;
  const asked = factory.open('veltrix', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore(STORE);
  return done(asked);
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
