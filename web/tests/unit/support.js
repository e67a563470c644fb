/** @import { ChangeMessage, Challenge, Definition, JoinedMessage, Message, VerdictMessage, WatchingMessage } from '../../js/types/protocol.js' */
import { emptyState, reduce } from '../../js/store.js';

export const HUNT = 'old-town';

/** @param {Partial<Challenge>} [over] @returns {Challenge} */
export function challenge(over = {}) {
  return {
    id: 'lantern',
    title: 'The oldest lantern',
    description: 'Read the year.',
    category: 'harbour',
    tags: [],
    points: { initial: 100, minimum: 100, decay: 0, function: 'static' },
    bonus: [20, 10],
    proof: { kind: 'text' },
    requires: [],
    attempts: { max: 0, cooldown: 0 },
    hints: [],
    locked: false,
    ...over,
  };
}

/** @param {Partial<Definition>} [over] @returns {Definition} */
export function definition(over = {}) {
  const challenges = over.challenges ?? [challenge()];
  return {
    hunt: HUNT,
    title: 'Old Town',
    description: '',
    mode: 'solo',
    code_required: false,
    challenges,
    badges: [],
    challenge_count: challenges.length,
    ...over,
  };
}

const entry = { hunt: HUNT, seq: 6, at: 1 };
const DEFAULTS = {
  welcome: { session: 's', now: 0, heartbeat: 25_000, max_frame: 8_192 },
  pong: { now: 0 },
  error: { hunt: HUNT, code: 'internal', message: '' },
  award: { ...entry, challenge: 'lantern', points: 120, bonus: 20, total: 120, badges: [] },
  badge: { ...entry, badge: 'owl', points: 10, total: 130 },
  hinted: { ...entry, challenge: 'lantern', hint: 'h1', text: 'Look', cost: 10, total: 110 },
  adjusted: { ...entry, points: 5, total: 5, reason: 'a gift' },
  revoked: { ...entry, points: -120, total: 0, reason: 'shared' },
  phase: { ...entry, phase: 'open', frozen: false },
  notice: { ...entry, text: 'Soup is ready' },
  definition: { ...entry, rev: 2, view: 'v2', definition: definition() },
  left: { hunt: HUNT },
  unlocked: { hunt: HUNT, view: 'v3', challenges: [] },
  started: { hunt: HUNT, seq: 6, at: 1, ends: 0 },
  extended: { ...entry },
  reviewed: { ...entry, challenge: 'lantern', claim: 'c1', approved: false },
  finished: { ...entry, text: 'Well walked.' },
  penalised: { ...entry, challenge: 'lantern', points: -5, total: 95, reason: '' },
  renamed: { ...entry, name: 'Bo' },
  division: { ...entry, division: 'school' },
  skipped: { ...entry, challenge: 'lantern' },
  unskipped: { ...entry, challenge: 'lantern' },
  team: { hunt: HUNT, members: [] },
  reset: { hunt: HUNT, epoch: '8', seq: 5 },
  standing: { hunt: HUNT, seq: 6, rank: 1, points: 0, entrants: 1 },
  board: { ...entry, frozen: false, entrants: 1, size: 50, rows: [row(1, 'e1', 0)] },
  ticker: { hunt: HUNT, events: [], skipped: 0 },
};

/** Each message with one type. @typedef {Exclude<Message, ChangeMessage> | {[T in ChangeMessage['type']]: ChangeMessage & {type: T}}[ChangeMessage['type']]} Told */

/**
 * A message of the server, with all fields that its type requires.
 * @template {keyof typeof DEFAULTS} T
 * @param {T} type @param {Partial<Extract<Told, {type: T}>>} [over]
 * @returns {Extract<Told, {type: T}>}
 */
export function message(type, over = {}) {
  const whole = { type, ...DEFAULTS[type], ...over };
  return /** @type {Extract<Told, {type: T}>} */ (/** @type {unknown} */ (whole));
}

/** @param {Record<string, any>} [over] parts of you and of the definition too @returns {JoinedMessage} */
export function joined(over = {}) {
  const { you, definition: parts, ...rest } = over;
  return {
    type: 'joined',
    id: 'join-1',
    hunt: HUNT,
    epoch: '7',
    seq: 5,
    rev: 1,
    view: 'v1',
    phase: 'open',
    frozen: false,
    now: 0,
    definition: definition(parts),
    board: message('board', { seq: 5, challenges: {} }),
    you: {
      entrant: 'e1',
      name: 'Ada',
      points: 0,
      rank: 1,
      entrants: 1,
      solved: {},
      badges: {},
      hints: {},
      attempts: {},
      ...you,
    },
    ...rest,
  };
}

/** @param {Record<string, any>} [over] @returns {WatchingMessage} */
export function watching(over) {
  return { ...joined(over), type: 'watching', you: undefined };
}

/** @param {number} rank @param {string} entrant @param {number} points */
export function row(rank, entrant, points) {
  return { rank, entrant, name: entrant.toUpperCase(), points, solved: 0, badges: 0 };
}

/** The state after these messages. @param {Message[]} messages @param {number} [now] */
export function after(messages, now = 1_000) {
  return messages.reduce(
    (state, message) => reduce(state, { do: 'message', message, now }),
    emptyState(HUNT),
  );
}

/** @param {Record<string, any>} over @returns {VerdictMessage} */
export function verdict(over = {}) {
  return { type: 'verdict', id: 'c1', hunt: HUNT, challenge: 'lantern', outcome: 'wrong', ...over };
}

/** @param {Record<string, any>} over @returns {VerdictMessage} */
export function awardedVerdict(over = {}) {
  return verdict({
    outcome: 'awarded',
    seq: 6,
    points: 120,
    bonus: 20,
    total: 120,
    rank: 1,
    badges: [],
    at: 900,
    ...over,
  });
}
