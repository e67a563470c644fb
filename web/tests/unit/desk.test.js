import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeOf, tokenIn } from '../../js/organizer/app.js';
import { allowed } from '../../js/organizer/desk.js';
import { consequenceText, huntIn, summaryOf } from '../../js/organizer/editor.js';
import { kindsFor, offersOf, readChange } from '../../js/organizer/kinds.js';
import { wordsOf } from '../../js/organizer/ledger.js';
import { factsOf } from '../../js/organizer/people.js';
import { readPoints } from '../../js/organizer/reviews.js';
import { joinCodeIn } from '../../js/organizer/share.js';

test('the address names a hunt, a tab and an item, or brings a token', () => {
  assert.deepEqual(routeOf(''), { hunt: '', tab: '', item: '' });
  assert.deepEqual(routeOf('#/old-town/entrants/a%2Fb'), { hunt: 'old-town', tab: 'entrants', item: 'a/b' });
  assert.deepEqual(routeOf('#/+'), { hunt: '+', tab: '', item: '' });
  for (const hash of [
    '#/old-town/entrants/%E0%A4%A',
    '#/old-town/%E0%A4%A',
    '#/%E0%A4%A',
    '#/%',
    '#/Old Town',
  ])
    assert.equal(routeOf(hash), null, hash);
  assert.equal(tokenIn('#token=a%20b'), 'a b');
  assert.equal(tokenIn('#token=100%'), '100%', 'one that was not encoded counts as it stands');
  assert.equal(tokenIn('#/old-town'), '');
});

test('a phase allows the moves that lead on from it', () => {
  assert.deepEqual(allowed('draft', false), ['draftopen', 'openat']);
  assert.deepEqual(allowed('open', false), ['paused', 'freeze', 'closed']);
  assert.deepEqual(allowed('paused', true), ['open', 'reveal', 'closed']);
  assert.deepEqual(allowed('closed', false), ['reopen']);
  assert.deepEqual(allowed('closed', true), ['reopen', 'reveal']);
  assert.deepEqual(allowed('draft', false), ['draftopen', 'openat'], 'the table is not changed by use');
});

test('what an entrant has can be taken back, the rest can be given', () => {
  const award = { seq: 1, at: 1, points: 100, bonus: 0 };
  const person = {
    awards: [
      { ...award, challenge: 'lantern', revoked: false },
      { ...award, challenge: 'gate', revoked: true },
    ],
    badges: [{ badge: 'owl', seq: 2, at: 1, points: 10 }],
  };
  const all = { challenge: ['lantern', 'gate'], badge: ['owl', 'fox'] };
  assert.deepEqual(offersOf('revoke', person, all), { challenge: ['lantern'], badge: ['owl'] });
  assert.deepEqual(offersOf('grant', person, all), { challenge: ['gate'], badge: ['fox'] });
});

