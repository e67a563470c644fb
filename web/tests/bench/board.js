import { applyBoard } from '../../js/board.js';
import { placesView } from '../../js/display/places.js';
import { Series } from '../../js/display/series.js';

// One board of 50 rows after another, each with every row in another place:
// what the main thread needs from the message to the finished layout.

const ROWS = 50;
const UPDATES = 200;

const view = placesView(ROWS);
const stage = document.createElement('section');
stage.className = 'board';
stage.append(view.node);
document.body.append(stage);

const series = new Series();
const names = Array.from({ length: ROWS }, (_, i) => `Entrant ${i} of the harbour`);

/** @param {number} turn */
function message(turn) {
  const rows = names
    .map((name, i) => ({ entrant: `e${i}`, name, points: ((i * 7919 + turn * 104729) % 5000) + turn * 10 }))
    .sort((a, b) => b.points - a.points)
    .map((row, i) => ({ ...row, rank: i + 1, solved: turn % 20, badges: 1 }));
  return JSON.stringify({ type: 'board', seq: turn, at: turn, entrants: ROWS, size: ROWS, rows });
}

/** @type {number[]} */
const script = [];
/** @type {number[]} */
const whole = [];
for (let turn = 0; turn < UPDATES; turn++) {
  const text = message(turn);
  await new Promise(requestAnimationFrame);
  const start = performance.now();
  const board = applyBoard(null, JSON.parse(text));
  if (!board) throw new Error('no board');
  series.add(board.rows, turn * 100);
  view.update(board.rows, Date.now());
  const scripted = performance.now();
  stage.getBoundingClientRect(); // style and layout, now
  whole.push(performance.now() - start);
  script.push(scripted - start);
}

/** @param {number[]} times */
function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (/** @type {number} */ part) => sorted[Math.floor(part * (sorted.length - 1))].toFixed(2);
  return { median: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1) };
}

Object.assign(globalThis, {
  result: { rows: ROWS, updates: UPDATES, script: summary(script), withLayout: summary(whole) },
});
document.title = 'done';
