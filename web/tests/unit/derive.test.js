import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextBonus, ownRowBelow, statusOf, worthOf } from '../../js/derive.js';
import { after, challenge, joined, row } from './support.js';

const NOW = 50_000;

/** @param {Record<string, any>} over of the challenge @param {Record<string, any>} [you] @param {string} [phase] */
function status(over, you = {}, phase = 'open') {
  const c = challenge(over);
  return statusOf(after([joined({ phase, you, definition: { challenges: [c] } })]).hunt, c, NOW);
}

test('the status of a challenge', () => {
  assert.equal(status({}), 'ready');
  assert.equal(status({ locked: true }), 'locked');
  assert.equal(status({}, {}, 'paused'), 'shut');
  assert.equal(status({ opens: NOW + 1 }), 'early');
  assert.equal(status({ closes: NOW }), 'late');
  assert.equal(
    status({ attempts: { max: 3 } }, { attempts: { lantern: { left: 0, retry_at: 0 } } }),
    'exhausted',
  );
  assert.equal(status({}, { attempts: { lantern: { retry_at: NOW + 1 } } }), 'resting');
  assert.equal(status({}, { attempts: { lantern: { retry_at: NOW } } }), 'ready');
  assert.equal(status({}, { pending: { lantern: { id: 'x', at: 1 } } }), 'review');
  assert.equal(status({}, { solved: { lantern: { seq: 1, points: 1, at: 1 } } }, 'closed'), 'solved');
});

test('worth comes from the board and includes the bonus; before a board it is computed', () => {
  const { hunt } = after([joined()]);
  assert.equal(worthOf(hunt, challenge()), 120);
  assert.equal(nextBonus(hunt, challenge()), 20);
  const board = {
    type: 'board',
    seq: 5,
    entrants: 1,
    size: 50,
    rows: [row(1, 'e1', 0)],
    challenges: { lantern: { worth: 90, solves: 2 } },
  };
  const later = after([joined({ board })]).hunt;
  assert.equal(worthOf(later, challenge()), 90);
  assert.equal(nextBonus(later, challenge()), 0);
});

test('the own row stands below only while the board does not hold it', () => {
  assert.equal(ownRowBelow(after([joined()]).hunt), null);
  const board = { seq: 5, entrants: 9, size: 1, rows: [row(1, 'other', 10)], challenges: {} };
  assert.equal(ownRowBelow(after([joined({ board, you: { rank: 9 } })]).hunt)?.rank, 9);
  assert.equal(
    ownRowBelow(after([joined({ board: { ...board, frozen: true }, you: { rank: 9 } })]).hunt),
    null,
  );
});
