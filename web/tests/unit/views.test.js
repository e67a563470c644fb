import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statusOf } from '../../js/derive.js';
import { signOf } from '../../js/sign.js';
import { emptyState, reduce } from '../../js/store.js';
import { t as page } from '../../js/strings.js';
import { detailOf, movesOf } from '../../js/views/board.js';
import { endingOf } from '../../js/views/ending.js';
import { phaseLine } from '../../js/views/head.js';
import { offerOf } from '../../js/views/hints.js';
import { textOf } from '../../js/views/log.js';
import { momentsOf, spokenMoment } from '../../js/views/moment.js';
import { changeText } from '../../js/views/standing.js';
import { lineFor } from '../../js/views/status.js';
import { t } from '../../js/views/strings.js';
import { nextStop, readyStops } from '../../js/views/trail.js';
import { claimWords, complaintFor, factsFor, foundOf, noteFor } from '../../js/views/words.js';
import {
  after,
  awardedVerdict,
  challenge,
  HUNT,
  joined,
  message,
  row,
  verdict,
  watching,
} from './support.js';

const NOW = 1_000;
const owl = { id: 'owl', title: 'Night Owl', description: '', icon: '🦉', points: 10, text: 'Find three.' };
const gate = challenge({ id: 'gate', title: 'The gate' });
const definition = { challenges: [challenge(), gate], badges: [owl] };
const live = /** @type {const} */ ({ status: 'live' });
const broken = /** @type {const} */ ({ status: 'waiting', heardAt: 5 });

/** @param {'claim'|'hint'} type */
function outgoing(type) {
  const head = { id: 'x', player: 'p1', hunt: HUNT, challenge: 'lantern', at: 1 };
  return type === 'claim'
    ? { ...head, type: /** @type {const} */ ('claim'), proof: { text: '1874' } }
    : { ...head, type: /** @type {const} */ ('hint'), hint: 'h1' };
}

/** The hunt while something is on its way. @param {'claim'|'hint'} type @param {object} [over] of the join */
function sending(type, over) {
  return reduce(after([joined({ definition, ...over })]), { do: 'outgoing', items: [outgoing(type)] }).hunt;
}

/** @param {import('../../js/types/state.js').HuntState} hunt @param {import('../../js/types/protocol.js').Challenge} c */
const note = (hunt, c) => noteFor(hunt, c, statusOf(hunt, c, NOW), NOW);

test('a stop says why it takes no claim', () => {
  const { hunt } = after([joined({ definition })]);
  assert.equal(note(hunt, challenge()), '');
  assert.equal(
    note(hunt, challenge({ locked: true, requires: ['gate'] })),
    'First find The gate; then this one shows itself.',
  );
  assert.equal(note(hunt, challenge({ opens: NOW + 65_000 })), 'Takes claims in 1:05.');
  assert.equal(note(hunt, challenge({ closes: NOW })), t.trail.late);
  assert.equal(note(hunt, challenge({ proof: { kind: 'event' } })), t.proof.event);
  assert.equal(note(after([joined({ phase: 'paused' })]).hunt, challenge()), 'The hunt is paused.');
  assert.equal(note(after([watching()]).hunt, challenge()), t.trail.watch);
  assert.equal(note(after([watching()]).hunt, challenge({ locked: true })), '');
});

test('below its title a stop says where it is and what it gives', () => {
  const { hunt } = after([joined({ definition })]);
  assert.deepEqual(factsFor({ hunt, connection: live }, challenge(), 'ready', NOW), [t.trail.bonus(20)]);
  assert.deepEqual(factsFor({ hunt, connection: live }, challenge({ bonus: [] }), 'ready', NOW), [
    'nobody has it yet',
  ]);
  assert.deepEqual(factsFor({ hunt, connection: live }, challenge({ locked: true }), 'locked', NOW), [
    'Locked',
    'nobody has it yet',
  ]);
  const out = sending('claim');
  assert.equal(factsFor({ hunt: out, connection: live }, challenge(), 'sending', NOW)[0], 'On its way');
  assert.equal(
    factsFor({ hunt: out, connection: broken }, challenge(), 'sending', NOW)[0],
    t.trail.status.kept,
  );
  const solved = after([joined({ definition }), awardedVerdict()]).hunt;
  assert.equal(factsFor({ hunt: solved, connection: live }, challenge(), 'solved', NOW).length, 1);
});

