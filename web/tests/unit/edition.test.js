import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progress, statusOf } from '../../js/derive.js';
import { emptyState, reduce } from '../../js/store.js';
import { t as page } from '../../js/strings.js';
import { durationOf, durationText, missing } from '../../js/views/conditions.js';
import { timeTeller } from '../../js/views/ending.js';
import { offerOf } from '../../js/views/hints.js';
import { textOf } from '../../js/views/log.js';
import { momentsOf, spokenMoment } from '../../js/views/moment.js';
import { clockText, divisionText } from '../../js/views/standing.js';
import { canStart } from '../../js/views/start.js';
import { t } from '../../js/views/strings.js';
import { whyEmpty } from '../../js/views/trail.js';
import {
  claimWords,
  complaintFor,
  factsFor,
  foundOf,
  noteFor,
  remarkFor,
  worthText,
} from '../../js/views/words.js';
import {
  after,
  awardedVerdict,
  challenge,
  definition,
  HUNT,
  joined,
  message,
  verdict,
  watching,
} from './support.js';

const NOW = 1_000;
const live = /** @type {const} */ ({ status: 'live' });
const gate = challenge({
  id: 'gate',
  title: 'The gate',
  locked: true,
  description: '',
  requires: ['lantern'],
});
const both = { challenges: [challenge(), gate] };

// ---- What the page holds of the definition ----

test('an answer without a definition keeps the one that the page has', () => {
  const again = { ...joined({ seq: 9 }), definition: undefined, view: 'v1' };
  const { hunt } = after([joined({ definition: both }), again]);
  assert.equal(hunt.definition?.challenges.length, 2);
  assert.deepEqual([hunt.view, hunt.seq], ['v1', 9]);
});

test('what opens takes the place of what was there, and what is new comes last', () => {
  const open = { ...gate, locked: false, description: 'Push.' };
  const later = challenge({ id: 'later' });
  const { hunt } = after([
    joined({ definition: both }),
    message('unlocked', { view: 'v3', challenges: [later, open] }),
  ]);
  assert.deepEqual(
    hunt.definition?.challenges.map((c) => [c.id, c.locked]),
    [
      ['lantern', false],
      ['gate', false],
      ['later', false],
    ],
  );
  assert.equal(hunt.view, 'v3');
  assert.equal(hunt.seq, 5, 'it is no entry of the ledger');
});

test('a pushed definition hides nothing until what the player sees of it has come, and then is exact', () => {
  const solved = challenge({ solved: 'A story.' });
  const open = challenge({ id: 'gate', title: 'The gate' });
  const began = joined({ definition: { challenges: [solved, open] } });
  const pushed = definition({
    challenges: [challenge({ title: 'Renamed', locked: true, description: '' }), gate],
  });
  const waits = after([began, message('definition', { view: 'w2', definition: pushed })]).hunt;
  assert.deepEqual(
    waits.definition?.challenges.map((c) => c.locked),
    [false, false],
  );
  assert.equal(waits.view, '', 'it is no definition of the server');
  const told = message('unlocked', { view: 'v3', challenges: [challenge({ title: 'Renamed' })] });
  const { hunt } = after([began, message('definition', { view: 'w2', definition: pushed }), told]);
  assert.deepEqual(
    hunt.definition?.challenges.map((c) => [c.title, c.locked]),
    [
      ['Renamed', false],
      ['The gate', true],
    ],
  );
  assert.equal(hunt.view, 'v3');
});

test('a definition that hides nothing is the server’s, by its name', () => {
  const { hunt } = after([joined(), message('definition', { view: 'w2' })]);
  assert.equal(hunt.view, 'w2');
});

test('the text of a find and the end of the walk come with the verdict', () => {
  const { hunt } = after([
    joined({ definition: both }),
    awardedVerdict({ solved: 'A story.', finish: 'The end.' }),
  ]);
  assert.equal(hunt.definition?.challenges[0].solved, 'A story.');
  assert.equal(hunt.definition?.finish, 'The end.');
  assert.equal(hunt.you?.finished, 900);
  const pushed = after([joined(), message('finished', { at: 7 })]).hunt;
  assert.deepEqual([pushed.definition?.finish, pushed.you?.finished], ['Well walked.', 7]);
});

