import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyBoard } from '../../js/board.js';
import { message, row } from './support.js';

const full = message('board', {
  seq: 10,
  entrants: 3,
  rows: [row(2, 'b', 20), row(1, 'a', 30), row(3, 'c', 0)],
  challenges: { x: { worth: 100, solves: 0 }, y: { worth: 50, solves: 2 } },
});

test('a full board replaces, in order of rank', () => {
  const board = applyBoard(null, full);
  assert.deepEqual(
    board?.rows.map((r) => r.entrant),
    ['a', 'b', 'c'],
  );
});

test('a delta replaces rows of the same rank and changed challenges only', () => {
  const held = applyBoard(null, full);
  const delta = message('board', {
    base: 10,
    seq: 12,
    at: 2,
    entrants: 3,
    rows: [row(1, 'c', 50), row(2, 'a', 30), row(3, 'b', 20)],
    challenges: { x: { worth: 90, solves: 1 } },
  });
  const board = applyBoard(held, delta);
  assert.deepEqual(
    board?.rows.map((r) => [r.rank, r.entrant]),
    [
      [1, 'c'],
      [2, 'a'],
      [3, 'b'],
    ],
  );
  assert.deepEqual(board?.challenges, { x: { worth: 90, solves: 1 }, y: { worth: 50, solves: 2 } });
  assert.equal(board?.seq, 12);
  assert.deepEqual(
    held?.rows.map((r) => r.entrant),
    ['a', 'b', 'c'],
    'the held board is untouched',
  );
});

test('rows beyond the entrants vanish', () => {
  const board = applyBoard(
    applyBoard(null, full),
    message('board', { base: 10, seq: 11, entrants: 2, rows: [row(2, 'c', 0)] }),
  );
  assert.deepEqual(
    board?.rows.map((r) => r.entrant),
    ['a', 'c'],
  );
});

test('rows beyond the size vanish', () => {
  const board = applyBoard(
    applyBoard(null, full),
    message('board', { base: 10, seq: 11, entrants: 3, size: 1, rows: [] }),
  );
  assert.equal(board?.rows.length, 1);
});

test('a delta of another board is refused', () => {
  assert.equal(applyBoard(applyBoard(null, full), message('board', { base: 9, seq: 11, rows: [] })), null);
  assert.equal(applyBoard(null, message('board', { base: 10, seq: 11, rows: [] })), null);
});
