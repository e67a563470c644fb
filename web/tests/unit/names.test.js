import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyBoard } from '../../js/board.js';
import { solvesOf, statusOf, worthOf } from '../../js/derive.js';
import { own } from '../../js/ids.js';
import { wordsOf } from '../../js/organizer/ledger.js';
import { errorText } from '../../js/strings.js';
import { offerOf } from '../../js/views/hints.js';
import { claimWords, factsFor, foundOf } from '../../js/views/words.js';
import { after, awardedVerdict, challenge, joined, message, verdict } from './support.js';

// Names that every object has something under. The first two may stand in a hunt file.
const NAMES = ['constructor', 'valueof', 'toString', 'hasOwnProperty', '__proto__'];

/** As the server sends it: JSON makes an own property of __proto__. @template T @param {T} value @returns {T} */
const sent = (value) => JSON.parse(JSON.stringify(value));

/** A record with one name. @param {string} name @param {unknown} value */
const record = (name, value) => JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);

/** @param {string} name */
function hunted(name) {
  const hints = [{ id: name, title: name, cost: 0, requires: [] }];
  const stop = challenge({ id: name, hints, bonus: [] });
  const gate = challenge({ id: 'gate', locked: true, requires: [name] });
  const badge = { id: name, title: name, description: '', icon: '', points: 5, text: '' };
  return { stop, definition: { challenges: [stop, gate], badges: [badge] } };
}

test('a challenge, a hint and a badge of any name are new until something happens', () => {
  for (const name of NAMES) {
    const { stop, definition } = hunted(name);
    const { hunt } = after([sent(joined({ definition }))]);
    assert.equal(statusOf(hunt, stop, 0), 'ready', name);
    assert.equal(worthOf(hunt, stop), 100, name);
    assert.equal(solvesOf(hunt, name), 0, name);
    assert.equal(foundOf(hunt, name, 0), null, name);
    assert.deepEqual(factsFor({ hunt, connection: { status: 'live' } }, stop, 'ready', 0), [
      'nobody has it yet',
    ]);
    assert.equal(claimWords({ hunt, connection: { status: 'live' } }, stop, 'ready', 0).attempts, '');
    assert.deepEqual(offerOf(hunt, stop, stop.hints[0], 0), {
      sending: false,
      obstacle: '',
      refused: '',
      later: '',
    });
  }
});

test('what happens to them is kept under their names', () => {
  for (const name of NAMES) {
    const { stop, definition } = hunted(name);
    const begin = sent(joined({ definition }));
    const wrong = verdict({ challenge: name, outcome: 'wrong', attempts_left: 2 });
    const { you } = after([begin, wrong]).hunt;
    assert.equal(own(you?.attempts, name)?.left, 2, name);
    const review = after([begin, verdict({ challenge: name, outcome: 'pending', at: 7 })]).hunt;
    assert.equal(statusOf(review, stop, 0), 'review', name);
    const found = after([begin, awardedVerdict({ challenge: name, badges: [name] })]).hunt;
    assert.equal(statusOf(found, stop, 0), 'solved', name);
    assert.equal(foundOf(found, name, 0)?.points, 120, name);
    assert.equal(own(found.you?.badges, name)?.seq, 6, name);
    const back = message('revoked', { seq: 7, challenge: name });
    const lost = after([begin, awardedVerdict({ challenge: name }), back]).hunt;
    assert.equal(statusOf(lost, stop, 0), 'ready', name);
    const resumed = after([
      sent(joined({ definition, you: { solved: record(name, { seq: 2, points: 9 }) } })),
    ]);
    assert.equal(statusOf(resumed.hunt, stop, 0), 'solved', name);
    const worth = { worth: 40, solves: 3 };
    const board = message('board', { seq: 5, challenges: record(name, worth) });
    const next = applyBoard(applyBoard(null, board), message('board', { base: 5, seq: 6, rows: [] }));
    assert.deepEqual(own(next?.challenges, name), worth, name);
  }
});

test('words are found under the names of words alone', () => {
  for (const name of NAMES) {
    assert.equal(errorText(name, 'said so', name), 'Said so', name);
    const entry = { epoch: '1', seq: 1, at: 1, type: /** @type {any} */ (name), by: name };
    const { what, by } = wordsOf(entry, { challenge: new Map(), badge: new Map() });
    assert.deepEqual([what, by], [name, `by ${name}`]);
  }
});

test('no script reads a record but by own', () => {
  const records =
    /\b(solved|pending|attempts|badges|hints|verdicts|challenges|errors|said|outcome|who|earned)(\?\.)?\[(?!['\d])/;
  const root = new URL('../../js/', import.meta.url);
  const scripts = readdirSync(root, { recursive: true }).map(String);
  const found = scripts
    .filter((name) => name.endsWith('.js') && !name.startsWith('types'))
    .filter((name) => records.test(readFileSync(new URL(name, root), 'utf8')));
  assert.deepEqual(found, []);
});
