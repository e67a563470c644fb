/** @import { Message } from '../../js/types.js' */
import { emptyState, reduce } from '../../js/store.js';

export const HUNT = 'old-town';

/** @param {Record<string, any>} [over] */
export function challenge(over = {}) {
  return {
    id: 'lantern',
    title: 'The oldest lantern',
    description: 'Read the year.',
    category: 'harbour',
    tags: [],
    points: { initial: 100, minimum: 100, decay: 0, function: 'static' },
    bonus: [20, 10],
    proof: { kind: /** @type {const} */ ('text') },
    requires: [],
    attempts: { max: 0, cooldown: 0 },
    hints: [],
    locked: false,
    ...over,
  };
}

/** @param {Record<string, any>} [over] @returns {Message} */
export function joined(over = {}) {
  const { you, definition, ...rest } = over;
  return {
    type: 'joined',
    id: 'join-1',
    hunt: HUNT,
    epoch: '7',
    seq: 5,
    rev: 1,
    phase: 'open',
    definition: {
      hunt: HUNT,
      title: 'Old Town',
      mode: 'solo',
      challenges: [challenge()],
      badges: [],
      ...definition,
    },
    board: {
      type: 'board',
      hunt: HUNT,
      seq: 5,
      at: 1,
      frozen: false,
      entrants: 1,
      size: 50,
      rows: [row(1, 'e1', 0)],
      challenges: {},
    },
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

/** @param {Record<string, any>} over @returns {Message} */
export function awardedVerdict(over = {}) {
  return {
    type: 'verdict',
    id: 'c1',
    hunt: HUNT,
    challenge: 'lantern',
    outcome: 'awarded',
    seq: 6,
    points: 120,
    bonus: 20,
    total: 120,
    rank: 1,
    badges: [],
    at: 900,
    ...over,
  };
}
