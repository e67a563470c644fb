/** @import { ByeMessage, Message, Request, WelcomeMessage } from './types/protocol.js' */
/** @import { Connection } from './types/state.js' */

const SUBPROTOCOL = 'veltrix.v1';
const BASE = 500; // ms, window of the first retry
const CAP = 20_000; // ms, widest window
const WELCOME_WITHIN = 10_000; // ms from the start of connecting
const GRACE = 8_000; // ms a pong may take
const QUIET = 5_000; // ms in which nothing was heard: the connection may be dead
const UNOPENED = 3; // connections in a row that could not be opened: it may be the way, not the network
const STEADY = 5_000; // ms a connection must have held before the retries start small again

/** @typedef {Pick<WebSocket, 'send'|'close'|'onopen'|'onmessage'|'onclose'|'onerror'>} Socket */

/**
 * @typedef {object} SessionOptions
 * @property {string} url
 * @property {string|null} token without one the session may only watch
 * @property {(message: Message) => void} onMessage
 * @property {(connection: Connection) => void} onConnection
 * @property {number} [heardAt] when an earlier page last heard something
 * @property {(url: string, protocol: string) => Socket} [open]
 * @property {() => number} [random]
 * @property {() => number} [now]
 * @property {() => boolean} [hidden] whether nobody sees the page
 * @property {() => Promise<string>} [ask] what is wrong on the way to the server, '' for nothing known
 */

/**
 * Full jitter: a random time in a window that doubles with every failure. The
 * window begins at the moment that the server asked for.
 * @param {number} failures @param {number} after ms @param {() => number} random
 * @returns {number} ms to wait
 */
export function backoff(failures, after, random) {
  return after + random() * Math.min(CAP, BASE * 2 ** failures);
}

/** @param {number} code @returns {boolean} whether a close code forbids coming back */
export function isFinal(code) {
  return code >= 4400 && code < 5000;
}

/**
 * The connection of a page: it says hello, notices silence, and comes back with
 * full jitter until stop, or until the server says that there is no point. The
 * server keeps it alive. It knows nothing of hunts.
 */
export class Session {
  #options;
  #open;
  #random;
  #now;
  #hidden;
  #ask;
  /** @type {Socket|null} */
  #socket = null;
  /** @type {Connection} */
  #connection = { status: 'idle' };
  #token;
  #failures = 0;
  #notBefore = 0; // of the next connection, as the server asked
  #unopened = 0; // connections in a row
  #trouble = '';
  #liveSince = 0;
  #heardAt = 0;
  #heartbeat = 25_000;
  #awaiting = false;
  #within = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #pulse;

  /** @param {SessionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#token = options.token;
    this.#heardAt = options.heardAt ?? 0;
    this.#open = options.open ?? ((url, protocol) => new WebSocket(url, protocol));
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? Date.now;
    this.#hidden = options.hidden ?? (() => Boolean(globalThis.document?.hidden));
    this.#ask = options.ask ?? (() => import('./proxy.js').then(({ trouble }) => trouble()));
  }

  get connection() {
    return this.#connection;
  }

  start() {
    if (this.#socket || this.#connection.status === 'waiting') return;
    this.#connectSoon();
  }

  /** Ends the connection until start. */
  stop() {
    this.#drop();
    this.#become({ status: 'idle' });
  }

  /** Connects again at once, as somebody else. @param {string|null} token */
  identify(token) {
    this.#token = token;
    this.#failures = 0;
    this.#drop();
    this.#connectSoon();
  }

