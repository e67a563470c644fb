/** @import { ByeMessage, Message, Request, WelcomeMessage } from './types/protocol.js' */
/** @import { Connection } from './types/state.js' */

const SUBPROTOCOL = 'veltrix.v1';
const BASE = 500; // ms, window of the first retry
const CAP = 20_000; // ms, widest window
const WELCOME_WITHIN = 10_000; // ms from the start of connecting
const GRACE = 8_000; // ms a pong may take
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
 * The connection of a page: it says hello, keeps itself alive, notices silence,
 * and comes back with full jitter until stop, or until the server says that
 * there is no point. It knows nothing of hunts.
 */
export class Session {
  #options;
  #open;
  #random;
  #now;
  /** @type {Socket|null} */
  #socket = null;
  /** @type {Connection} */
  #connection = { status: 'idle' };
  #token;
  #failures = 0;
  #after = 0;
  #liveSince = 0;
  #sentAt = 0;
  #heardAt = 0;
  #heartbeat = 25_000;
  #awaiting = false;
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
  }

  get connection() {
    return this.#connection;
  }

  start() {
    if (this.#socket || this.#connection.status === 'waiting') return;
    this.#connect();
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
    this.#connect();
  }

  /** @param {Request} request @returns {boolean} false when there is no live connection to send it on */
  send(request) {
    if (this.#connection.status !== 'live' || !this.#socket) return false;
    this.#write(request);
    return true;
  }

  /**
   * Checks the connection now: something suggests that the network changed (the
   * page was shown again, the browser says online or offline).
   */
  wake() {
    if (this.#connection.status === 'waiting') {
      this.#failures = 0;
      this.#schedule(this.#random() * BASE);
    } else if (this.#connection.status === 'live') {
      this.#expectPong(GRACE / 2);
    }
  }

  #connect() {
    clearTimeout(this.#timer);
    this.#become({ status: 'connecting' });
    const socket = this.#open(this.#options.url, SUBPROTOCOL);
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(), WELCOME_WITHIN);
    socket.onopen = () =>
      this.#write(this.#token ? { type: 'hello', token: this.#token } : { type: 'hello' });
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = (event) => (isFinal(event.code) ? this.#end(String(event.code)) : this.#lost());
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
    this.#after = 0;
    this.#pulse = setInterval(() => this.#beat(), this.#heartbeat / 2);
    this.#become({ status: 'live' });
  }

  /** @param {ByeMessage} message */
  #bye({ code, reconnect, after }) {
    if (reconnect) this.#after = after;
    else this.#end(code);
  }

  #beat() {
    if (this.#now() - this.#sentAt >= this.#heartbeat / 2) this.#expectPong(GRACE);
  }

  /** @param {number} within ms in which anything at all must arrive */
  #expectPong(within) {
    this.#write({ type: 'ping' });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), within); // unless something is heard
    this.#awaiting = true;
  }

  /** @param {Request} request */
  #write(request) {
    this.#sentAt = this.#now();
    this.#socket?.send(JSON.stringify(request));
  }

  #lost() {
    if (this.#liveSince && this.#now() - this.#liveSince > STEADY) this.#failures = 0;
    this.#drop();
    this.#schedule(backoff(this.#failures, this.#after, this.#random));
    this.#failures++;
    this.#after = 0;
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
    this.#connection = { ...connection, heardAt: this.#heardAt || undefined };
    this.#options.onConnection(this.#connection);
  }
}
