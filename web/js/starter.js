/** @import { ErrorMessage } from './types/protocol.js' */
/** @import { GameOptions } from './game.js' */
import { uuid } from './ids.js';
import { patience } from './retry.js';

const UNANSWERED = 8_000; // ms until the order is sent again on a live connection

/** The order to start one's own time: it keeps its id until it is answered. */
export class Starter {
  #o;
  #complain;
  #id = '';
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @param {Pick<GameOptions, 'store'|'session'>} options @param {(message: ErrorMessage) => void} complain */
  constructor(options, complain) {
    this.#o = options;
    this.#complain = complain;
  }

  start() {
    this.#id ||= uuid();
    this.send();
  }

  /** Sends the order, if there is one, until it is answered. */
  send() {
    clearTimeout(this.#timer);
    const { store, session } = this.#o;
    const { id: hunt, presence, you } = store.state.hunt;
    if (you?.ends) this.#id = '';
    if (!this.#id || presence !== 'joined') return;
    store.dispatch({ do: 'starting' });
    session.send({ type: 'start', id: this.#id, hunt });
    this.#timer = setTimeout(() => this.send(), UNANSWERED);
  }

  /** The connection is gone. */
  stop() {
    clearTimeout(this.#timer);
  }

  /** @param {ErrorMessage} message @returns {boolean} whether it refuses the order */
  refused(message) {
    if (!this.#id || message.id !== this.#id) return false;
    clearTimeout(this.#timer);
    if (message.retry_after) {
      this.#timer = setTimeout(() => this.send(), patience(message.retry_after));
    } else {
      this.#id = '';
      this.#complain(message);
    }
    return true;
  }
}