test('a claim form says what its button does and how many attempts are left', () => {
  const limited = challenge({ attempts: { max: 3, cooldown: 0 } });
  const state = after([joined({ definition })]);
  assert.deepEqual(claimWords({ ...state, connection: live }, limited, 'ready', NOW), {
    button: 'Claim it',
    attempts: '3 attempts left',
    waits: false,
  });
  const tried = after([joined({ definition }), verdict({ attempts_left: 1, retry_after: 5_000 })]);
  const resting = claimWords({ ...tried, connection: live }, limited, 'resting', NOW);
  assert.deepEqual([resting.button, resting.attempts], ['Try again in 5 s', 'Last attempt']);
  assert.equal(claimWords({ ...state, connection: live }, challenge(), 'ready', NOW).attempts, '');
  const out = { ...state, hunt: sending('claim') };
  assert.equal(claimWords({ ...out, connection: live }, limited, 'sending', NOW).button, t.proof.sending);
  const kept = claimWords({ ...out, connection: broken }, limited, 'sending', NOW);
  assert.deepEqual([kept.button, kept.waits], [t.proof.waiting, true]);
});

test('every outcome that gives nothing says so', () => {
  const { hunt } = after([joined({ definition })]);
  const said = (/** @type {object} */ over) => complaintFor(hunt, { ...verdict(over), received: 0 }, NOW);
  assert.equal(said({ attempts_left: 0 }), `${t.verdict.wrong[0]} That was the last attempt.`);
  assert.equal(said({}), t.verdict.wrong[0]);
  assert.equal(said({ outcome: 'locked', requires: ['gate'] }), 'First find The gate.');
  assert.equal(said({ outcome: 'cooldown' }), t.verdict.cooldown);
  assert.equal(said({ outcome: 'closed' }), t.verdict.closed);
  assert.equal(said({ outcome: 'awarded' }), '');
  assert.equal(said({ outcome: 'already', revoked: true }), t.verdict.revoked);
  assert.equal(said({ outcome: 'pending' }), '');
  const error = { id: 'c1', outcome: /** @type {const} */ ('error'), code: 'forbidden', message: '' };
  assert.equal(complaintFor(hunt, { ...error, why: 'banned', received: 0 }, NOW), page.errors.banned);
});

test('a solved stop says what it brought, and is news for a minute', () => {
  const { hunt } = after([joined({ definition }), awardedVerdict({ badges: ['owl'] })]);
  const found = foundOf(hunt, 'lantern', NOW);
  assert.deepEqual(found?.more, [t.verdict.bonus(20)]);
  assert.deepEqual(found?.badges, [{ icon: '🦉', text: 'Badge: Night Owl, +10' }]);
  assert.equal(found?.fresh, true);
  assert.equal(foundOf(hunt, 'lantern', 61_000)?.fresh, false);
  assert.equal(foundOf(hunt, 'gate', NOW), null);
  const again = after([joined({ definition }), awardedVerdict({ replay: true })]).hunt;
  assert.equal(foundOf(again, 'lantern', NOW)?.fresh, false);
  const solved = { lantern: { seq: 2, points: 100, at: 1 } };
  const already = awardedVerdict({ outcome: 'already', right: true, badges: undefined });
  const mine = after([joined({ definition, you: { solved } }), already]).hunt;
  assert.deepEqual(foundOf(mine, 'lantern', NOW)?.more, [t.verdict.alreadyTeam]);
});