test('a change of points is a whole number with any minus, and not 0', () => {
  assert.deepEqual(['5', ' +10 ', '-3', '−3'].map(readChange), [5, 10, -3, -3]);
  assert.deepEqual(['', '0', '-0', '1.5', '1e3', 'ten'].map(readChange), [
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});

test('a hunt file names its hunt and its join code, in YAML and in JSON', () => {
  assert.equal(huntIn('# mine\nhunt: old-town\ntitle: x'), 'old-town');
  assert.equal(huntIn('{"hunt": "old-town", "title": "x"}'), 'old-town');
  assert.equal(huntIn('title: hunt'), '');
  assert.equal(joinCodeIn('hunt: x\njoin_code: "LANTERN" # said aloud'), 'LANTERN');
  assert.equal(joinCodeIn('hunt: x'), '');
});

test('a check counts its findings; a file with errors has no highest score', () => {
  const finding = { line: 1, column: 1, path: '', message: '', remedy: '' };
  const warning = { ...finding, severity: /** @type {const} */ ('warning') };
  const error = { ...finding, severity: /** @type {const} */ ('error') };
  const note = { ...finding, severity: /** @type {const} */ ('note') };
  assert.match(summaryOf([], 150), /150/);
  assert.equal(summaryOf([note], 150), summaryOf([], 150));
  assert.match(summaryOf([warning], 150), /1 warning.*150/);
  assert.doesNotMatch(summaryOf([warning, error], 0), /score/i);
});

test('an entry of the ledger in words', () => {
  const entry = { epoch: '1', seq: 3, at: 1, entrant: 'e1' };
  const titles = {
    challenge: new Map([['lantern', 'The oldest lantern']]),
    badge: new Map([['lantern', 'Lit']]),
  };
  /** @param {Partial<import('../../js/types/api.js').Entry>} over */
  const words = (over) => wordsOf({ ...entry, type: 'awarded', ...over }, titles);
  assert.deepEqual(words({ challenge: 'lantern' }), {
    what: 'found The oldest lantern',
    quote: undefined,
    by: '',
    back: '',
  });
  assert.equal(words({ challenge: 'gone' }).what, 'found gone');
  assert.equal(words({ type: 'badge', badge: 'owl', challenge: 'lantern' }).what, 'earned owl');
  assert.equal(words({ type: 'badge', badge: 'lantern', challenge: 'lantern' }).what, 'earned Lit');
  assert.equal(words({ type: 'phase', phase: 'open', frozen: true }).what, 'hunt is open, board frozen');
  assert.equal(words({ type: 'defined', rev: 2 }).what, 'hunt file, revision 2');
  assert.equal(words({ type: 'extended', minutes: 5 }).what, '+5 min of time');
  assert.equal(words({ type: 'penalised', challenge: 'lantern' }).what, 'wrong answer at The oldest lantern');
  assert.equal(words({ type: 'renamed', name: 'Bo' }).quote, 'Bo');
  assert.deepEqual(
    [words({ type: 'adjusted', by: 'start', reason: 'a gift' })].map((w) => [w.quote, w.by]),
    [['a gift', 'by the start']],
  );
  assert.equal(words({ type: 'announced', text: 'Tea at five' }).quote, 'Tea at five');
  assert.notEqual(words({ text: 'restores 1-2/abc' }).back, '');
  assert.equal(
    words({ type: 'announced', text: 'restores 1-2/abc' }).back,
    '',
    'an organizer may write that',
  );
});

const person = {
  entrant: 'e1',
  name: 'The Otters',
  rank: 2,
  points: 150,
  banned: false,
  hidden: false,
  division: '',
  number: 0,
  joined_at: 0,
  started: 0,
  ends: 0,
  extra: 0,
  finished: 0,
  skips: [],
  players: ['a', 'b'],
  members: [],
  awards: [],
  badges: [],
  hints: [],
  attempts: [],
  history: [],
  history_after: 0,
};
const divisions = [{ id: 'school', title: 'Schools', code_required: false }];

test('what can be done to an entrant depends on it and on the hunt', () => {
  const plain = kindsFor(person, { divisions: [], limit: 0, mode: 'solo' });
  assert.deepEqual(plain, ['adjust', 'grant', 'revoke', 'rename', 'skip', 'hide', 'ban']);
  const all = kindsFor({ ...person, hidden: true, skips: ['a'] }, { divisions, limit: 60_000, mode: 'team' });
  for (const kind of /** @type {const} */ (['division', 'extend', 'move', 'unskip', 'show']))
    assert.ok(all.includes(kind), kind);
  assert.ok(!all.includes('hide'));
  assert.deepEqual(kindsFor({ ...person, banned: true }, { divisions, limit: 0, mode: 'solo' }), ['lift']);
});

test('an approval gives a whole number of points up to the most', () => {
  assert.deepEqual(
    ['0', ' 80 ', '81', '-1', '1.5', ''].map((text) => readPoints(text, 80)),
    [0, 80, null, null, null, null],
  );
});

test('what a file does at once is said in the language of the page', () => {
  const text = (/** @type {any} */ over) =>
    consequenceText({ kind: 'closes', text: 'as the server says', entrants: 2, ...over });
  assert.equal(text({}), 'The file closes the hunt now. 2 entrants in it.');
  assert.equal(text({ kind: 'again', challenge: 'gate' }), '2 entrants can earn “gate” a second time.');
  assert.equal(text({ kind: 'burns' }), 'as the server says');
});

test('the line about an entrant', () => {
  const desk = { divisions, titles: { challenge: new Map([['gate', 'The gate']]), badge: new Map() } };
  const [place, points, team, id] = factsOf(person, desk, 1).split(' · ');
  assert.match(place, /2/);
  assert.match(points, /150/);
  assert.match(team, /2/);
  assert.equal(id, 'e1');
  assert.doesNotMatch(factsOf({ ...person, banned: true, rank: 0 }, desk, 1), /place/i);
  const full = {
    ...person,
    hidden: true,
    division: 'school',
    started: 1,
    ends: 2,
    finished: 3,
    skips: ['gate'],
  };
  const members = [{ player: 'p1', name: 'Ada' }];
  assert.match(
    factsOf({ ...full, members }, desk, 1),
    /Hidden · 150 points · Schools · Ada · started .* · has time until .* · finished .* · may skip The gate · e1$/,
  );
});
