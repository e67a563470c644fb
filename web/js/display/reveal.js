/** @import { Call } from './ranking.js' */

/**
 * Calls the places one after the other: first the suspense, then the name.
 * It owns one timer; skip ends it at once.
 */
export class Reveal {
  /** @type {Call[]} */
  #calls = [];
  #at = 0;
  #named = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #onChange;

  /** @param {() => void} onChange */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  /** @returns {{call: Call, named: boolean}|null} what is called now, null when no reveal runs */
  get now() {
    const call = this.#calls[this.#at];
    return call ? { call, named: this.#named } : null;
  }

  /** The rows of the reveal by rank, the first place first. */
  get rows() {
    return this.#calls.map((call) => call.row).reverse();
  }

  /** The best place whose name is shown. */
  get best() {
    return (this.now?.call.row.rank ?? 0) + (this.#named ? 0 : 1);
  }

  /** @param {Call[]} calls */
  start(calls) {
    this.#calls = calls;
    this.#at = 0;
    this.#wait();
  }

  skip() {
    clearTimeout(this.#timer);
    if (!this.#calls.length) return;
    this.#calls = [];
    this.#onChange();
  }

  #wait() {
    const call = this.#calls[this.#at];
    if (!call) {
      this.skip();
      return;
    }
    this.#named = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#named = true;
      this.#timer = setTimeout(() => {
        this.#at++;
        this.#wait();
      }, call.hold);
      this.#onChange();
    }, call.wait);
    this.#onChange();
  }
}
