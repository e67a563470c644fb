/** @import { Connection, Definition, HuntState, LogEntry, Message, Outgoing, State, TickerEvent, Verdict, You } from './types.js' */
/** @import { Memory } from './memory.js' */
import { applyBoard } from './board.js';

const LOG_BOUND = 200;
const TICKER_BOUND = 40;

/**
 * Everything that changes the state. Messages of the server come as they are;
 * `now` is this machine's clock.
 * @typedef {{do: 'message', message: Message, now: number}
 *   | {do: 'connection', connection: Connection}
 *   | {do: 'outgoing', items: Outgoing[]}
 *   | {do: 'joining'}
 *   | {do: 'refused', code: string, message: string, why?: string}
 *   | {do: 'answered', challenge: string, verdict: Verdict}} Action
 */

/** @param {string} hunt @param {Memory|null} [memory] of an earlier visit @returns {State} */
export function emptyState(hunt, memory) {
  const { epoch = '', seq = 0, log = [] } = memory ?? {};
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
        presence: action.code === 'unknown_hunt' ? 'unknown' : 'none',
        you: null,
      };
    case 'answered':
      return withVerdict(hunt, action.challenge, action.verdict);
    default:
      return hunt;
  }
}

/** @param {State} state @param {Message} m @param {number} now @returns {State} */
function onMessage(state, m, now) {
  if (m.type === 'welcome') {
    const player = m.player ? { id: m.player, name: m.name ?? '' } : null;
    return { ...state, player, clock: m.now ? m.now - now : state.clock };
  }
  if (m.hunt !== state.hunt.id) return state;
  const change = changes[m.type];
  if (!change) return state;
  let hunt = change(state.hunt, m, now);
  // Conflated messages and repeated verdicts say nothing about what came in between.
  if (m.seq > hunt.seq && RELIABLE.has(m.type)) hunt = { ...hunt, seq: m.seq };
  return hunt === state.hunt ? state : { ...state, hunt };
}

const RELIABLE = new Set([
  'verdict',
  'hinted',
  'award',
  'badge',
  'adjusted',
  'revoked',
  'phase',
  'notice',
  'definition',
]);

/** @type {Record<string, (hunt: HuntState, m: Message, now: number) => HuntState>} */
const changes = {
  joined: entered,
  watching: entered,
  verdict: onVerdict,
  hinted: onHinted,
  award: (hunt, m) => awarded(hunt, m, m.seq),
  badge: onBadge,
  adjusted: (hunt, m) => logged(total(hunt, m), m),
  revoked: onRevoked,
  notice: logged,
  phase: onPhase,
  definition: (hunt, m) => ({ ...hunt, rev: m.rev ?? hunt.rev, definition: keepText(hunt, m.definition) }),
  standing: onStanding,
  board: (hunt, m) => {
    const board = applyBoard(hunt.board, m);
    return board ? { ...hunt, board, entrants: board.frozen ? hunt.entrants : board.entrants } : hunt;
  },
  ticker: (hunt, m) => ({
    ...hunt,
    ticker: newest(hunt.ticker, m.events ?? []),
    skipped: hunt.skipped + (m.skipped ?? 0),
  }),
};

/** joined and watching @param {HuntState} hunt @param {Message} m @returns {HuntState} */
function entered(hunt, m) {
  const sameHistory = m.epoch === hunt.epoch && !m.reset;
  const joined = m.type === 'joined';
  /** @type {You|null} */
  const you = joined
    ? {
        ...m.you,
        solved: standing(m.you.solved),
        badges: m.you.badges ?? {},
        hints: m.you.hints ?? {},
        attempts: m.you.attempts ?? {},
        pending: m.you.pending ?? {},
      }
    : null;
  const board = m.board ? applyBoard(null, m.board) : hunt.board;
  /** @type {HuntState} */
  let next = {
    ...hunt,
    presence: joined ? 'joined' : 'watching',
    joining: false,
    refusal: joined ? null : hunt.refusal,
    epoch: m.epoch ?? '',
    seq: m.seq ?? 0,
    rev: m.rev ?? 0,
    phase: m.phase ?? hunt.phase,
    definition: m.definition ?? hunt.definition,
    opens: m.opens ?? m.definition?.opens ?? 0,
    closes: m.closes ?? m.definition?.closes ?? 0,
    you,
    pointsSeq: m.seq ?? 0,
    board,
    entrants: you?.entrants ?? board?.entrants ?? hunt.entrants,
    log: sameHistory ? hunt.log : [],
    verdicts: sameHistory ? hunt.verdicts : {},
  };
  if (you) next = remembered(next, you);
  for (const missed of m.missed ?? []) next = logged(next, missed);
  return next;
}

