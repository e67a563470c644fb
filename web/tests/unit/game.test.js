import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { Game } from '../../js/game.js';
import { Outbox } from '../../js/outbox.js';
import { PageStorage } from '../../js/storage.js';
import { createStore, emptyState } from '../../js/store.js';
import {
  awardedVerdict,
  challenge,
  definition,
  HUNT,
  joined,
  message,
  verdict,
  watching,
} from './support.js';

/** @type {any[]} */
let sent = [];
/** @type {any[]} */
let happenings = [];

beforeEach(() => {
  sent = [];
  happenings = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
});

/** @param {PageStorage} [storage] @param {object} [over] options */
function play(storage = new PageStorage(), over = {}) {
  const store = createStore(emptyState(HUNT));
  const session = { connection: { status: 'connecting' }, send: (/** @type {any} */ m) => sent.push(m) > 0 };
  const outbox = new Outbox(storage);
  const game = new Game({
    store,
    session: /** @type {any} */ (session),
    outbox,
    onJoined() {},
    onHappening: (m) => happenings.push(m),
    ...over,
  });
  return { store, session, outbox, game, storage };
}

/** A page that has joined. @param {PageStorage} [storage] */
function joinedPlay(storage) {
  const p = play(storage);
  p.game.enter({ code: 'LANTERN' });
  welcome(p);
  answerJoin(p.game);
  return p;
}

/** @param {{game: Game, session: {connection: {status: string}}}} p */
function welcome({ game, session }) {
  session.connection.status = 'live';
  game.receive(message('welcome', { player: 'p1', name: 'Ada', now: Date.now() }));
}

/** @param {Game} game @param {Record<string, any>} [over] */
function answerJoin(game, over) {
  const request = sent.findLast((m) => m.type === 'join');
  game.receive(joined({ id: request.id, ...over }));
}

const claims = () => sent.filter((m) => m.type === 'claim');

test('a page watches until its player enters, and joins once', () => {
  const p = play();
  const { game } = p;
  welcome(p);
  assert.deepEqual(
    sent.map((m) => m.type),
    ['watch'],
  );
  game.receive(watching({ id: sent[0].id }));
  game.enter({ code: 'LANTERN' });
  assert.equal(sent.at(-1).code, 'LANTERN');
  answerJoin(game);
  assert.deepEqual(
    sent.map((m) => m.type),
    ['watch', 'join'],
  );
});

test('a claim keeps its id from the outbox to the verdict', () => {
  const { game, outbox } = joinedPlay();
  assert.equal(game.claim('lantern', { text: '1874' }), 'sent');
  const [claim] = claims();
  assert.deepEqual(claim.proof, { text: '1874' });
  assert.deepEqual(
    outbox.waiting('p1', HUNT).map((o) => o.id),
    [claim.id],
  );
  game.receive(awardedVerdict({ id: claim.id }));
  assert.deepEqual(outbox.waiting('p1', HUNT), []);
  assert.deepEqual(happenings.at(-1).outcome, 'awarded');
});

test('a claim unanswered when the connection broke follows the next join with the same id', () => {
  const { game, session } = joinedPlay();
  game.claim('lantern', { text: '1874' });
  session.connection.status = 'waiting';
  game.lost();
  welcome({ game, session });
  assert.deepEqual(sent.at(-1).since, { epoch: '7', seq: 5 });
  assert.equal(claims().length, 1, 'not before the hunt is joined again');
  answerJoin(game);
  assert.equal(claims().length, 2);
  assert.equal(claims()[0].id, claims()[1].id);
});

test('a claim made offline survives the page', () => {
  const storage = new PageStorage();
  const { game, session } = joinedPlay(storage);
  session.connection.status = 'waiting';
  game.lost();
  game.claim('lantern', { text: '1874' });
  assert.equal(claims().length, 0);
  joinedPlay(storage);
  assert.deepEqual(
    claims().map((c) => c.proof),
    [{ text: '1874' }],
  );
});

test('busy keeps the claim and sends it again after the time asked for', () => {
  const { game, outbox } = joinedPlay();
  game.claim('lantern', { text: 'x' });
  const { id } = claims()[0];
  game.receive(message('error', { id, code: 'busy', retry_after: 1_000 }));
  assert.equal(outbox.waiting('p1', HUNT).length, 1);
  mock.timers.tick(900);
  assert.equal(claims().length, 1);
  mock.timers.tick(1_200);
  assert.deepEqual(
    claims().map((c) => c.id),
    [id, id],
  );
});

