/**
 * @import {
 *   AlreadyVerdict, AwardedVerdict, AwardMessage, BadgeMessage, Challenge, DefinitionMessage, HintedMessage,
 *   JoinedMessage, LeftMessage, Message, PhaseMessage, RevokedMessage, StandingMessage, TickerEvent,
 *   VerdictMessage, WatchingMessage, WrongVerdict
 * } from './types/protocol.js'
 */
/** @import { HuntAnswer } from './types/api.js' */
/** @import { Answer, Connection, HuntState, Outgoing, Refusal, State, You } from './types/state.js' */
/** @import { Bookmark } from './bookmark.js' */

import { applyBoard } from './board.js';
import { challengeWith, changed, finished } from './changes.js';
import { logged } from './history.js';
import { own } from './ids.js';

const TICKER_BOUND = 40;

/**
 * Everything that changes the state. Messages of the server come as they are;
 * now is this machine's clock.
 * @typedef {{do: 'message', message: Message, now: number}
 *   | {do: 'connection', connection: Connection}
 *   | {do: 'outgoing', items: Outgoing[]}
 *   | {do: 'joining'}
 *   | {do: 'starting'}
 *   | {do: 'outside', info: HuntAnswer}
 *   | {do: 'refused', refusal: Refusal}
 *   | {do: 'answered', challenge: string, verdict: Answer}} Action
 */

/** @param {string} hunt @param {Bookmark|null} [bookmark] of an earlier visit @returns {State} */
export function emptyState(hunt, bookmark) {
  const { epoch = '', seq = 0, log = [] } = bookmark ?? {};
  return {
    connection: { status: 'idle' },
    clock: 0,
    player: null,
    hunt: { ...emptyHunt(hunt), epoch, seq, log },
  };
}

/** @param {string} id @returns {HuntState} */
function emptyHunt(id) {
  return {
    id,
    presence: 'none',
    epoch: '',
    seq: 0,
    rev: 0,
    phase: 'draft',
    opens: 0,
    closes: 0,
    definition: null,
    view: '',
    bare: null,
    you: null,
    pointsSeq: 0,
    entrants: 0,
    board: null,
    ticker: [],
    skipped: 0,
    log: [],
    verdicts: {},
    outgoing: [],
    refusal: null,
    joining: false,
    starting: false,
  };
}

/**
 * The state after an action. Pure: the old state stays as it is, and parts that
 * did not change are the same objects.
 * @param {State} state @param {Action} action @returns {State}
 */
export function reduce(state, action) {
  switch (action.do) {
    case 'connection':
      return { ...state, connection: action.connection };
    case 'message':
      return onMessage(state, action.message, action.now);
    default: {
      const hunt = reduceHunt(state.hunt, action);
      return hunt === state.hunt ? state : { ...state, hunt };
    }
  }
}

/** @param {HuntState} hunt @param {Action} action @returns {HuntState} */
function reduceHunt(hunt, action) {
  switch (action.do) {
    case 'outgoing':
      return { ...hunt, outgoing: action.items };
    case 'joining':
      return { ...hunt, joining: true, refusal: null };
    case 'starting':
      return { ...hunt, starting: true };
    case 'outside':
      return outside(hunt, action.info);
    case 'refused': {
      const { refusal } = action;
      return { ...hunt, joining: false, refusal, presence: refusedPresence(refusal), you: null };
    }
    case 'answered':
      return withVerdict({ ...hunt, starting: false }, action.challenge, action.verdict);
    default:
      return hunt;
  }
}

/** A hunt that takes a code, as it is shown to those without. @param {HuntState} hunt @param {HuntAnswer} info @returns {HuntState} */
function outside(hunt, { phase, opens = 0, closes = 0, entrants, definition }) {
  if (hunt.you) return hunt;
  return { ...hunt, presence: 'watching', phase, opens, closes, entrants, definition, view: '' };
}

/** @param {{code: string, why?: string}} refusal of a join @returns {HuntState['presence']} */
function refusedPresence({ code, why }) {
  if (code === 'unknown_hunt') return 'unknown';
  return why === 'banned' ? 'banned' : 'none';
}

