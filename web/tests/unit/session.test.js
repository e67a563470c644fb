import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { backoff, isFinal, Session } from '../../js/session.js';

/** A WebSocket whose other end is the test. */
class FakeSocket {
  /** @type {any[]} */
  sent = [];
  closed = false;
  /** @type {any} */ onopen = null;
  /** @type {any} */ onmessage = null;
  /** @type {any} */ onclose = null;
  /** @type {any} */ onerror = null;
  /** @param {string} data */
  send(data) {
    this.sent.push(JSON.parse(data));
  }
  close() {
    this.closed = true;
  }
  /** @param {unknown} message */
  receive(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

/** @type {FakeSocket[]} */
let sockets = [];
/** @type {any[]} */
let messages = [];
/** @type {string[]} */
let statuses = [];
let now = 0;

beforeEach(() => {
  sockets = [];
  messages = [];
  statuses = [];
  now = 1_000;
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
});

/** @param {number} ms */
function pass(ms) {
  for (let left = ms; left > 0; left -= 100) {
    now += 100;
    mock.timers.tick(100);
  }
}

/** @param {number} [random] */
function session(random = 0.5) {
  return new Session({
    url: 'ws://x/ws',
    token: 'secret',
    onMessage: (m) => messages.push(m),
    onConnection: (c) => statuses.push(c.status),
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    random: () => random,
    now: () => now,
  });
}

/** @param {number} [heartbeat] */
function live(heartbeat = 20_000) {
  const s = session();
  s.start();
  sockets[0].onopen();
  sockets[0].receive({ type: 'welcome', now: 5, heartbeat });
  return s;
}

test('it says hello first and is live from the welcome on', () => {
  const s = session();
  s.start();
  assert.equal(s.send({ type: 'ping' }), false);
  sockets[0].onopen();
  assert.deepEqual(sockets[0].sent, [{ type: 'hello', token: 'secret' }]);
  sockets[0].receive([{ type: 'welcome', now: 5, heartbeat: 20_000 }, { type: 'board' }]);
  assert.equal(s.connection.status, 'live');
  assert.deepEqual(
    messages.map((m) => m.type),
    ['welcome', 'board'],
  );
});

test('a quiet connection pings, a dead one is closed', () => {
  live();
  pass(10_000);
  assert.deepEqual(sockets[0].sent.at(-1), { type: 'ping' });
  sockets[0].receive({ type: 'pong' });
  pass(9_000);
  assert.equal(sockets[0].closed, false);
  pass(1_000 + 8_000);
  assert.equal(sockets[0].closed, true, 'no pong came');
  assert.equal(statuses.at(-1), 'waiting');
});

test('it comes back with windows that double, and starts small again after a steady time', () => {
  live();
  pass(6_000);
  const waits = [];
  for (let i = 0; i < 4; i++) {
    const at = now;
    sockets.at(-1)?.onclose({ code: 1006 });
    pass(0);
    const made = sockets.length;
    while (sockets.length === made) pass(100);
    waits.push(now - at);
  }
  assert.deepEqual(waits, [300, 500, 1_000, 2_000]);
});

test('a bye says how long to stay away, and whether for good', () => {
  live();
  sockets[0].receive({ type: 'bye', code: 'restarting', reconnect: true, after: 3_000 });
  sockets[0].onclose({ code: 4000 });
  pass(3_000);
  assert.equal(sockets.length, 1);
  pass(300);
  assert.equal(sockets.length, 2);
  sockets[1].receive({ type: 'bye', code: 'banned', reconnect: false });
  assert.equal(statuses.at(-1), 'ended');
  pass(60_000);
  assert.equal(sockets.length, 2);
});

test('no welcome in time counts as a failure', () => {
  session().start();
  sockets[0].onopen();
  pass(10_000);
  assert.equal(statuses.at(-1), 'waiting');
});

test('waking tries at once, or makes sure of a connection that looks alive', () => {
  const s = live();
  s.wake();
  assert.deepEqual(sockets[0].sent.at(-1), { type: 'ping' });
  pass(4_000);
  assert.equal(statuses.at(-1), 'waiting');
  s.wake();
  pass(300);
  assert.equal(sockets.length, 2);
});

test('close codes from 4400 are final', () => {
  live();
  sockets[0].onclose({ code: 4401 });
  assert.equal(statuses.at(-1), 'ended');
  assert.deepEqual([1006, 4000, 4399, 4400, 4999, 5000].map(isFinal), [
    false,
    false,
    false,
    true,
    true,
    false,
  ]);
});

test('full jitter: anywhere in the window, after the time that the server asked for', () => {
  assert.equal(
    backoff(0, 0, () => 0),
    0,
  );
  assert.equal(
    backoff(3, 0, () => 1),
    4_000,
  );
  assert.equal(
    backoff(60, 0, () => 1),
    20_000,
  );
  assert.equal(
    backoff(0, 1_500, () => 0.5),
    1_750,
  );
});