test('a hint says what is in its way', () => {
  const hints = [
    { id: 'h1', title: 'A nudge', cost: 10, requires: [] },
    { id: 'h2', title: 'A push', cost: 0, requires: ['h1'] },
  ];
  const c = challenge({ hints });
  const rich = { you: { points: 50 } };
  const { hunt } = after([joined({ definition, ...rich })]);
  assert.deepEqual(offerOf(hunt, c, hints[0], NOW), { sending: false, obstacle: '', refused: '', later: '' });
  assert.equal(offerOf(hunt, c, hints[1], NOW).obstacle, 'after A nudge');
  assert.equal(offerOf(after([joined({ definition })]).hunt, c, hints[0], NOW).obstacle, '10 points too few');
  assert.equal(offerOf(after([joined({ phase: 'paused' })]).hunt, c, hints[1], NOW).obstacle, t.hints.shut);
  assert.equal(offerOf(sending('hint', rich), c, hints[0], NOW).sending, true);
  assert.equal(offerOf(sending('claim', rich), c, hints[0], NOW).sending, false);
  const answer = {
    id: 'x',
    outcome: /** @type {const} */ ('error'),
    code: 'closed',
    message: '',
    received: 1,
  };
  const refused = reduce(after([joined({ definition, ...rich })]), {
    do: 'answered',
    challenge: 'lantern',
    verdict: { ...answer, hint: 'h1' },
  }).hunt;
  assert.equal(offerOf(refused, c, hints[0], NOW).refused, t.errors.closed);
  assert.equal(offerOf(refused, c, hints[1], NOW).refused, '');
});

test('the way on leads to the next stop that can be claimed, then to the first', () => {
  const mill = challenge({ id: 'mill', locked: true });
  const all = { challenges: [challenge(), gate, mill] };
  const { hunt } = after([joined({ definition: all })]);
  assert.deepEqual(readyStops(hunt, NOW), ['lantern', 'gate']);
  assert.equal(nextStop(hunt, ['lantern', 'gate'], 'lantern'), 'gate');
  assert.equal(nextStop(hunt, ['lantern', 'gate'], 'mill'), 'lantern');
  assert.deepEqual(readyStops(after([watching({ definition: all })]).hunt, NOW), []);
});

test('a sign is followed once its challenge can open', () => {
  const all = { challenges: [challenge(), challenge({ id: 'mill', locked: true })] };
  const { hunt } = after([joined({ definition: all })]);
  assert.equal(signOf(hunt, 'lantern'), 'open');
  assert.equal(signOf(hunt, 'mill'), 'locked');
  assert.equal(signOf(hunt, 'nowhere'), 'unknown');
  assert.equal(signOf(after([watching()]).hunt, 'lantern'), '', 'not before the hunt is joined');
  const draft = after([joined({ phase: 'draft', definition: { challenges: [] } })]).hunt;
  assert.equal(signOf(draft, 'lantern'), '', 'a draft shows no challenges yet');
});

test('what happens becomes moments', () => {
  const { hunt } = after([joined({ definition })]);
  assert.deepEqual(
    momentsOf(hunt, awardedVerdict({ badges: ['owl'] }), NOW).map((m) => [m.kind, m.title, m.points]),
    [
      ['yes', 'The oldest lantern is found', 120],
      ['badge', 'Night Owl', 10],
    ],
  );
  const [no] = momentsOf(hunt, verdict({ outcome: 'exhausted' }), NOW);
  assert.deepEqual([no.kind, no.text], ['no', t.verdict.exhausted]);
  const [back] = momentsOf(hunt, message('revoked', { badge: 'owl', points: -10 }), NOW);
  assert.equal(spokenMoment(back), 'Night Owl was taken back. −10. shared');
  assert.deepEqual(momentsOf(hunt, message('phase', { phase: 'closed' }), NOW), []);
  assert.equal(momentsOf(hunt, message('phase', { phase: 'paused' }), NOW)[0].title, 'The hunt is paused');
  const [healed] = momentsOf(hunt, { type: 'healed', hunt: HUNT, sent: 2, missing: ['gate'] }, NOW);
  assert.match(healed.text ?? '', /The gate could not be counted/);
  for (const type of /** @type {const} */ (['pong', 'board', 'standing', 'ticker']))
    assert.deepEqual(momentsOf(hunt, message(type), NOW), [], type);
});

