import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modeOf, optionsOf } from '../../js/display/app.js';
import { pathOf } from '../../js/display/chart.js';
import { momentsOf } from '../../js/display/moments.js';
import { Queue } from '../../js/display/queue.js';
import { Pool, revealOrder } from '../../js/display/ranking.js';
import { Reveal } from '../../js/display/reveal.js';
import { roundUp, Series, spread, thin } from '../../js/display/series.js';
import { de, en } from '../../js/display/strings.js';
import { after, challenge, joined, message, row } from './support.js';

test('the address says what a display shows', () => {
  const address = { pathname: '/h/old-town/display', search: '?top=50&light', hash: '#code=LANTERN' };
  assert.deepEqual(optionsOf(address), { hunt: 'old-town', code: 'LANTERN', top: 20, light: true });
  assert.equal(optionsOf({ ...address, pathname: '/h/%E0%A4%A/display' }).hunt, '%E0%A4%A');
  const { top, code, light } = optionsOf({ ...address, search: '?top=many', hash: '' });
  assert.deepEqual([top, code, light], [10, '', false]);
  assert.equal(optionsOf({ ...address, search: '?top=1' }).top, 5);
});

test('the screen shows what the hunt is at', () => {
  const hunt = (/** @type {string} */ phase) => after([joined({ phase })]).hunt;
  const open = hunt('open');
  const { board } = open;
  assert.ok(board);
  assert.equal(modeOf(open, board, false), 'play');
  assert.equal(modeOf(open, board, true), 'reveal');
  assert.equal(modeOf({ ...open, presence: 'unknown' }, null, true), 'unknown');
  assert.equal(modeOf(hunt('draft'), board, false), 'before');
  assert.equal(modeOf(hunt('closed'), board, false), 'podium');
  assert.equal(modeOf(hunt('closed'), { ...board, frozen: true }, false), 'play', 'not before the reveal');
  assert.equal(modeOf(hunt('closed'), { ...board, rows: [] }, false), 'play', 'nobody to show');
});

test('a first solve and badges are moments; points stay dark while the board is frozen', () => {
  const definition = { challenges: [challenge()] };
  const event = { seq: 9, at: 1, name: 'Ada', entrant: 'a', challenge: 'lantern', points: 120, first: true };
  const moments = momentsOf(after([joined({ definition })]).hunt, { ...event, badges: ['owl'] });
  assert.deepEqual(
    moments.map((m) => [m.kind, m.title, m.points]),
    [
      ['first', 'The oldest lantern', 120],
      ['badge', 'owl', undefined],
    ],
  );
  const frozen = after([joined({ definition, board: message('board', { frozen: true }) })]).hunt;
  assert.equal(momentsOf(frozen, { ...event, badges: [] })[0].points, undefined);
  assert.deepEqual(momentsOf(frozen, { ...event, first: false, badges: [] }), []);
});

test('a row keeps its node however the ranking changes', () => {
  const pool = new Pool(4);
  const [a, b, c] = pool.lend(['a', 'b', 'c']);
  assert.equal(new Set([a, b, c]).size, 3);
  assert.deepEqual(pool.lend(['c', 'a', 'b']), [c, a, b]);
  const [, , d] = pool.lend(['c', 'a', 'd']);
  assert.ok(![a, b, c].includes(d), 'a row that leaves keeps its node while there is another');
  assert.deepEqual(pool.lend(['d', 'b', 'a']), [d, b, a], 'the node given back longest ago comes first');
});

test('a pool lends no more than it has', () => {
  const pool = new Pool(2);
  assert.deepEqual(pool.lend(['a', 'b', 'c']), [0, 1, -1]);
  assert.deepEqual(pool.lend(['c', 'd']).toSorted(), [0, 1]);
});

test('places are called from the bottom up, the winner after the longest wait', () => {
  const rows = [row(1, 'a', 90), row(2, 'b', 80), row(3, 'c', 70), row(4, 'd', 60)];
  const before = [row(1, 'b', 50), row(2, 'c', 40), row(3, 'a', 30)];
  const calls = revealOrder(rows, before);
  assert.deepEqual(
    calls.map((call) => [call.row.entrant, call.moved]),
    [
      ['d', undefined],
      ['c', -1],
      ['b', -1],
      ['a', 2],
    ],
  );
  const waits = calls.map((call) => call.wait);
  assert.deepEqual(
    waits,
    waits.toSorted((x, y) => x - y),
  );
});