test('what the server wants later is not sent earlier over a new connection', () => {
  const p = joinedPlay();
  const { game } = p;
  game.claim('lantern', { text: 'x' });
  game.claim('lantern', { text: 'y' });
  const [{ id }, other] = claims();
  game.receive(message('error', { id, code: 'rate_limited', retry_after: 20_000 }));
  p.session.connection.status = 'waiting';
  game.lost();
  welcome(p);
  answerJoin(game);
  assert.deepEqual(
    claims().map((c) => c.id),
    [id, other.id, other.id],
  );
  mock.timers.tick(19_999);
  assert.equal(claims().filter((c) => c.id === id).length, 1);
  mock.timers.tick(3_001);
  assert.equal(claims().filter((c) => c.id === id).length, 2);
});

test('a join that is refused for a time waits it out, whatever happens', () => {
  const p = play();
  const { game, session } = p;
  game.enter({ code: 'LANTERN' });
  welcome(p);
  game.receive(message('error', { id: sent[0].id, code: 'busy', retry_after: 20_000 }));
  game.enter({ code: 'LANTERN' });
  session.connection.status = 'waiting';
  game.lost();
  welcome(p);
  mock.timers.tick(19_999);
  assert.equal(sent.length, 1);
  mock.timers.tick(3_001);
  assert.equal(sent.length, 2);
  answerJoin(game);
  game.receive(message('reset'));
  assert.equal(sent.length, 3, 'then as always');
});

test('a player that is banned is out of the hunt, and asks no more', () => {
  const ban = /** @type {any} */ ({ type: 'left', hunt: HUNT, why: 'banned' });
  const p = joinedPlay();
  p.game.receive({ ...ban, hunt: 'other' });
  p.game.receive({ ...ban, why: undefined });
  assert.equal(p.store.state.hunt.presence, 'joined');
  p.game.receive(ban);
  assert.equal(p.store.state.hunt.presence, 'banned');
  const before = sent.length;
  p.game.receive(message('definition'));
  p.game.receive(message('phase', { phase: 'closed' }));
  p.session.connection.status = 'waiting';
  p.game.lost();
  welcome(p);
  mock.timers.tick(120_000);
  assert.equal(sent.length, before);
  // A page that is loaded again is told by the join.
  sent = [];
  const again = play();
  again.game.enter({}, '');
  welcome(again);
  again.game.receive(message('error', { id: sent[0].id, code: 'forbidden', why: 'banned', message: 'no' }));
  assert.equal(again.store.state.hunt.presence, 'banned');
  mock.timers.tick(120_000);
  assert.equal(sent.length, 1);
});

test('silence on a live connection sends it again', () => {
  const { game } = joinedPlay();
  game.claim('lantern', { text: 'x' });
  mock.timers.tick(11_000);
  assert.equal(claims().length, 2);
});

test('the same claim twice is one, while it waits and for a moment after', () => {
  const { game } = joinedPlay();
  assert.equal(game.claim('lantern', { text: 'x' }), 'sent');
  mock.timers.tick(5_000);
  assert.equal(game.claim('lantern', { text: 'x' }), 'again', 'it waits');
  game.receive(verdict({ id: claims()[0].id }));
  assert.equal(game.claim('lantern', { text: 'x' }), 'sent', 'it was meant');
  game.receive(verdict({ id: claims()[1].id }));
  mock.timers.tick(900);
  assert.equal(game.claim('lantern', { text: 'x' }), 'again', 'a second press');
  assert.equal(game.claim('lantern', { text: 'y' }), 'sent');
  assert.equal(game.takeHint('lantern', 'h1'), 'sent');
  assert.equal(game.takeHint('lantern', 'h1'), 'again');
  assert.equal(game.takeHint('lantern', 'h2'), 'sent');
  assert.deepEqual(
    sent.flatMap((m) => m.proof?.text ?? m.hint ?? []),
    ['x', 'x', 'y', 'h1', 'h2'],
  );
});

test('a claim that another tab keeps is not made again', () => {
  const storage = new PageStorage();
  const other = joinedPlay(storage);
  const { game } = joinedPlay(storage);
  other.game.claim('lantern', { text: 'x' });
  assert.equal(game.claim('lantern', { text: 'x' }), 'again');
});

