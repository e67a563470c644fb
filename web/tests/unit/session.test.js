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
/** @type {string|undefined} */
let said;
let now = 0;
let hidden = false;
let asked = 0;
let trouble = '';

beforeEach(() => {
  sockets = [];
  messages = [];
  statuses = [];
  now = 1_000;
  hidden = false;
  asked = 0;
  trouble = '';
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
    onConnection: (c) => {
      statuses.push(c.status);
      said = c.trouble;
    },
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    random: () => random,
    now: () => now,
    hidden: () => hidden,
    ask: async () => {
      asked++;
      return trouble;
    },
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

test('a connection on which nothing is heard is asked, a dead one is closed', () => {
  live();
  pass(15_000);
  sockets[0].receive({ type: 'board' });
  pass(15_000);
  assert.deepEqual(sockets[0].sent.length, 1, 'the board was a sign of life');
  pass(10_000);
  assert.deepEqual(sockets[0].sent.at(-1), { type: 'ping' });
  sockets[0].receive({ type: 'pong' });
  pass(9_000);
  assert.equal(sockets[0].closed, false);
  pass(11_000 + 8_000);
  assert.equal(sockets[0].closed, true, 'no pong came');
  assert.equal(statuses.at(-1), 'waiting');
});

test('a page that nobody sees sends nothing, and asks when it is seen again', () => {
  hidden = true;
  const s = live();
  pass(300_000);
  assert.equal(sockets[0].sent.length, 1);
  s.wake();
  s.wake();
  assert.deepEqual(sockets[0].sent.slice(1), [{ type: 'ping' }]);
  pass(4_000);
  assert.equal(sockets[0].closed, true);
});

test('a request after a quiet time notices a dead connection', () => {
  const s = live();
  s.send({ type: 'leave', id: '1', hunt: 'x' });
  assert.equal(sockets[0].sent.length, 2, 'something was heard just now');
  pass(6_000);
  s.send({ type: 'leave', id: '2', hunt: 'x' });
  s.send({ type: 'leave', id: '3', hunt: 'x' });
  assert.deepEqual(
    sockets[0].sent.slice(2).map((m) => m.id ?? m.type),
    ['2', 'ping', '3'],
  );
  pass(8_000);
  assert.equal(sockets[0].closed, true);
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

test('nothing makes it come back before the time that the server asked for', () => {
  const s = live();
  sockets[0].receive({ type: 'bye', code: 'overloaded', reconnect: true, after: 30_000 });
  sockets[0].onclose({ code: 4003 });
  for (const come of [() => s.wake(), () => s.identify('other'), () => s.start()]) {
    pass(9_000);
    come();
    assert.equal(sockets.length, 1);
  }
  pass(3_500);
  assert.equal(sockets.length, 2);
});

test('where connections cannot be opened, it asks why and goes on', async () => {
  trouble = 'the proxy passes no Upgrade';
  session().start();
  /** @param {number} times */
  const fail = async (times) => {
    for (let i = 0; i < times; i++) {
      const made = sockets.length;
      sockets[made - 1].onclose({ code: 1006 });
      await Promise.resolve();
      await Promise.resolve();
      while (sockets.length === made) pass(100);
    }
  };
  await fail(2);
  assert.equal(asked, 0);
  await fail(1);
  assert.equal(asked, 1);
  assert.equal(said, trouble);
  await fail(1);
  assert.equal(said, trouble, 'it is said until it works');
  sockets.at(-1)?.onopen();
  sockets.at(-1)?.receive({ type: 'welcome', now: 5, heartbeat: 20_000 });
  assert.equal(said, undefined);
  await fail(3);
  assert.equal(said, undefined, 'one that was open before counts anew');
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