test('a hunt that takes a code shows what it is before one is in', () => {
  const info = {
    hunt: HUNT,
    phase: 'open',
    opens: 5,
    entrants: 3,
    definition: definition({ challenges: [] }),
  };
  const state = reduce(emptyState(HUNT), { do: 'outside', info: /** @type {any} */ (info) });
  assert.deepEqual([state.hunt.presence, state.hunt.opens, state.hunt.entrants], ['watching', 5, 3]);
});

// ---- What happens to the entrant ----

test('a wrong answer that costs points says so, is counted once and is in the history', () => {
  const fined = verdict({ penalty: 5, total: 95, seq: 7, at: 3 });
  const began = joined({ you: { points: 100 } });
  const { hunt } = after([began, fined, { ...fined, replay: true }]);
  assert.equal(hunt.you?.points, 95);
  assert.deepEqual(
    hunt.log.map((e) => [e.type, e.points]),
    [['penalised', -5]],
  );
  assert.equal(hunt.seq, 7);
  assert.match(complaintFor(hunt, { ...fined, received: 0 }, NOW), /It cost 5 points\.$/);
  const pushed = after([began, message('penalised')]).hunt;
  assert.equal(pushed.you?.points, 95);
  assert.equal(textOf(pushed, pushed.log[0]), 'A wrong answer: The oldest lantern');
});

test('a near answer costs nothing and is answered in the organizer’s words', () => {
  const near = verdict({ outcome: 'near', say: 'Warm.' });
  const { hunt } = after([joined({ you: { attempts: { lantern: { left: 2, retry_at: 0 } } } }), near]);
  assert.equal(hunt.you?.attempts.lantern.left, 2);
  assert.equal(statusOf(hunt, challenge(), NOW), 'ready');
  assert.equal(remarkFor({ ...near, received: 0 }), 'Warm.');
  assert.equal(complaintFor(hunt, { ...near, received: 0 }, NOW), '');
  assert.deepEqual(momentsOf(hunt, near, NOW).map(spokenMoment), ['The oldest lantern. Warm.']);
});

test('after the close answers are practice', () => {
  const began = joined({ phase: 'closed', definition: { practice: true } });
  const { hunt } = after([began, verdict({ outcome: 'right', practice: true })]);
  assert.equal(statusOf(hunt, challenge(), NOW), 'practice');
  assert.deepEqual(hunt.you?.solved, {});
  assert.equal(remarkFor(hunt.verdicts.lantern), t.verdict.practised);
  assert.equal(noteFor(hunt, challenge(), 'practice', NOW), t.trail.practice);
  const wrong = after([began, verdict({ outcome: 'wrong', practice: true })]).hunt;
  assert.deepEqual(wrong.you?.attempts, {}, 'a try costs no attempt');
  assert.equal(statusOf(hunt, challenge({ proof: { kind: 'review' } }), NOW), 'shut');
  assert.equal(statusOf(after([joined({ phase: 'closed' })]).hunt, challenge(), NOW), 'shut');
});

test('a review that says no gives the form back with its reason', () => {
  const began = [joined(), verdict({ outcome: 'pending', at: 900 })];
  const { hunt } = after([...began, message('reviewed', { reason: 'Too dark' })]);
  assert.deepEqual(hunt.you?.pending, {});
  assert.equal(statusOf(hunt, challenge(), NOW), 'ready');
  assert.equal(
    complaintFor(hunt, hunt.verdicts.lantern, NOW),
    'Not accepted: Too dark. You can hand in again.',
  );
  const other = after([...began, message('reviewed', { claim: 'c0' })]).hunt;
  assert.equal(other.you?.pending.lantern.id, 'c1', 'a later claim waits on');
  const bare = after([...began, message('reviewed')]).hunt;
  assert.equal(complaintFor(bare, bare.verdicts.lantern, NOW), 'Not accepted. You can hand in again.');
});

