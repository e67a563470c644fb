import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStore, emptyState, reduce } from '../../js/store.js';
import { after, awardedVerdict, challenge, definition, HUNT, joined, message, verdict } from './support.js';

test('welcome names the player and shows how the clocks differ', () => {
  const state = after([message('welcome', { player: 'p1', name: 'Ada', now: 5_000 })], 1_000);
  assert.deepEqual(state.player, { id: 'p1', name: 'Ada' });
  assert.equal(state.clock, 4_000);
});

test('messages of another hunt change nothing', () => {
  const state = after([joined()]);
  const other = message('notice', { hunt: 'other', seq: 9 });
  assert.equal(reduce(state, { do: 'message', message: other, now: 1 }), state);
});

test('an award raises the total once, however often it is reported', () => {
  const { hunt } = after([
    joined(),
    awardedVerdict({ badges: ['owl'] }),
    awardedVerdict({ badges: ['owl'], replay: true }),
    message('badge', { seq: 7, badge: 'owl', points: 10, total: 130 }),
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
  assert.deepEqual(hunt.verdicts.lantern, { ...awardedVerdict({ replay: true }), received: 1_000 });
});

test('a wrong claim keeps what is left and when the next may come', () => {
  const { hunt } = after(
    [joined(), verdict({ outcome: 'wrong', attempts_left: 2, retry_after: 3_000 })],
    1_000,
  );
  assert.deepEqual(hunt.you?.attempts.lantern, { left: 2, retry_at: 4_000 });
});

test('a claim in review is pending until its award', () => {
  const review = after([joined(), verdict({ outcome: 'pending', at: 900 })]).hunt;
  assert.equal(review.you?.pending.lantern.id, 'c1');
  const later = after([
    joined(),
    verdict({ outcome: 'pending', at: 900 }),
    message('award', { id: 'c1' }),
  ]).hunt;
  assert.deepEqual(later.you?.pending, {});
  assert.ok(later.you?.solved.lantern);
});

test('a rejected claim is no longer pending', () => {
  const { hunt } = after([joined(), verdict({ outcome: 'pending', at: 900 }), verdict({ outcome: 'wrong' })]);
  assert.deepEqual(hunt.you?.pending, {});
});

test('a revoked award is unsolved again and its points are gone', () => {
  const { hunt } = after([
    joined(),
    awardedVerdict(),
    message('revoked', { seq: 7, challenge: 'lantern', points: -120, total: 0 }),
  ]);
  assert.deepEqual(hunt.you?.solved, {});
  assert.equal(hunt.you?.points, 0);
  assert.equal(hunt.verdicts.lantern, undefined);
});

test('a join after a break adds what was missed to the log, once', () => {
  const missed = [message('award', { seq: 6, at: 900 }), message('notice', { seq: 7, at: 901 })];
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

test('after a loss of history the log begins again', () => {
  const { hunt } = after([joined(), awardedVerdict(), joined({ epoch: '8', seq: 2, reset: true })]);
  assert.equal(hunt.log.length, 0);
  assert.deepEqual(hunt.verdicts, {});
  assert.equal(hunt.seq, 2);
});

test('conflated messages do not move the point to resume from', () => {
  const { hunt } = after([
    joined(),
    message('board', { seq: 40 }),
    message('standing', { seq: 41, points: 5 }),
  ]);
  assert.equal(hunt.seq, 5);
});

test('a standing older than a verdict leaves the points alone', () => {
  const { hunt } = after([
    joined(),
    awardedVerdict(),
    message('standing', { seq: 5, rank: 4, points: 0, entrants: 9 }),
  ]);
  assert.equal(hunt.you?.points, 120);
});

test('a pushed definition does not hide what was unlocked', () => {
  const pushed = definition({
    challenges: [challenge({ locked: true, description: '', title: 'Renamed' })],
  });
  const { hunt } = after([joined(), message('definition', { definition: pushed })]);
  assert.equal(hunt.definition?.challenges[0].description, 'Read the year.');
  assert.equal(hunt.definition?.challenges[0].title, 'Renamed');
});

test('hints are bought once and cost what they cost', () => {
  const hinted = message('hinted', { id: 'h', cost: 10, total: 110, seq: 7 });
  const { hunt } = after([joined(), awardedVerdict(), hinted, { ...hinted, replay: true }]);
  assert.equal(hunt.you?.points, 110);
  assert.equal(hunt.log.filter((e) => e.type === 'hinted').length, 1);
});

test('log and ticker stay bounded', () => {
  const notices = Array.from({ length: 500 }, (_, i) => message('notice', { seq: 10 + i, at: i }));
  const event = { name: 'A', entrant: 'a', challenge: 'lantern', points: 1, first: false, badges: [] };
  const tickers = Array.from({ length: 500 }, (_, i) =>
    message('ticker', { events: [{ ...event, seq: i, at: i }], skipped: 1 }),
  );
  const { hunt } = after([joined(), ...notices, ...tickers]);
  assert.equal(hunt.log.length, 200);
  assert.equal(hunt.ticker.length, 40);
  assert.equal(hunt.ticker[0].seq, 499);
  assert.equal(hunt.skipped, 500);
});

test('the store calls its listeners after changes only', () => {
  const store = createStore(emptyState(HUNT));
  let calls = 0;
  const stop = store.subscribe(() => calls++);
  store.dispatch({ do: 'message', message: joined(), now: 1 });
  store.dispatch({ do: 'message', message: message('pong'), now: 1 });
  stop();
  store.dispatch({ do: 'joining' });
  assert.equal(calls, 1);
});
