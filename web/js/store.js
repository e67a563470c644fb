/**
 * @import {
 *   AlreadyVerdict, AwardedVerdict, AwardMessage, BadgeMessage, DefinitionMessage, HintedMessage,
 *   JoinedMessage, LeftMessage, Message, PhaseMessage, RevokedMessage, StandingMessage, TickerEvent,
 *   VerdictMessage, WatchingMessage
 * } from './types/protocol.js'
 */
/** @import { Answer, Connection, HuntState, LogLine, LogSource, Outgoing, State, You } from './types/state.js' */
/** @import { Bookmark } from './bookmark.js' */

import { applyBoard } from './board.js';
import { own } from './ids.js';

const LOG_BOUND = 200;
const TICKER_BOUND = 40;

/**
 * Everything that changes the state. Messages of the server come as they are;
 * now is this machine's clock.
 * @typedef {{do: 'message', message: Message, now: number}
 *   | {do: 'connection', connection: Connection}
 *   | {do: 'outgoing', items: Outgoing[]}
 *   | {do: 'joining'}
 *   | {do: 'refused', code: string, message: string, why?: string}
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
    case 'refused':
      return {
        ...hunt,
        joining: false,
        refusal: { code: action.code, message: action.message, why: action.why },
        presence: refusedPresence(action),
        you: null,
      };
    case 'answered':
      return withVerdict(hunt, action.challenge, action.verdict);
    default:
      return hunt;
  }
}

/** @param {{code: string, why?: string}} refusal of a join @returns {HuntState['presence']} */
function refusedPresence({ code, why }) {
  if (code === 'unknown_hunt') return 'unknown';
  return why === 'banned' ? 'banned' : 'none';
}

/** Whether the server has taken this player out of the hunt for good. @param {LeftMessage & {why?: string}} m */
function isBan(m) {
  return m.why === 'banned';
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
      return isBan(m) ? { ...hunt, presence: 'banned', joining: false, you: null } : hunt;
    case 'ticker':
      return { ...hunt, ticker: newest(hunt.ticker, m.events), skipped: hunt.skipped + m.skipped };
    default:
      return hunt;
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
  const sameHistory = m.epoch === hunt.epoch && !m.reset;
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
    definition: m.definition,
    opens: m.opens ?? m.definition.opens ?? 0,
    closes: m.closes ?? m.definition.closes ?? 0,
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
    return m.rank && !m.replay && mine.you ? { ...mine, you: { ...mine.you, rank: m.rank } } : mine;
  }
  if (m.outcome === 'already' && !m.revoked) {
    return own(next.you?.solved, m.challenge) ? next : awarded(next, { ...m, total: undefined });
  }
  if (!next.you) return next;
  const attempts = { ...(own(next.you.attempts, m.challenge) ?? { retry_at: 0 }) };
  if (m.outcome === 'wrong' && m.attempts_left !== undefined) attempts.left = m.attempts_left;
  if (m.outcome === 'exhausted') attempts.left = 0;
  if (m.retry_after) attempts.retry_at = now + m.retry_after;
  const { [m.challenge]: _, ...rest } = next.you.pending;
  const waits = { id: m.id, at: m.at ?? now };
  const pending = m.outcome === 'pending' ? { ...rest, [m.challenge]: waits } : rest;
  return {
    ...next,
    you: { ...next.you, pending, attempts: { ...next.you.attempts, [m.challenge]: attempts } },
  };
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
 * A pushed definition is everybody's view; what this player has unlocked stays
 * readable until the next join brings the personal one.
 * @param {HuntState} hunt @param {DefinitionMessage} m @returns {HuntState}
 */
function onDefinition(hunt, { rev, definition }) {
  const known = new Map(hunt.definition?.challenges.map((c) => [c.id, c]));
  const challenges = definition.challenges.map((c) => {
    const mine = known.get(c.id);
    return c.locked && mine && !mine.locked ? { ...mine, title: c.title, points: c.points } : c;
  });
  return { ...hunt, rev, definition: { ...definition, challenges } };
}

/** @param {HuntState} hunt @param {StandingMessage} m @returns {HuntState} */
function onStanding(hunt, { seq, rank, points, entrants }) {
  if (!hunt.you) return hunt;
  const you = { ...hunt.you, rank, points: seq < hunt.pointsSeq ? hunt.you.points : points };
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

/** The line of the history that a message makes, or null. @param {LogSource} m @returns {LogLine|null} */
export function lineOf(m) {
  const naming = own(KEYS, m.type);
  if (!naming) return null;
  const { type, seq, at, challenge, badge, hint, cost, bonus, reason, text, phase } = m;
  const points = cost === undefined ? m.points : -cost;
  const key = `${type} ${naming(m)}`;
  return { key, type, seq, at, challenge, badge, hint, points, bonus, reason, text, phase };
}

/** By type, what distinguishes one event from another. @type {Record<LogLine['type'], (m: LogSource) => unknown>} */
const KEYS = {
  award: (m) => `${m.challenge} ${m.seq}`,
  badge: (m) => m.badge,
  hinted: (m) => `${m.challenge}/${m.hint}`,
  adjusted: seqOf,
  revoked: seqOf,
  notice: seqOf,
  phase: seqOf,
};

/** @param {LogSource} m */
function seqOf(m) {
  return m.seq;
}

/** @param {HuntState} hunt @param {LogSource} m @returns {HuntState} */
function logged(hunt, m) {
  const line = lineOf(m);
  if (!line || hunt.log.some((known) => known.key === line.key)) return hunt;
  const log = [line, ...hunt.log].sort((a, b) => b.seq - a.seq).slice(0, LOG_BOUND);
  return { ...hunt, log };
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
