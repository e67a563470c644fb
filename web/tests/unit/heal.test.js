import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Game } from '../../js/game.js';
import { Outbox } from '../../js/outbox.js';
import { DoubleStorage, PageStorage } from '../../js/storage.js';
import { createStore, emptyState } from '../../js/store.js';
import {
  awardedVerdict,
  challenge,
  definition,
  HUNT,
  joined,
  message,
  verdict,
  watching,
} from './support.js';

const MINUTE = 60_000;
const two = {
  definition: { challenges: [challenge(), challenge({ id: 'gate', title: 'The gate' })] },
};

/** @type {any[]} */
let sent = [];
/** @type {any[]} */
let happenings = [];

beforeEach(() => {
  sent = [];
  happenings = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
});

/** A page that has joined, with two claims answered. */
function played() {
  const session = { connection: { status: 'live' }, send: (/** @type {any} */ m) => sent.push(m) > 0 };
  const outbox = new Outbox(new PageStorage());
  const game = new Game({
    store: createStore(emptyState(HUNT)),
    session: /** @type {any} */ (session),
    outbox,
    onJoined() {},
    onHappening: (m) => happenings.push(m),
  });
  game.enter({});
  game.receive(message('welcome', { player: 'p1', name: 'Ada', now: Date.now() }));
  answerJoin(game);
  game.claim('lantern', { text: '1874' });
  game.receive(awardedVerdict({ id: claims()[0].id, seq: 6 }));
  mock.timers.tick(1);
  game.claim('gate', { text: 'night' });
  game.receive(awardedVerdict({ id: claims()[1].id, challenge: 'gate', seq: 7 }));
  happenings = [];
  return { game, outbox };
}

/** @param {Game} game @param {Record<string, any>} [over] */
function answerJoin(game, over) {
  game.receive(joined({ ...two, id: sent.findLast((m) => m.type === 'join').id, ...over }));
}
const claims = () => sent.filter((m) => m.type === 'claim');
const healed = () => happenings.filter((m) => m.type === 'healed');
const reset = message('reset', { epoch: '8', seq: 5 });

test('after a reset what counted is claimed again, in order, under the same ids, and reported once', () => {
  const { game } = played();
  const ids = claims().map((c) => c.id);
  game.receive(reset);
  assert.equal(claims().length, 2, 'not before the hunt is joined again');
  answerJoin(game, { epoch: '8' });
  assert.deepEqual(
    claims()
      .slice(2)
      .map((c) => [c.id, c.challenge, c.proof]),
    [
      [ids[0], 'lantern', { text: '1874' }],
      [ids[1], 'gate', { text: 'night' }],
    ],
  );
  game.receive(awardedVerdict({ id: ids[0], seq: 6 }));
  assert.deepEqual(healed(), []);
  game.receive(awardedVerdict({ id: ids[1], challenge: 'gate', seq: 7, replay: true }));
  assert.deepEqual(healed(), [{ type: 'healed', hunt: HUNT, sent: 2, missing: [] }]);
  assert.deepEqual(
    happenings.filter((m) => m.type === 'verdict'),
    [],
    'no second celebration',
  );

  // It can happen again.
  game.receive({ ...reset, epoch: '9' });
  answerJoin(game, { epoch: '9' });
  assert.equal(claims().length, 6);
});

test('claims that the server still has are not sent again', () => {
  const { game } = played();
  game.receive(reset);
  answerJoin(game, {
    epoch: '8',
    you: { solved: { lantern: { seq: 6, points: 120, at: 1 } }, pending: { gate: { id: 'x', at: 1 } } },
  });
  assert.equal(claims().length, 2);
  assert.deepEqual(healed(), [{ type: 'healed', hunt: HUNT, sent: 0, missing: [] }]);
});

test('claims that cannot be counted any more are named', () => {
  const { game, outbox } = played();
  game.receive(reset);
  answerJoin(game, { epoch: '8' });
  const [, , first, second] = claims();
  game.receive(verdict({ id: first.id, outcome: 'closed' }));
  game.receive(message('error', { id: second.id, code: 'unknown_challenge', message: 'gone' }));
  assert.deepEqual(healed(), [{ type: 'healed', hunt: HUNT, sent: 2, missing: ['lantern', 'gate'] }]);
  assert.deepEqual(outbox.waiting('p1', HUNT), []);
});