test('a review that says yes says why', () => {
  const yes = message('reviewed', { seq: 7, approved: true, points: 80, reason: 'Lovely' });
  const { hunt } = after([joined(), verdict({ outcome: 'pending' }), message('award'), yes]);
  assert.deepEqual(foundOf(hunt, 'lantern', NOW)?.more, [t.verdict.bonus(20), '“Lovely”']);
  assert.equal(complaintFor(hunt, hunt.verdicts.lantern, NOW), '');
});

test('a name, a division, a skip and the team change as they are told', () => {
  const team = { code: 'X', players: 1, members: [{ name: 'Ada', here: true }] };
  const members = [
    { name: 'Ada', here: true },
    { name: 'Bo', here: false },
  ];
  const divisions = [{ id: 'school', title: 'Schools', code_required: false }];
  const began = joined({ definition: { ...both, divisions }, you: { team } });
  const told = [message('renamed'), message('division', { seq: 7 }), message('team', { members })];
  const { you, log, definition: d } = after([began, ...told]).hunt;
  assert.deepEqual([you?.name, you?.division, you?.team?.players], ['Bo', 'school', 2]);
  assert.deepEqual(
    log.map((e) => textOf(after([began]).hunt, e)),
    ['You play in Schools now', 'You are called Bo now'],
  );
  assert.equal(d?.challenges.length, 2);
  const skips = [message('skipped', { seq: 7, reason: 'The sign is gone' })];
  const { hunt } = after([began, ...skips]);
  assert.deepEqual(hunt.you?.skipped, ['lantern']);
  assert.deepEqual(progress(hunt), { solved: 0, of: 1 });
  assert.deepEqual(factsFor({ hunt, connection: live }, challenge(), 'ready', NOW), [t.trail.skippedShort]);
  assert.deepEqual(after([began, ...skips, message('unskipped', { seq: 8 })]).hunt.you?.skipped, []);
});

test('who is taken out of a hunt is out, for good or until the hunt is there again', () => {
  const out = (/** @type {string} */ why) => after([joined(), message('left', { why })]).hunt.presence;
  assert.deepEqual(['banned', 'deleted', 'moved', ''].map(out), ['banned', 'unknown', 'none', 'joined']);
});

// ---- One's own time ----

test('one’s own time is started, runs, stands in a pause and ends', () => {
  const limited = { definition: { limit: 60_000, challenges: [] } };
  const { hunt } = after([joined(limited)]);
  assert.equal(canStart(hunt), true);
  assert.equal(canStart(after([watching(limited)]).hunt), false);
  assert.equal(canStart(after([joined({ ...limited, phase: 'draft' })]).hunt), false);
  const runs = after([joined(limited), message('started', { ends: 61_000 })]).hunt;
  assert.equal(canStart(runs), false);
  assert.equal(clockText(runs, NOW), '1:00 left');
  assert.equal(clockText({ ...runs, phase: 'paused' }, NOW), t.limit.stands);
  assert.equal(statusOf(runs, challenge(), NOW), 'ready');
  assert.equal(statusOf(runs, challenge(), 61_000), 'shut');
  assert.equal(noteFor(runs, challenge(), 'shut', 61_000), t.trail.timeOver);
  assert.equal(clockText(runs, 61_000), t.limit.over);
  const more = after([
    joined(limited),
    message('started', { ends: 61_000 }),
    message('extended', { seq: 7, ends: 121_000 }),
  ]);
  assert.equal(clockText(more.hunt, 61_000), '1:00 left');
  assert.equal(textOf(more.hunt, more.hunt.log[0]), 'More time');
  const late = { ...verdict({ outcome: 'closed', why: 'limit' }), received: 0 };
  assert.equal(complaintFor(runs, late, NOW), t.verdict.limit);
});

test('a trail without challenges says why', () => {
  const none = { challenges: [], challenge_count: 8 };
  const why = (/** @type {any} */ m) => whyEmpty(after([m]).hunt);
  assert.equal(why(watching({ definition: { ...none, limit: 5_400_000 } })), t.limit.waits(8, '1 h 30 min'));
  assert.equal(why(watching({ definition: { challenges: [], code_required: true } })), t.trail.outside);
  assert.equal(why(watching({ phase: 'draft', definition: none })), page.hunt.draft(8));
  assert.equal(why(joined({ definition: { challenges: [] } })), page.hunt.empty);
});