/** Awards that were not taken back. @param {You['solved']} [solved] @returns {You['solved']} */
function standing(solved = {}) {
  return Object.fromEntries(Object.entries(solved).filter(([, award]) => !award.revoked));
}

/** The history that the personal view itself tells. @param {HuntState} hunt @param {You} you */
function remembered(hunt, you) {
  let next = hunt;
  for (const [challenge, award] of Object.entries(you.solved))
    next = logged(next, { ...award, type: 'award', challenge });
  for (const [badge, held] of Object.entries(you.badges))
    next = logged(next, { ...held, type: 'badge', badge });
  return next;
}

/** @param {HuntState} hunt @param {Message} m @param {number} now @returns {HuntState} */
function onVerdict(hunt, m, now) {
  const next = withVerdict(hunt, m.challenge, { .../** @type {any} */ (m), received: now });
  if (m.outcome === 'awarded' && !m.revoked) return awarded(next, m, m.seq);
  if (m.outcome === 'already' && !m.revoked) {
    return next.you?.solved[m.challenge] ? next : awarded(next, { ...m, total: undefined }, m.seq);
  }
  if (!next.you) return next;
  const attempts = { ...next.you.attempts[m.challenge] };
  if (m.outcome === 'wrong' && m.attempts_left !== undefined) attempts.left = m.attempts_left;
  if (m.outcome === 'exhausted') attempts.left = 0;
  if (m.retry_after > 0) attempts.retry_at = now + m.retry_after;
  const { [m.challenge]: _, ...pending } = next.you.pending;
  if (m.outcome === 'pending') pending[m.challenge] = { id: m.id, at: m.at ?? now };
  return {
    ...next,
    you: { ...next.you, pending, attempts: { ...next.you.attempts, [m.challenge]: attempts } },
  };
}

/** @param {HuntState} hunt @param {Message} m @param {number} seq @returns {HuntState} */
function awarded(hunt, m, seq) {
  if (!hunt.you) return hunt;
  const { [m.challenge]: _, ...pending } = hunt.you.pending;
  const award = { seq, points: m.points ?? 0, bonus: m.bonus, at: m.at ?? 0 };
  /** @type {HuntState} */
  let next = { ...hunt, you: { ...hunt.you, pending, solved: { ...hunt.you.solved, [m.challenge]: award } } };
  next = logged(next, { ...award, type: 'award', challenge: m.challenge });
  for (const badge of m.badges ?? []) next = badged(next, badge, seq, m.at ?? 0);
  if (m.outcome === 'awarded' && m.rank && !m.replay && next.you)
    next = { ...next, you: { ...next.you, rank: m.rank } };
  return total(next, m);
}

/** @param {HuntState} hunt @param {string} badge @param {number} seq @param {number} at @returns {HuntState} */
function badged(hunt, badge, seq, at) {
  if (!hunt.you || hunt.you.badges[badge]) return hunt;
  const you = { ...hunt.you, badges: { ...hunt.you.badges, [badge]: { seq, at } } };
  return logged({ ...hunt, you }, { type: 'badge', badge, seq, at });
}

/** @param {HuntState} hunt @param {Message} m */
function onBadge(hunt, m) {
  return total(badged(hunt, m.badge, m.seq, m.at ?? 0), m);
}

