import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore, emptyState, reduce } from '../../js/store.js';
import { after, awardedVerdict, challenge, HUNT, joined, row } from './support.js';

test('welcome tells who plays and how the clocks differ', () => {
  const state = after([{ type: 'welcome', player: 'p1', name: 'Ada', now: 5_000 }], 1_000);
  assert.deepEqual(state.player, { id: 'p1', name: 'Ada' });
  assert.equal(state.clock, 4_000);
});

test('messages of another hunt change nothing', () => {
  const state = after([joined()]);
  assert.equal(
    reduce(state, { do: 'message', message: { type: 'notice', hunt: 'other', seq: 9, text: 'x' }, now: 1 }),
    state,
  );
});

test('an award raises the total once, however often it is told', () => {
  const verdict = awardedVerdict({ badges: ['owl'] });
  const { hunt } = after([
    joined(),
    verdict,
    { ...verdict, replay: true },
    { type: 'badge', hunt: HUNT, seq: 7, at: 901, badge: 'owl', points: 10, total: 130 },
  ]);
  assert.equal(hunt.you?.points, 130);
  assert.equal(hunt.you?.solved.lantern.points, 120);
  assert.deepEqual(hunt.log.map((e) => e.type).sort(), ['award', 'badge']);
  assert.equal(hunt.seq, 7);
});

test('a replayed verdict does not bring an old total back', () => {
  const { hunt } = after([
    joined({ seq: 9, you: { points: 300, solved: { lantern: { seq: 6, points: 120, at: 900 } } } }),
    awardedVerdict({ replay: true }),
  ]);
  assert.equal(hunt.you?.points, 300);
  assert.equal(hunt.verdicts.lantern.replay, true);
});

test('a wrong claim keeps what is left and when the next may come', () => {
  const { hunt } = after(
    [joined(), awardedVerdict({ outcome: 'wrong', seq: undefined, attempts_left: 2, retry_after: 3_000 })],
    1_000,
  );
  assert.deepEqual(hunt.you?.attempts.lantern, { left: 2, retry_at: 4_000 });
});

test('a claim in review is pending until its award', () => {
  const review = after([joined(), awardedVerdict({ outcome: 'pending', seq: undefined })]).hunt;
  assert.equal(review.you?.pending.lantern.id, 'c1');
  const later = after([
    joined(),
    awardedVerdict({ outcome: 'pending', seq: undefined }),
    { ...awardedVerdict(), type: 'award' },
  ]).hunt;
  assert.deepEqual(later.you?.pending, {});
  assert.ok(later.you?.solved.lantern);
});

test('a rejected claim is no longer pending', () => {
  const { hunt } = after([
    joined(),
    awardedVerdict({ outcome: 'pending' }),
    awardedVerdict({ outcome: 'wrong' }),
  ]);
  assert.deepEqual(hunt.you?.pending, {});
});

test('a revoked award is unsolved again and its points are gone', () => {
  const { hunt } = after([
    joined(),
    awardedVerdict(),
    {
      type: 'revoked',
      hunt: HUNT,
      seq: 7,
      at: 1,
      challenge: 'lantern',
      points: -120,
      total: 0,
      reason: 'shared',
    },
  ]);
  assert.deepEqual(hunt.you?.solved, {});
  assert.equal(hunt.you?.points, 0);
  assert.equal(hunt.verdicts.lantern, undefined);
});

test('a join after a break adds what was missed to the log, once', () => {
  const missed = [
    { type: 'award', hunt: HUNT, seq: 6, at: 900, challenge: 'lantern', points: 120, bonus: 20, total: 120 },
    { type: 'notice', hunt: HUNT, seq: 7, at: 901, text: 'Soup is ready' },
  ];
  const again = joined({
    seq: 7,
    missed,
    you: { points: 120, solved: { lantern: { seq: 6, points: 120, at: 900 } } },
  });
  const { hunt } = after([joined(), again, again]);
  assert.deepEqual(
    hunt.log.map((e) => e.type),
    ['notice', 'award'],
  );
});

test('lost history starts the log anew', () => {
  const { hunt } = after([joined(), awardedVerdict(), joined({ epoch: '8', seq: 2, reset: true })]);
  assert.equal(hunt.log.length, 0);
  assert.deepEqual(hunt.verdicts, {});
  assert.equal(hunt.seq, 2);
});

test('conflated messages do not move the point to resume from', () => {
  const { hunt } = after([
    joined(),
    { type: 'board', hunt: HUNT, seq: 40, entrants: 1, size: 50, rows: [row(1, 'e1', 0)], challenges: {} },
    { type: 'standing', hunt: HUNT, seq: 41, rank: 1, points: 5, entrants: 1 },
  ]);
  assert.equal(hunt.seq, 5);
});

test('a standing older than a verdict leaves the points alone', () => {
  const { hunt } = after([
    joined(),
    awardedVerdict(),
    { type: 'standing', hunt: HUNT, seq: 5, rank: 4, points: 0, entrants: 9 },
  ]);
  assert.equal(hunt.you?.points, 120);
});

test('a pushed definition does not hide what was unlocked', () => {
  const pushed = {
    hunt: HUNT,
    title: 'New',
    mode: 'solo',
    badges: [],
    challenges: [challenge({ locked: true, description: '', title: 'Renamed' })],
  };
  const { hunt } = after([joined(), { type: 'definition', hunt: HUNT, seq: 6, rev: 2, definition: pushed }]);
  assert.equal(hunt.definition?.challenges[0].description, 'Read the year.');
  assert.equal(hunt.definition?.challenges[0].title, 'Renamed');
});

test('hints are bought once and cost what they cost', () => {
  const hinted = {
    type: 'hinted',
    id: 'h',
    hunt: HUNT,
    challenge: 'lantern',
    hint: 'h1',
    text: 'Look',
    cost: 10,
    total: 110,
    seq: 7,
    at: 1,
  };
  const { hunt } = after([joined(), awardedVerdict(), hinted, { ...hinted, replay: true }]);
  assert.equal(hunt.you?.points, 110);
  assert.equal(hunt.log.filter((e) => e.type === 'hinted').length, 1);
});

test('log and ticker stay bounded', () => {
  const notices = Array.from({ length: 500 }, (_, i) => ({
    type: 'notice',
    hunt: HUNT,
    seq: 10 + i,
    at: i,
    text: 'x',
  }));
  const tickers = Array.from({ length: 500 }, (_, i) => ({
    type: 'ticker',
    hunt: HUNT,
    events: [{ seq: i, at: i, name: 'A', challenge: 'lantern', points: 1 }],
    skipped: 1,
  }));
  const { hunt } = after([joined(), ...notices, ...tickers]);
  assert.equal(hunt.log.length, 200);
  assert.equal(hunt.ticker.length, 40);
  assert.equal(hunt.ticker[0].seq, 499);
  assert.equal(hunt.skipped, 500);
});

test('the store tells its listeners of changes only', () => {
  const store = createStore(emptyState(HUNT));
  let told = 0;
  const stop = store.subscribe(() => told++);
  store.dispatch({ do: 'message', message: joined(), now: 1 });
  store.dispatch({ do: 'message', message: { type: 'pong' }, now: 1 });
  stop();
  store.dispatch({ do: 'joining' });
  assert.equal(told, 1);
});