test('the last minutes of one’s own time are said once each', () => {
  /** @type {string[]} */
  const said = [];
  const tell = timeTeller((text) => said.push(text));
  const { hunt } = after([joined({ you: { ends: 600_000 } })]);
  for (const now of [0, 299_000, 300_000, 301_000, 541_000, 600_000, 700_000]) tell(hunt, now);
  assert.deepEqual(said, ['5:00 left', '1:00 left', t.limit.over]);
});

// ---- What opens a stop, and what is said before ----

test('an unmet condition in words, without what is met already', () => {
  const challenges = [
    challenge({ id: 'a', title: 'A', category: 'harbour' }),
    challenge({ id: 'b', title: 'B', category: 'harbour' }),
    challenge({ id: 'c', title: 'C', tags: ['night'] }),
  ];
  const you = { points: 100, solved: { a: { seq: 1, points: 100, at: 0 } }, skipped: ['b'] };
  const { hunt } = after([joined({ opens: 1_000, definition: { challenges }, you })]);
  const words = (/** @type {import('../../js/types/protocol.js').Requires} */ r) => missing(hunt, r, NOW);
  assert.deepEqual(words(['a', 'c']), ['find C']);
  assert.deepEqual(words({ solves: 2, category: 'harbour' }), [], 'a skip counts');
  assert.deepEqual(words({ solves: 3, category: 'harbour' }), ['find 1 more of “harbour”']);
  assert.deepEqual(words({ solves: 1, tag: 'night' }), ['find 1 more of “night”']);
  assert.deepEqual(words({ solves: 5 }), ['find 3 more']);
  assert.deepEqual(words({ challenges: ['a', 'c', 'd', 'e'], any: 3 }), ['find 2 of C, d, and e']);
  assert.deepEqual(words({ challenges: ['a', 'c'], any: 1 }), []);
  assert.deepEqual(words({ points: 300 }), ['get to 300 points']);
  assert.deepEqual(words({ points: 100 }), []);
  assert.deepEqual(words({ firsts: 1, streak: 3 }), [
    'be the first to find one',
    'answer 3 in a row without a mistake',
  ]);
  assert.match(words({ after: '15m' })[0], /^wait until \S+ \d|^wait until \d\d:\d\d$/);
  assert.deepEqual(missing(hunt, { after: '15m', points: 300 }, 1_000_000), ['get to 300 points']);
  const limited = after([joined({ definition: { limit: 60_000, challenges } })]).hunt;
  assert.deepEqual(missing(limited, { after: '1h30m' }, NOW), ['wait until 1 h 30 min after the start']);
});

test('durations of the hunt file', () => {
  assert.deepEqual(['15m', '1h30m', '1d', '90s'].map(durationOf), [900_000, 5_400_000, 86_400_000, 90_000]);
  assert.deepEqual([900_000, 5_400_000, 90_000_000, 30_000].map(durationText), [
    '15 min',
    '1 h 30 min',
    '1 d 1 h',
    '30 s',
  ]);
});

test('a locked verdict says what is missing and from when on', () => {
  const { hunt } = after([joined({ definition: both })]);
  const said = (/** @type {object} */ over) =>
    complaintFor(hunt, { ...verdict({ outcome: 'locked', ...over }), received: 0 }, NOW);
  assert.equal(said({ requires: { points: 300 } }), 'First get to 300 points.');
  assert.match(said({ requires: { after: '1m' }, at: 99_000 }), /^Not before .*\d\d:\d\d\.$/);
  const locked = after([
    joined({ definition: both }),
    verdict({ challenge: 'gate', outcome: 'locked', at: 66_000 }),
  ]);
  assert.equal(noteFor(locked.hunt, gate, 'locked', NOW), 'Takes claims in 1:05.');
});