/** The server has taken the player out. @param {HuntState} hunt @param {LeftMessage} m @returns {HuntState} */
function onLeft(hunt, { why = '' }) {
  const next = { ...hunt, joining: false, you: null };
  switch (why) {
    case 'banned':
      return { ...next, presence: 'banned' };
    case 'deleted':
      return { ...next, presence: 'unknown' };
    case 'moved': // to another team, whose history is another one
      return { ...next, presence: 'none', epoch: '', seq: 0, log: [], verdicts: {} };
    default:
      return hunt;
  }
}

/** @param {State} state @param {Message} m @param {number} now @returns {State} */
function onMessage(state, m, now) {
  if (m.type === 'welcome') {
    const player = m.player ? { id: m.player, name: m.name ?? '' } : null;
    return { ...state, player, clock: m.now - now };
  }
  if (m.hunt !== state.hunt.id) return state;
  const hunt = change(state.hunt, m, now);
  return hunt === state.hunt ? state : { ...state, hunt };
}

/** @param {HuntState} hunt @param {Message} m @param {number} now @returns {HuntState} */
function change(hunt, m, now) {
  switch (m.type) {
    case 'joined':
    case 'watching':
      return entered(hunt, m);
    case 'verdict':
      return seen(onVerdict(hunt, m, now), m);
    case 'hinted':
      return seen(onHinted(hunt, m), m);
    case 'award':
      return seen(awarded(hunt, m), m);
    case 'badge':
      return seen(onBadge(hunt, m), m);
    case 'adjusted':
    case 'penalised':
      return seen(logged(total(hunt, m), m), m);
    case 'revoked':
      return seen(onRevoked(hunt, m), m);
    case 'notice':
      return seen(logged(hunt, m), m);
    case 'phase':
      return seen(onPhase(hunt, m), m);
    case 'definition':
      return seen(onDefinition(hunt, m), m);
    case 'standing':
      return onStanding(hunt, m);
    case 'board': {
      const board = applyBoard(hunt.board, m);
      return board ? { ...hunt, board, entrants: board.frozen ? hunt.entrants : board.entrants } : hunt;
    }
    case 'left':
      return onLeft(hunt, m);
    case 'ticker':
      return { ...hunt, ticker: newest(hunt.ticker, m.events), skipped: hunt.skipped + m.skipped };
    default: {
      const next = changed(hunt, m, now);
      return next ? seen(next, /** @type {{seq?: number}} */ (m)) : hunt;
    }
  }
}

/**
 * The ledger is known up to this message. That cannot be said of conflated
 * ones: what came in between them may be missing.
 * @param {HuntState} hunt @param {{seq?: number}} m @returns {HuntState}
 */
function seen(hunt, { seq = 0 }) {
  return seq > hunt.seq ? { ...hunt, seq } : hunt;
}

/** @param {HuntState} hunt @param {JoinedMessage|WatchingMessage} m @returns {HuntState} */
function entered(hunt, m) {
  const another = hunt.you && m.you && hunt.you.entrant !== m.you.entrant;
  const sameHistory = m.epoch === hunt.epoch && !m.reset && !another;
  const definition = m.definition ?? hunt.definition;
  /** @type {You|null} */
  const you = m.you ? { ...m.you, pending: m.you.pending ?? {} } : null;
  const board = applyBoard(null, m.board);
  /** @type {HuntState} */
  let next = {
    ...hunt,
    presence: you ? 'joined' : 'watching',
    joining: false,
    refusal: you ? null : hunt.refusal,
    epoch: m.epoch,
    seq: m.seq,
    rev: m.rev,
    phase: m.phase,
    definition,
    view: m.view ?? '',
    bare: null,
    opens: m.opens ?? definition?.opens ?? 0,
    closes: m.closes ?? definition?.closes ?? 0,
    starting: false,
    you,
    pointsSeq: m.seq,
    board,
    entrants: (you ?? m.board).entrants,
    log: sameHistory ? hunt.log : [],
    verdicts: sameHistory ? hunt.verdicts : {},
  };
  if (you) next = remembered(next, you);
  for (const missed of m.missed ?? []) next = logged(next, missed);
  return next;
}