test('of several claims of one challenge the one that finds it is told', () => {
  for (const order of ['right first', 'right last']) {
    sent = [];
    happenings = [];
    const { game, outbox, store } = joinedPlay();
    for (const text of ['wrong', 'right', 'worse', 'bad']) game.claim('lantern', { text });
    const answers = Object.fromEntries(claims().map((c) => [c.proof.text, c.id]));
    const award = () => game.receive(awardedVerdict({ id: answers.right }));
    if (order === 'right first') award();
    game.receive(verdict({ id: answers.wrong }));
    game.receive(verdict({ id: answers.worse, outcome: 'already', right: false, seq: 6, points: 120 }));
    game.receive(message('error', { id: answers.bad, code: 'bad_proof', message: 'no' }));
    if (order === 'right last') award();
    assert.deepEqual(
      happenings.map((m) => m.outcome ?? m.type),
      ['joined', 'awarded'],
      order,
    );
    assert.equal(store.state.hunt.verdicts.lantern.outcome, 'awarded', order);
    assert.deepEqual(outbox.waiting('p1', HUNT), []);
  }
});

test('of several wrong claims the last one is told', () => {
  const { game } = joinedPlay();
  for (const text of ['a', 'b']) game.claim('lantern', { text });
  for (const { id } of claims()) game.receive(verdict({ id }));
  assert.deepEqual(
    happenings.slice(1).map((m) => m.id),
    [claims()[1].id],
  );
});

test('an error that stays ends the claim and is shown', () => {
  const { game, outbox, store } = joinedPlay();
  game.claim('lantern', { text: 'x' });
  game.receive(message('error', { id: claims()[0].id, code: 'bad_proof', message: 'no' }));
  assert.equal(outbox.waiting('p1', HUNT).length, 0);
  const { lantern } = store.state.hunt.verdicts;
  assert.equal(lantern.outcome === 'error' && lantern.code, 'bad_proof');
});

const joins = () => sent.filter((m) => m.type === 'join');

test('what becomes visible is pushed: only what may be hidden again makes the page join again', () => {
  const { game, store } = joinedPlay();
  const gate = challenge({ id: 'gate', locked: true, requires: ['lantern'] });
  game.receive(message('definition', { definition: definition({ challenges: [challenge(), gate] }) }));
  game.receive(message('award'));
  game.receive(message('unlocked', { view: 'v3', challenges: [{ ...gate, locked: false }] }));
  game.receive(message('phase', { seq: 8, phase: 'paused' }));
  game.receive(message('phase', { seq: 9, phase: 'open' }));
  mock.timers.tick(10_000);
  assert.equal(joins().length, 1);
  assert.equal(store.state.hunt.view, 'v3');
  game.receive(message('revoked', { seq: 10, challenge: 'lantern' }));
  assert.equal(joins().length, 2);
  assert.equal(joins()[1].view, 'v3', 'the definition need not be sent again');
  answerJoin(game);
  game.receive(message('unskipped', { seq: 11 }));
  assert.equal(joins().length, 3);
});

test('only what the page had closed has just opened', () => {
  const { game } = joinedPlay();
  const gate = challenge({ id: 'gate', locked: true });
  const told = () => happenings.at(-1).challenges.map((/** @type {any} */ c) => c.id);
  game.receive(message('unlocked', { challenges: [challenge({ solved: 'A story.' }), gate] }));
  assert.deepEqual(told(), []);
  game.receive(message('unlocked', { challenges: [challenge(), { ...gate, locked: false }] }));
  assert.deepEqual(told(), ['gate']);
  game.receive(message('unlocked', { challenges: [{ ...gate, locked: false }] }));
  assert.deepEqual(told(), [], 'it is told once');
  answerJoin(game, { definition: { challenges: [] } });
  game.receive(message('unlocked', { challenges: [challenge()] }));
  assert.deepEqual(told(), [], 'the start opens everything');
});

test('a definition that locks what the player sees is asked for, unless the rest follows', () => {
  const { game } = joinedPlay();
  const pushed = definition({ challenges: [challenge({ locked: true })] });
  game.receive(message('definition', { definition: pushed }));
  game.receive(message('unlocked', { view: 'v3', challenges: [challenge()] }));
  mock.timers.tick(10_000);
  assert.equal(joins().length, 1);
  game.receive(message('definition', { seq: 8, definition: pushed }));
  mock.timers.tick(10_000);
  assert.equal(joins().length, 2);
  assert.equal(joins()[1].view, undefined, 'the page holds no definition of the server');
});

test('a player whose own time runs joins again after a pause, which has moved its end', () => {
  const { game } = joinedPlay();
  answerJoin(game, { you: { ends: Date.now() + 60_000 } });
  game.receive(message('phase', { seq: 9, phase: 'open' }));
  assert.equal(joins().length, 2);
});