  /** @param {Request} request @returns {boolean} false when there is no live connection to send it on */
  send(request) {
    if (this.#connection.status !== 'live' || !this.#socket) return false;
    this.#write(request);
    if (this.#now() - this.#heardAt > QUIET) this.#expectPong(GRACE);
    return true;
  }

  /**
   * Checks the connection now: something suggests that the network changed (the
   * page was shown again, the browser says online or offline).
   */
  wake() {
    if (this.#connection.status === 'waiting') {
      this.#failures = 0;
      this.#schedule(this.#wait() + this.#random() * BASE);
    } else if (this.#connection.status === 'live') {
      this.#expectPong(GRACE / 2);
    }
  }

  /** How long the server wants to be left alone, ms. */
  #wait() {
    return Math.max(0, this.#notBefore - this.#now());
  }

  /** Connects at once, or as soon as the server wants it. */
  #connectSoon() {
    const wait = this.#wait();
    if (wait) this.#schedule(wait + this.#random() * BASE);
    else this.#connect();
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#become({ status: 'connecting' });
    const socket = this.#open(this.#options.url, SUBPROTOCOL);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(), WELCOME_WITHIN);
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.#unopened = 0;
      this.#trouble = '';
      this.#write(this.#token ? { type: 'hello', token: this.#token } : { type: 'hello' });
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => {
      if (isFinal(event.code)) return this.#end(String(event.code));
      this.#lost();
      if (!opened && ++this.#unopened >= UNOPENED) this.#findTrouble();
    };
    socket.onerror = () => {}; // a close event always follows
  }

  /** @param {unknown} data */
  #receive(data) {
    this.#heardAt = this.#now();
    if (this.#awaiting) clearTimeout(this.#timer);
    this.#awaiting = false;
    /** @type {Message|Message[]} */
    let frame;
    try {
      frame = JSON.parse(String(data));
    } catch {
      this.#lost();
      return;
    }
    for (const message of Array.isArray(frame) ? frame : [frame]) {
      if (message.type === 'welcome') this.#welcomed(message);
      if (message.type === 'bye') this.#bye(message);
      this.#options.onMessage(message);
    }
  }

  /** @param {WelcomeMessage} message */
  #welcomed(message) {
    clearTimeout(this.#timer);
    if (message.heartbeat > 0) this.#heartbeat = message.heartbeat;
    this.#liveSince = this.#now();
    this.#notBefore = 0;
    this.#pulse = setInterval(() => this.#beat(), this.#heartbeat / 2);
    this.#become({ status: 'live' });
  }

  /** @param {ByeMessage} message */
  #bye({ code, reconnect, after }) {
    if (reconnect) this.#notBefore = this.#now() + after;
    else this.#end(code);
  }

  #beat() {
    if (!this.#hidden() && this.#now() - this.#heardAt >= this.#heartbeat) this.#expectPong(GRACE);
  }

  /** @param {number} within ms in which anything at all must arrive */
  #expectPong(within) {
    if (this.#awaiting && within >= this.#within) return; // it is watched already
    this.#within = within;
    this.#write({ type: 'ping' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), within); // unless something is heard
    this.#awaiting = true;
  }

  /** @param {Request} request */
  #write(request) {
    this.#socket?.send(JSON.stringify(request));
  }

  #lost() {
    if (this.#liveSince && this.#now() - this.#liveSince > STEADY) this.#failures = 0;
    this.#drop();
    this.#schedule(backoff(this.#failures, this.#wait(), this.#random));
    this.#failures++;
  }

  /** Asks why nothing can be opened, while the tries go on. */
  async #findTrouble() {
    const trouble = await this.#ask().catch(() => '');
    if (this.#unopened < UNOPENED || trouble === this.#trouble) return; // it went well meanwhile, or is as before
    this.#trouble = trouble;
    this.#become(this.#connection);
  }

  /** @param {number} wait ms */
  #schedule(wait) {
    clearTimeout(this.#timer);
    this.#become({ status: 'waiting', retryAt: this.#now() + wait });
    this.#timer = setTimeout(() => this.#connect(), wait);
  }

  /** @param {string} code */
  #end(code) {
    this.#drop();
    this.#become({ status: 'ended', code });
  }

  #drop() {
    clearTimeout(this.#timer);
    clearInterval(this.#pulse);
    this.#awaiting = false;
    this.#liveSince = 0;
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    // A half-open connection may take minutes to close. Nothing waits for it.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  /** @param {Connection} connection */
  #become(connection) {
    const { status, retryAt, code } = connection;
    const trouble = this.#trouble || undefined;
    this.#connection = { status, retryAt, code, heardAt: this.#heardAt || undefined, trouble };
    this.#options.onConnection(this.#connection);
  }
}
