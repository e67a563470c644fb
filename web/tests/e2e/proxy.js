import { once } from 'node:events';
import { createServer, request } from 'node:http';

/**
 * A proxy before the server, and what it does wrong: it passes no Upgrade, or a
 * Host of its own. '' does nothing wrong.
 * @typedef {''|'upgrade'|'host'} Fault
 */

export class FaultyProxy {
  /** @type {Fault} */
  fault = '';
  url = '';
  #server = createServer();
  /** @type {Set<import('node:stream').Duplex>} */
  #sockets = new Set();

  /** @param {string} target */
  async start(target) {
    const { hostname, port } = new URL(target);
    /** @param {import('node:http').IncomingMessage} from */
    const forward = (from) => {
      const headers = { ...from.headers };
      if (this.fault === 'host') headers.host = 'backend.internal';
      if (this.fault === 'upgrade') {
        delete headers.upgrade;
        headers.connection = 'close';
      }
      return from.pipe(request({ hostname, port, path: from.url, method: from.method, headers }));
    };
    this.#server.on('connection', (socket) => this.#sockets.add(socket));
    this.#server.on('request', (from, to) => {
      const up = forward(from);
      up.on('error', () => to.destroy());
      up.on('response', (answer) => {
        to.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(to);
      });
    });
    this.#server.on('upgrade', (from, socket) => {
      socket.on('error', () => {}); // a page that went away
      const up = forward(from);
      up.on('error', () => socket.destroy());
      up.on('response', (answer) => {
        socket.write(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}\r\nConnection: close\r\n\r\n`);
        answer.pipe(socket);
      });
      up.on('upgrade', (answer, upstream, first) => {
        this.#sockets.add(upstream);
        upstream.on('error', () => socket.destroy());
        const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
        socket.write(first);
        socket.pipe(upstream).pipe(socket);
      });
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = /** @type {import('node:net').AddressInfo} */ (this.#server.address());
    this.url = `http://127.0.0.1:${address.port}`;
  }

  /** Ends every connection through it. */
  cut() {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async stop() {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