test('what was missed is one moment of a few lines', () => {
  const notices = [1, 2, 3, 4, 5].map((seq) => message('notice', { seq: 10 + seq, text: `n${seq}` }));
  const [summary, ...more] = momentsOf(after([joined()]).hunt, joined({ missed: notices }), NOW);
  assert.equal(
    summary.text,
    'Announcement: n5 · Announcement: n4 · Announcement: n3 · and 2 more, under “Yours”',
  );
  assert.deepEqual(more, []);
  assert.deepEqual(momentsOf(after([joined()]).hunt, joined(), NOW), []);
});

test('a line of the log names what it is about', () => {
  const { hunt } = after([
    joined({ definition }),
    awardedVerdict({ badges: ['owl'] }),
    message('hinted', { seq: 8, challenge: 'gate' }),
    message('adjusted', { seq: 9, reason: '' }),
    message('revoked', { seq: 10, challenge: 'lantern' }),
    message('phase', { seq: 11, phase: 'closed' }),
  ]);
  assert.deepEqual(
    hunt.log.map((line) => textOf(hunt, line)),
    [
      'The hunt is closed',
      'Taken back: The oldest lantern (shared)',
      'Corrected by an organizer',
      'A hint for The gate',
      'Badge: Night Owl',
      'The oldest lantern',
    ],
  );
});

test('the phase comes with the time that matters next', () => {
  assert.equal(phaseLine('draft', 0, 0, NOW), 'Not open yet, the organizer opens it by hand');
  assert.equal(phaseLine('draft', NOW + 5_000, 0, NOW), 'Not open yet, opens in 0:05');
  assert.equal(phaseLine('draft', NOW, 0, NOW), 'Not open yet, any moment now');
  assert.equal(phaseLine('open', 0, NOW + 60_000, NOW), 'Open, closes in 1:00');
  assert.equal(phaseLine('open', 0, 0, NOW), 'Open');
  assert.equal(phaseLine('closed', 0, NOW, NOW), 'Closed');
});

test('the end names the place, but not before the reveal', () => {
  const you = { points: 120, rank: 2, entrants: 9 };
  const ended = after([joined({ phase: 'closed', you })]).hunt;
  assert.equal(endingOf(ended), 'You came 2nd of 9, with 120 points.');
  const board = message('board', { frozen: true });
  assert.equal(endingOf(after([joined({ phase: 'closed', you, board })]).hunt), t.ending.frozen);
  assert.equal(endingOf(after([watching({ phase: 'closed' })]).hunt), t.ending.none);
});

test('a line says that the page is not live, and what it keeps', () => {
  const { hunt } = emptyState(HUNT);
  assert.equal(lineFor({ status: 'connecting' }, hunt, true), page.connection.connecting);
  assert.equal(lineFor({ status: 'ended', code: '4403' }, hunt, true), page.connection.banned);
  assert.equal(lineFor({ status: 'ended', code: '4400' }, hunt, true), page.connection.ended);
  assert.match(lineFor(broken, sending('claim'), false), /^Offline, as of .*\. 1 claim kept\.$/);
  assert.match(lineFor(broken, sending('hint'), true), /reconnecting …$/, 'a hint order is not a claim');
});

test('the standing shows what changed since the last look', () => {
  assert.equal(changeText({ points: 30, rank: 3 }, { points: 0, rank: 5 }), '+30 points, ▲ 2 places up');
  assert.equal(changeText({ points: 30, rank: 3 }, { points: 30, rank: 2 }), '▼ 1 place down');
  assert.equal(changeText({ points: 30, rank: 3 }, { points: 30, rank: 0 }), '', 'there was no place before');
  assert.equal(changeText({ points: 30, rank: 3 }), '');
});

test('rows of the board know how far they came', () => {
  assert.deepEqual(movesOf(['a', 'b', 'c'], ['c', 'a', 'd']), [2, -1, null]);
  assert.equal(detailOf({ ...row(1, 'a', 5), solved: 3, badges: 1 }), '3 found · ✦ 1');
  assert.equal(detailOf({ ...row(1, 'a', 5), badges: 2 }), '✦ 2');
  assert.equal(detailOf(row(1, 'a', 5)), '');
});