/** The history that the personal view itself holds. @param {HuntState} hunt @param {You} you */
function remembered(hunt, you) {
  let next = hunt;
  for (const [challenge, award] of Object.entries(you.solved))
    next = logged(next, { ...award, type: 'award', challenge });
  for (const [badge, held] of Object.entries(you.badges))
    next = logged(next, { ...held, type: 'badge', badge });
  return next;
}

/** @param {HuntState} hunt @param {VerdictMessage} m @param {number} now @returns {HuntState} */
function onVerdict(hunt, m, now) {
  const next = withVerdict(hunt, m.challenge, { ...m, received: now });
  if (m.outcome === 'awarded' && !m.revoked) {
    const mine = awarded(next, m);
    const last = m.finish ? finished(mine, m.finish, m.at ?? now) : mine;
    return m.rank && !m.replay && last.you ? { ...last, you: { ...last.you, rank: m.rank } } : last;
  }
  if (m.outcome === 'already' && !m.revoked) {
    return own(next.you?.solved, m.challenge) ? next : awarded(next, { ...m, total: undefined });
  }
  if (!next.you || m.outcome === 'right' || ('practice' in m && m.practice)) return next;
  const attempts = { ...(own(next.you.attempts, m.challenge) ?? { retry_at: 0 }) };
  if (m.outcome === 'wrong' && m.attempts_left !== undefined) attempts.left = m.attempts_left;
  if (m.outcome === 'exhausted') attempts.left = 0;
  if (m.retry_after) attempts.retry_at = now + m.retry_after;
  const { [m.challenge]: _, ...rest } = next.you.pending;
  const waits = { id: m.id, at: m.at ?? now };
  const pending = m.outcome === 'pending' ? { ...rest, [m.challenge]: waits } : rest;
  const tried = { ...next.you, pending, attempts: { ...next.you.attempts, [m.challenge]: attempts } };
  return m.outcome === 'wrong' && m.penalty
    ? fined({ ...next, you: tried }, m, now)
    : { ...next, you: tried };
}

/** A wrong answer that cost points. @param {HuntState} hunt @param {WrongVerdict} m @param {number} now */
function fined(hunt, m, now) {
  const { seq = 0, challenge, penalty = 0, at = now } = m;
  return total(logged(hunt, { type: 'penalised', seq, at, challenge, points: -penalty }), { ...m, seq });
}

/**
 * @param {HuntState} hunt
 * @param {AwardMessage|AwardedVerdict|(Omit<AlreadyVerdict, 'total'> & {total?: number})} m
 * @returns {HuntState}
 */
function awarded(hunt, m) {
  if (!hunt.you) return hunt;
  const { challenge, seq, points, bonus, at = 0 } = m;
  const { [challenge]: _, ...pending } = hunt.you.pending;
  const award = { seq, points, bonus, at };
  /** @type {HuntState} */
  let next = { ...hunt, you: { ...hunt.you, pending, solved: { ...hunt.you.solved, [challenge]: award } } };
  next = logged(next, { ...award, type: 'award', challenge });
  for (const badge of m.badges ?? []) next = badged(next, badge, seq, at);
  if ('solved' in m && m.solved) next = challengeWith(next, challenge, { solved: m.solved });
  return total(next, m);
}

/** @param {HuntState} hunt @param {string} badge @param {number} seq @param {number} at @returns {HuntState} */
function badged(hunt, badge, seq, at) {
  if (!hunt.you || own(hunt.you.badges, badge)) return hunt;
  const you = { ...hunt.you, badges: { ...hunt.you.badges, [badge]: { seq, at } } };
  return logged({ ...hunt, you }, { type: 'badge', badge, seq, at });
}

/** @param {HuntState} hunt @param {BadgeMessage} m */
function onBadge(hunt, m) {
  return total(badged(hunt, m.badge, m.seq, m.at), m);
}

/** @param {HuntState} hunt @param {HintedMessage} m @returns {HuntState} */
function onHinted(hunt, m) {
  if (!hunt.you) return hunt;
  const key = `${m.challenge}/${m.hint}`;
  const hints = { ...hunt.you.hints, [key]: { text: m.text, cost: m.cost } };
  return total(logged({ ...hunt, you: { ...hunt.you, hints } }, m), m);
}