/** @param {HuntState} hunt @param {Message} m @param {number} now @returns {HuntState} */
function onHinted(hunt, m, now) {
  if (!hunt.you) return hunt;
  const key = `${m.challenge}/${m.hint}`;
  const hints = { ...hunt.you.hints, [key]: { text: m.text, cost: m.cost } };
  const next = logged({ ...hunt, you: { ...hunt.you, hints } }, { ...m, at: m.at ?? now });
  return total(next, m);
}

/** @param {HuntState} hunt @param {Message} m @returns {HuntState} */
function onRevoked(hunt, m) {
  if (!hunt.you) return hunt;
  const { [m.challenge]: _, ...solved } = hunt.you.solved;
  const { [m.badge]: __, ...badges } = hunt.you.badges;
  const { [m.challenge]: ___, ...verdicts } = hunt.verdicts;
  return logged(total({ ...hunt, verdicts, you: { ...hunt.you, solved, badges } }, m), m);
}

/** @param {HuntState} hunt @param {Message} m @returns {HuntState} */
function onPhase(hunt, m) {
  const next = { ...hunt, phase: m.phase ?? hunt.phase, opens: m.opens ?? 0, closes: m.closes ?? 0 };
  return next.phase === hunt.phase ? next : logged(next, m);
}

/** @param {HuntState} hunt @param {Message} m @returns {HuntState} */
function onStanding(hunt, m) {
  if (!hunt.you) return hunt;
  const current = m.seq === undefined || m.seq >= hunt.pointsSeq;
  const you = {
    ...hunt.you,
    rank: m.rank ?? hunt.you.rank,
    points: current ? (m.points ?? hunt.you.points) : hunt.you.points,
  };
  return { ...hunt, you, entrants: m.entrants ?? hunt.entrants };
}

/**
 * The total after the entry that a message tells of, unless a later one is known.
 * @param {HuntState} hunt @param {Message} m @returns {HuntState}
 */
function total(hunt, m) {
  if (!hunt.you || m.total === undefined || m.replay || m.seq < hunt.pointsSeq) return hunt;
  return { ...hunt, pointsSeq: m.seq, you: { ...hunt.you, points: m.total } };
}

/** @param {HuntState} hunt @param {string} challenge @param {Verdict} verdict @returns {HuntState} */
function withVerdict(hunt, challenge, verdict) {
  return { ...hunt, verdicts: { ...hunt.verdicts, [challenge]: verdict } };
}

/**
 * A pushed definition is everybody's view; what this player has unlocked stays
 * readable until the next join brings the personal one.
 * @param {HuntState} hunt @param {Definition} definition @returns {Definition}
 */
function keepText(hunt, definition) {
  const known = new Map(hunt.definition?.challenges.map((c) => [c.id, c]));
  return {
    ...definition,
    challenges: (definition.challenges ?? []).map((c) => {
      const mine = known.get(c.id);
      return c.locked && mine && !mine.locked ? { ...mine, title: c.title, points: c.points } : c;
    }),
  };
}

/** The line of the history that a message makes, or null. @param {Message} m @returns {LogEntry|null} */
export function lineOf(m) {
  const naming = KEYS[m.type];
  if (!naming) return null;
  const { type, seq = 0, at = 0, challenge, badge, hint, bonus, reason, text, phase } = m;
  const points = type === 'hinted' ? -m.cost : m.points;
  const key = `${type} ${naming(m)}`;
  return {
    key,
    type: /** @type {LogEntry['type']} */ (type),
    seq,
    at,
    challenge,
    badge,
    hint,
    points,
    bonus,
    reason,
    text,
    phase,
  };
}

/** What is told once, by the type of the message. @type {Record<string, (m: Message) => string>} */
const KEYS = {
  award: (m) => `${m.challenge} ${m.seq}`,
  badge: (m) => m.badge,
  hinted: (m) => `${m.challenge}/${m.hint}`,
  adjusted: seqOf,
  revoked: seqOf,
  notice: seqOf,
  phase: seqOf,
};

/** @param {Message} m */
function seqOf(m) {
  return String(m.seq);
}

/** @param {HuntState} hunt @param {Message} m @returns {HuntState} */
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
 * Holds the state and tells whoever subscribed after each change.
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