test('a reveal waits, names, goes on and ends by itself', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {unknown[]} */
  const seen = [];
  const reveal = new Reveal(() =>
    seen.push(reveal.now && [reveal.now.call.row.rank, reveal.now.named, reveal.best]),
  );
  reveal.start(revealOrder([row(1, 'a', 9), row(2, 'b', 8)], []));
  assert.deepEqual(
    reveal.rows.map((r) => r.rank),
    [1, 2],
  );
  context.mock.timers.tick(60_000);
  for (let i = 0; i < 4; i++) context.mock.timers.tick(60_000);
  assert.deepEqual(seen, [[2, false, 3], [2, true, 2], [1, false, 2], [1, true, 1], null]);
});

test('a skipped reveal is over and stays so', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  let changes = 0;
  const reveal = new Reveal(() => changes++);
  reveal.start(revealOrder([row(1, 'a', 9), row(2, 'b', 8)], []));
  reveal.skip();
  reveal.skip();
  assert.equal(reveal.now, null);
  context.mock.timers.tick(60_000);
  assert.equal(changes, 2);
});

test('a queue shows one after the other, and drops what is minor when too many wait', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {(string|null)[]} */
  const shown = [];
  const queue = new Queue({
    most: 2,
    time: () => 10,
    minor: (/** @type {string} */ item) => item.startsWith('minor'),
    show: (item) => shown.push(item),
  });
  for (const item of ['a', 'b', 'minor', 'c', 'd']) queue.push(item);
  for (let i = 0; i < 4; i++) context.mock.timers.tick(10);
  assert.deepEqual(shown, ['a', 'c', 'd', null]);
  queue.push('e');
  queue.clear();
  assert.deepEqual(shown.slice(4), ['e', null]);
});

test('a thinned line keeps its ends and its last value of every span', () => {
  const points = Array.from({ length: 1000 }, (_, i) => /** @type {[number, number]} */ ([i * 10, i]));
  const kept = thin(points, 50);
  assert.ok(kept.length <= 50 && kept.length > 40, `${kept.length}`);
  assert.deepEqual(kept[0], points[0]);
  assert.deepEqual(kept.at(-1), points.at(-1));
  for (let i = 1; i < kept.length; i++) assert.ok(kept[i][0] > kept[i - 1][0] && kept[i][1] > kept[i - 1][1]);
  assert.equal(thin(points.slice(0, 50), 50).length, 50);
});

test('however long a hunt runs, a line stays bounded', () => {
  const series = new Series();
  for (let i = 0; i < 20_000; i++) series.add([row(1, 'a', i)], i * 100);
  assert.ok(series.line('a').length <= 320);
  assert.deepEqual(series.line('a')[0], [0, 0]);
  assert.deepEqual(series.line('a').at(-1), [1_999_900, 19_999]);
});

test('what the server remembers comes before what was seen', () => {
  const series = new Series();
  series.add([row(1, 'a', 30), row(2, 'b', 10)], 500);
  series.seed([
    {
      entrant: 'a',
      points: [
        [100, 10],
        [200, 20],
      ],
    },
  ]);
  assert.deepEqual(series.line('a'), [
    [100, 10],
    [200, 20],
    [500, 30],
  ]);
  series.add([row(1, 'a', 30)], 600);
  assert.equal(series.line('a').length, 3, 'nothing new, no point');
  assert.deepEqual(series.line('b'), [], 'a row that left the board is forgotten');
});

test('an axis ends at a round number', () => {
  assert.deepEqual([0, 4, 7, 99, 101, 1595, 4194303].map(roundUp), [4, 4, 8, 100, 120, 1600, 5_000_000]);
});

test('labels never lie on each other', () => {
  const placed = spread([0.5, 0.5, 0.52, 0.99, 1], 0.1);
  const order = placed.toSorted((x, y) => x - y);
  for (let i = 1; i < order.length; i++) assert.ok(order[i] - order[i - 1] > 0.0999);
  assert.ok(order[0] >= 0 && order[4] <= 1);
  assert.deepEqual(spread([0.2, 0.8], 0.1), [0.2, 0.8]);
});

test('a line is made of steps and ends with now', () => {
  assert.equal(
    pathOf(
      [
        [0, 0],
        [50, 5],
        [75, 10],
      ],
      0,
      100,
      10,
    ),
    'M0 1000H0V1000H500V500H750V0H1000',
  );
  assert.equal(pathOf([], 0, 100, 10), 'M0 1000H1000');
});

test('both languages say the same things', () => {
  assert.deepEqual(Object.keys(de), Object.keys(en));
});
