/**
 * Shows one thing after the other, each for its time, and keeps few waiting.
 * It owns one timer, which runs only while something is shown.
 * @template T
 */
export class Queue {
  /** @type {T[]} */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #o;

  /**
   * @param {object} options
   * @param {(item: T|null) => void} options.show null when nothing is left
   * @param {(item: T, waiting: number) => number} options.time ms to show it
   * @param {number} options.most how many may wait
   * @param {(item: T) => boolean} [options.minor] these give way first when too many wait
   */
  constructor(options) {
    this.#o = options;
  }

  /** @param {T} item */
  push(item) {
    this.#waiting.push(item);
    if (this.#waiting.length > this.#o.most) {
      const minor = this.#waiting.findIndex((waiting) => this.#o.minor?.(waiting));
      this.#waiting.splice(Math.max(0, minor), 1);
    }
    if (!this.#timer) this.next();
  }

  /** Ends what is shown now. */
  next() {
    clearTimeout(this.#timer);
    const item = this.#waiting.shift();
    this.#timer = item && setTimeout(() => this.next(), this.#o.time(item, this.#waiting.length));
    this.#o.show(item ?? null);
  }

  clear() {
    this.#waiting.length = 0;
    if (this.#timer) this.next();
  }
}
