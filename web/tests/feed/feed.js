/** @import { Duplex } from 'node:stream' */
/** @import { Message, Request, WatchingMessage, WatchRequest } from '../../js/types/protocol.js' */
/** @import { Track } from '../../js/types/api.js' */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const TYPES = /** @type {Record<string, string>} */ ({
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
});
const ROOT = new URL('../../', import.meta.url);
const TEXT = 0x81; // a whole text frame
const CLOSE = 0x88;

/** @param {Message|Message[]} message @returns {Buffer} a WebSocket frame of the server (RFC 6455, 5.2) */
function frameOf(message) {
  const payload = Buffer.from(JSON.stringify(message));
  if (payload.length < 126) return Buffer.concat([Buffer.from([TEXT, payload.length]), payload]);
  const head = Buffer.alloc(payload.length < 65_536 ? 4 : 10);
  head[0] = TEXT;
  if (head.length === 4) {
    head[1] = 126;
    head.writeUInt16BE(payload.length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** The texts in the data of a page: short masked frames. @param {Buffer} data */
function* textsOf(data) {
  for (let at = 0; at + 6 <= data.length; ) {
    const long = (data[at + 1] & 127) === 126;
    const length = long ? data.readUInt16BE(at + 2) : data[at + 1] & 127;
    const mask = at + (long ? 4 : 2);
    const payload = data.subarray(mask + 4, mask + 4 + length);
    if (data[at] === TEXT)
      yield Buffer.from(payload.map((byte, i) => byte ^ data[mask + (i % 4)])).toString();
    at = mask + 4 + length;
  }
}

/**
 * Serves the pages from the source tree, and a hunt that is what the test says:
 * for loads and spans of time that no real hunt reaches in a test.
 */
export class Feed {
  /** @type {Set<Duplex>} */
  #sockets = new Set();
  #http = createServer((request, response) => this.#serve(request, response));
  /** The requests to watch, the newest last. @type {WatchRequest[]} */
  heard = [];
  /** The answer to watch. @type {WatchingMessage} */
  watching;
  /** The answer to a request for points over time. @type {Track[]} */
  series = [];
  url = '';

  /** @param {WatchingMessage} watching */
  constructor(watching) {
    this.watching = watching;
  }

  async start() {
    this.#http.on('upgrade', (request, /** @type {Duplex} */ socket) => this.#accept(request, socket));
    await new Promise((resolve) => this.#http.listen(0, '127.0.0.1', () => resolve(null)));
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#http.address());
    this.url = `http://127.0.0.1:${port}`;
  }

  async stop() {
    this.disconnect();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  /** Ends the connections as a failing network does, without a close frame. */
  disconnect() {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** To every page. @param {Message|Message[]} message @returns {Promise<void>} when it is written */
  async send(message) {
    const frame = frameOf(message);
    for (const socket of this.#sockets)
      if (!socket.write(frame)) await new Promise((resolve) => socket.once('drain', resolve));
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async #serve(request, response) {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    if (path.endsWith('/series')) {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ series: this.series }));
      return;
    }
    const name = path.endsWith('/display')
      ? 'display.html'
      : path.endsWith('/qr.svg')
        ? 'icon.svg'
        : path.replace(/^\/(static\/)?/, '');
    try {
      const content = await readFile(new URL(name, ROOT));
      response.setHeader('Content-Type', TYPES[extname(name)] ?? 'application/octet-stream').end(content);
    } catch {
      response.writeHead(404).end();
    }
  }

  /** @param {import('node:http').IncomingMessage} request @param {Duplex} socket */
  #accept(request, socket) {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Protocol: veltrix.v1\r\nSec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}\r\n\r\n`,
    );
    socket.on('error', () => {}); // a page that is closed resets its connection
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (/** @type {Buffer} */ data) => {
      if (data[0] === CLOSE) socket.end();
      for (const text of textsOf(data)) this.#answer(socket, JSON.parse(text));
    });
  }

  /** @param {Duplex} socket @param {Request} request */
  #answer(socket, request) {
    const now = Date.now();
    if (request.type === 'ping') socket.write(frameOf({ type: 'pong', now }));
    if (request.type === 'hello')
      socket.write(frameOf({ type: 'welcome', session: 's', now, heartbeat: 25_000, max_frame: 8_192 }));
    if (request.type !== 'watch') return;
    this.heard = [...this.heard, request].slice(-100);
    socket.write(frameOf({ ...this.watching, id: request.id }));
    this.#sockets.add(socket);
  }
}