test('a reconnect to a ledger that ends earlier heals, too; one to a node that lags says nothing', () => {
  const { game } = played();
  game.receive(reset); // any reason to join again
  answerJoin(game, { epoch: '8', seq: 7, you: { solved: both(7) } });
  happenings = [];
  game.receive(message('definition', { seq: 9, definition: definition(two.definition) }));
  answerJoin(game, { epoch: '8', seq: 8, you: { solved: both(7) } });
  assert.deepEqual(healed(), []);
  assert.equal(claims().length, 2);
});

test('a snapshot of the same history is not a loss, however old the page is', () => {
  const { game } = played();
  game.receive(message('definition', { seq: 9, definition: definition(two.definition) }));
  answerJoin(game, { seq: 90_000, reset: true, you: { solved: {} } });
  assert.equal(claims().length, 2);
  assert.deepEqual(healed(), []);
});

test('wrong claims, old ones and revoked ones are not sent again', () => {
  const { game, outbox } = played();
  game.claim('lantern', { text: 'no' });
  game.receive(verdict({ id: claims()[2].id, outcome: 'wrong' }));
  game.receive(message('revoked', { challenge: 'gate', seq: 8, points: -120, total: 120 }));
  assert.deepEqual(
    outbox.answered('p1', HUNT).map((o) => o.challenge),
    ['lantern'],
  );
  mock.timers.tick(16 * MINUTE);
  assert.deepEqual(outbox.answered('p1', HUNT), []);
});

test('answered claims are bounded, the newest stay', () => {
  const outbox = new Outbox(new PageStorage());
  for (let i = 0; i < 60; i++) {
    mock.timers.tick(1);
    const challenge = `x${i}`;
    const proof = { text: 'x' };
    outbox.add({ type: 'claim', id: `c${i}`, player: 'p1', hunt: HUNT, challenge, proof, at: Date.now() });
    outbox.settle(`c${i}`, true);
  }
  const kept = outbox.answered('p1', HUNT);
  assert.equal(kept.length, 50);
  assert.deepEqual([kept[0].id, kept.at(-1)?.id], ['c10', 'c59']);
});

test('a page that watches asks again after a reset', () => {
  const session = { connection: { status: 'live' }, send: (/** @type {any} */ m) => sent.push(m) > 0 };
  const game = new Game({
    store: createStore(emptyState(HUNT)),
    session: /** @type {any} */ (session),
    outbox: new Outbox(new PageStorage()),
    onJoined() {},
    onHappening: (m) => happenings.push(m),
  });
  game.receive(message('welcome', { now: Date.now() }));
  game.receive(watching({ id: sent[0].id }));
  game.receive(reset);
  assert.deepEqual(
    sent.map((m) => m.type),
    ['watch', 'watch'],
  );
});

test('a server that forgot the player gets the join code again', () => {
  const { game } = played();
  game.enter({}, 'LANTERN');
  game.receive(reset);
  const asked = () => sent.findLast((m) => m.type === 'join');
  game.receive(message('error', { id: asked().id, code: 'bad_code' }));
  assert.equal(asked().code, 'LANTERN');
  game.receive(message('error', { id: asked().id, code: 'bad_code' }));
  assert.equal(sent.at(-1).type, 'watch', 'asked once, not for ever');
});

test('items that only the second copy has kept come back', async () => {
  /** @type {Map<string, string>} */
  const disk = new Map();
  const vault = {
    put: async (/** @type {string} */ key, /** @type {string} */ value) => void disk.set(key, value),
    drop: async (/** @type {string} */ key) => void disk.delete(key),
    all: async () => [...disk],
  };
  const before = new DoubleStorage(new PageStorage(), vault);
  before.setItem('veltrix:outbox:1', 'claim');
  before.setItem('veltrix:outbox:2', 'answered');
  before.setItem('veltrix:memory:x', 'much, often');
  before.removeItem('veltrix:outbox:2');
  const after = new DoubleStorage(new PageStorage(), vault); // the power failed before the first copy was written
  await after.recover();
  assert.equal(after.getItem('veltrix:outbox:1'), 'claim');
  assert.equal(after.length, 1);
  const broken = { ...vault, all: () => Promise.reject(new Error('no')) };
  await new DoubleStorage(new PageStorage(), broken).recover();
});

/** @param {number} seq */
function both(seq) {
  return { lantern: { seq, points: 120, at: 1 }, gate: { seq, points: 120, at: 1 } };
}