test('a stop that waits has its title and when it opens', () => {
  const waits = challenge({
    waiting: true,
    locked: true,
    opens: 61_000,
    points: { initial: 0, minimum: 0, decay: 0, function: '' },
    bonus: [],
  });
  const { hunt } = after([joined({ definition: { challenges: [waits] } })]);
  assert.equal(statusOf(hunt, waits, NOW), 'early');
  assert.deepEqual(factsFor({ hunt, connection: live }, waits, 'early', NOW), ['Opens in 1:00']);
  assert.match(
    factsFor({ hunt, connection: live }, { ...waits, opens: 9_000_000 }, 'early', NOW)[0],
    /^Opens at /,
  );
  assert.equal(worthText(hunt, waits).text, '');
});

test('what a wrong answer costs, and what a stop can bring, are said before', () => {
  const { hunt } = after([joined()]);
  const c = challenge({ penalty: 5, attempts: { max: 3, cooldown: 0 }, optional: true, bonus: [] });
  assert.equal(
    claimWords({ hunt, connection: live }, c, 'ready', NOW).attempts,
    '3 attempts left · a wrong answer costs 5 points',
  );
  assert.deepEqual(factsFor({ hunt, connection: live }, c, 'ready', NOW), ['an extra', 'nobody has it yet']);
  const time = { initial: 500, minimum: 100, decay: 5, per: 60_000, function: 'time' };
  assert.equal(
    factsFor({ hunt, connection: live }, challenge({ points: time }), 'ready', NOW)[0],
    '5 less every 1 min',
  );
  const judged = { initial: 100, minimum: 0, decay: 0, function: 'judged', up_to: 100 };
  assert.equal(worthText(hunt, challenge({ points: judged })).text, 'up to 100');
});

test('a hint that comes later says from when on', () => {
  const hint = { id: 'h1', title: 'A nudge', cost: 0, after: 60_000, requires: [] };
  const c = challenge({ hints: [hint] });
  const { hunt } = after([joined({ opens: 500 })]);
  assert.match(offerOf(hunt, c, hint, NOW).obstacle, /^from .*\d\d:\d\d on, in 60 s$/);
  assert.equal(offerOf(hunt, c, hint, 60_500).obstacle, '');
  const limited = after([joined({ definition: { limit: 90_000 } })]).hunt;
  assert.equal(offerOf(limited, c, hint, NOW).later, 'from 1 min after the start on');
  assert.equal(offerOf(limited, c, hint, NOW).obstacle, '', 'only the server knows when it was');
  const over = after([joined({ you: { ends: 900 } })]).hunt;
  assert.equal(offerOf(over, c, hint, NOW).obstacle, t.trail.timeOver);
  const refused = reduce(after([joined({ definition: { limit: 90_000 } })]), {
    do: 'answered',
    challenge: 'lantern',
    verdict: {
      id: 'x',
      outcome: 'error',
      code: 'forbidden',
      message: '',
      hint: 'h1',
      at: 31_000,
      received: 1,
    },
  }).hunt;
  assert.match(offerOf(refused, c, hint, NOW).obstacle, /in 30 s$/);
});

test('a division has a place of its own', () => {
  const divisions = [{ id: 'school', title: 'Schools', code_required: false }];
  const { hunt } = after([
    joined({ definition: { divisions }, you: { division: 'school', division_rank: 4 } }),
    message('standing', { division_rank: 2 }),
  ]);
  assert.equal(divisionText(hunt), '2nd in Schools');
  assert.equal(divisionText(after([joined()]).hunt), '');
});

test('what has just opened is one piece of news', () => {
  const { hunt } = after([
    joined({ definition: both, you: { solved: { lantern: { seq: 1, points: 1, at: 0 } } } }),
  ]);
  const opened = (/** @type {any[]} */ ...challenges) =>
    momentsOf(hunt, message('unlocked', { challenges }), NOW).map((m) => m.title);
  assert.deepEqual(opened({ ...gate, locked: false }, challenge({ solved: 'A story.' })), [
    '“The gate” has opened',
  ]);
  assert.deepEqual(opened({ ...gate, locked: false }, challenge({ id: 'x' })), ['2 stops have opened']);
});