/** @param {HuntState} hunt @param {RevokedMessage} m @returns {HuntState} */
function onRevoked(hunt, m) {
  if (!hunt.you) return hunt;
  const { challenge = '', badge = '' } = m;
  const { [challenge]: _, ...solved } = hunt.you.solved;
  const { [badge]: __, ...badges } = hunt.you.badges;
  const { [challenge]: ___, ...verdicts } = hunt.verdicts;
  return logged(total({ ...hunt, verdicts, you: { ...hunt.you, solved, badges } }, m), m);
}

/** @param {HuntState} hunt @param {PhaseMessage} m @returns {HuntState} */
function onPhase(hunt, m) {
  const { phase, opens = 0, closes = 0 } = m;
  const next = { ...hunt, phase, opens, closes };
  return phase === hunt.phase ? next : logged(next, m);
}

/**
 * A pushed definition is that of those who watch. What this player has unlocked in
 * it follows at once, and until then stays as it was on the page.
 * @param {HuntState} hunt @param {DefinitionMessage} m @returns {HuntState}
 */
function onDefinition(hunt, { rev, view = '', definition: pushed }) {
  const { you } = hunt;
  const mine = hunt.definition?.challenges ?? [];
  const definition = you?.finished ? { ...pushed, finish: hunt.definition?.finish } : pushed;
  const hidden = (/** @type {Challenge} */ c) =>
    !c.locked && (definition.challenges.find(({ id }) => id === c.id)?.locked ?? you?.ends);
  const kept = you ? new Map(mine.filter(hidden).map((c) => [c.id, c])) : new Map();
  if (!kept.size) return { ...hunt, rev, view, definition, bare: null };
  const challenges = definition.challenges.length ? definition.challenges.map((c) => shown(c, kept)) : mine;
  return { ...hunt, rev, view: '', definition: { ...definition, challenges }, bare: definition };
}

/** @param {Challenge} c as it was pushed @param {Map<string, Challenge>} kept */
function shown(c, kept) {
  const mine = kept.get(c.id);
  return mine ? { ...mine, title: c.title, points: c.points } : c;
}

/** @param {HuntState} hunt @param {StandingMessage} m @returns {HuntState} */
function onStanding(hunt, { seq, rank, points, entrants, division_rank }) {
  if (!hunt.you) return hunt;
  const you = { ...hunt.you, rank, division_rank, points: seq < hunt.pointsSeq ? hunt.you.points : points };
  return { ...hunt, you, entrants };
}

/**
 * The total after the entry that a message reports, unless a later one is known.
 * @param {HuntState} hunt @param {{seq: number, total?: number, replay?: boolean}} m @returns {HuntState}
 */
function total(hunt, m) {
  if (!hunt.you || m.total === undefined || m.replay || m.seq < hunt.pointsSeq) return hunt;
  return { ...hunt, pointsSeq: m.seq, you: { ...hunt.you, points: m.total } };
}

/** @param {HuntState} hunt @param {string} challenge @param {Answer} verdict @returns {HuntState} */
function withVerdict(hunt, challenge, verdict) {
  const { outcome } = verdict;
  const found = own(hunt.you?.solved, challenge) && outcome !== 'awarded' && !verdict.hint;
  // What one claim has found, no other claim takes back.
  if (found && (outcome !== 'already' || own(hunt.verdicts, challenge)?.outcome === 'awarded')) return hunt;
  return { ...hunt, verdicts: { ...hunt.verdicts, [challenge]: verdict } };
}

/** @param {TickerEvent[]} held @param {TickerEvent[]} events */
function newest(held, events) {
  const known = new Set(held.map((e) => e.seq));
  return [...events.filter((e) => !known.has(e.seq)), ...held]
    .sort((a, b) => b.seq - a.seq)
    .slice(0, TICKER_BOUND);
}

/**
 * Holds the state and calls the subscribers after each change.
 * @param {State} initial
 */
export function createStore(initial) {
  let state = initial;
  /** @type {Set<(state: State) => void>} */
  const listeners = new Set();
  return {
    get state() {
      return state;
    },
    /** @param {Action} action */
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of listeners) listener(state);
    },
    /** @param {(state: State) => void} listener @returns {() => void} ends the subscription */
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** @typedef {ReturnType<typeof createStore>} Store */