test('the order to start keeps its id until it is answered', async () => {
  const p = joinedPlay();
  const starts = () => sent.filter((m) => m.type === 'start');
  await Promise.all([p.game.start(), p.game.start()]);
  assert.equal(p.store.state.hunt.starting, true);
  mock.timers.tick(9_000);
  p.game.lost();
  welcome(p);
  answerJoin(p.game);
  assert.equal(new Set(starts().map((m) => m.id)).size, 1);
  assert.equal(starts().length, 4);
  p.game.receive(message('started', { id: starts()[0].id, ends: Date.now() + 60_000 }));
  assert.equal(p.store.state.hunt.starting, false);
  mock.timers.tick(20_000);
  assert.equal(starts().length, 4);
});

test('a refused start is shown, and the next one is another', async () => {
  const { game, store } = joinedPlay();
  await game.start();
  const { id } = sent.at(-1);
  game.receive(message('error', { id, code: 'closed', message: 'no' }));
  const answer = store.state.hunt.verdicts[''];
  assert.equal(answer.outcome === 'error' && answer.code, 'closed');
  assert.equal(store.state.hunt.starting, false);
  await game.start();
  assert.notEqual(sent.at(-1).id, id);
});

test('a player that was moved to another team joins it by itself', () => {
  const { game, store } = joinedPlay();
  game.receive(message('left', { why: 'moved' }));
  assert.equal(joins().length, 2);
  assert.equal(joins()[1].since, undefined, 'its history is another one');
  answerJoin(game, { you: { entrant: 'e2' } });
  assert.equal(store.state.hunt.you?.entrant, 'e2');
});

test('a hunt that takes a code is shown from outside, and watched with the code of the link', () => {
  let asked = 0;
  const p = play(undefined, { code: 'LANTERN', onOutside: () => asked++ });
  welcome(p);
  assert.deepEqual([sent[0].type, sent[0].code], ['watch', 'LANTERN']);
  p.game.receive(message('error', { id: sent[0].id, code: 'bad_code' }));
  assert.equal(asked, 1);
  assert.equal(p.store.state.hunt.refusal, null, 'nobody typed a code yet');
});

test('a name that is taken comes with one that is free', () => {
  const p = play();
  p.game.enter({ name: 'Ada' });
  welcome(p);
  assert.equal(sent[0].name, 'Ada');
  p.game.receive(message('error', { id: sent[0].id, code: 'conflict', why: 'name', suggestion: 'Ada 2' }));
  assert.equal(p.store.state.hunt.refusal?.suggestion, 'Ada 2');
});

test('a delta of a board that is not held asks for everything', () => {
  const { game } = joinedPlay();
  const joins = () => sent.filter((m) => m.type === 'join').length;
  game.receive(message('board', { base: 3, seq: 9, rows: [] }));
  assert.equal(joins(), 2);
  answerJoin(game);
  game.receive(message('board', { base: 9, seq: 12, rows: [] }));
  assert.equal(joins(), 2, 'not as fast as boards come');
  mock.timers.tick(1_000);
  game.receive(message('board', { base: 12, seq: 14, rows: [] }));
  assert.equal(joins(), 3);
});

test('a refused player watches, and learns why', () => {
  const p = play();
  const { game, store } = p;
  game.enter({ code: 'WRONG' });
  welcome(p);
  game.receive(message('error', { id: sent[0].id, code: 'bad_code', message: 'no' }));
  assert.equal(store.state.hunt.refusal?.code, 'bad_code');
  assert.equal(sent.at(-1).type, 'watch');
  game.receive(message('error', { id: sent.at(-1).id, code: 'forbidden', message: 'no' }));
  assert.equal(sent.length, 2, 'no storm of refused requests');
});

test('the outbox is bounded, keeps players and hunts apart and forgets what is a week old', () => {
  let now = 0;
  const outbox = new Outbox(new PageStorage(), () => now);
  const item = (/** @type {number} */ i, player = 'p1', hunt = HUNT) => ({
    type: /** @type {const} */ ('claim'),
    id: `${player}${hunt}${i}`,
    player,
    hunt,
    challenge: 'c',
    proof: { text: 'x' },
    at: i,
  });
  assert.ok(
    outbox.add(item(2)) &&
      outbox.add(item(1)) &&
      outbox.add(item(3, 'p2')) &&
      outbox.add(item(4, 'p1', 'other')),
  );
  assert.deepEqual(
    outbox.waiting('p1', HUNT).map((o) => o.at),
    [1, 2],
  );
  now = 8 * 24 * 3600 * 1000;
  assert.deepEqual(outbox.waiting('p1', HUNT), []);
  for (let i = 0; i < 200; i++) outbox.add(item(now + i));
  assert.equal(outbox.add(item(now + 999)), false);
});
