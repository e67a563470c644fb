/** @import { BoardMessage, Challenge, Row, TickerMessage, WatchingMessage } from '../../js/types/protocol.js' */

export const HUNT = 'harbour';

/**
 * A hunt of many entrants that overtake each other all the time. It is the same in
 * every run.
 */
export class Shuffle {
  #random = 20_261_123;
  #held;
  #points;
  seq = 1;

  /** @param {number} entrants @param {number} size rows of the board */
  constructor(entrants, size) {
    this.size = size;
    this.#points = Array.from({ length: entrants }, (_, i) => 1000 + ((i * 7919) % 500));
    this.#held = this.rows();
  }

  /** 0 to below `below` (Numerical Recipes' generator). @param {number} below */
  #roll(below) {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * below);
  }

  /** @returns {Row[]} the first on the board */
  rows() {
    return this.#points
      .map((points, i) => ({
        entrant: `e${i}`,
        name: `Entrant ${i} of the harbour`,
        points,
        solved: 9,
        badges: 1,
      }))
      .sort((a, b) => b.points - a.points)
      .slice(0, this.size)
      .map((row, i) => ({ rank: i + 1, ...row }));
  }

  /** Somebody wins something. @param {number} at @returns {TickerMessage} its line of the ticker */
  change(at) {
    const who = this.#roll(this.#points.length);
    const points = 1 + this.#roll(120);
    this.#points[who] += points;
    this.seq++;
    const event = { seq: this.seq, at, entrant: `e${who}`, name: `Entrant ${who} of the harbour`, points };
    const first = this.seq % 97 === 0;
    const badges = this.seq % 61 === 0 ? ['owl'] : [];
    const events = [{ ...event, challenge: `c${who % 8}`, first, badges }];
    return { type: 'ticker', hunt: HUNT, events, skipped: 0 };
  }

  /** Somebody overtakes the next in rank. */
  pass() {
    const rank = 1 + this.#roll(this.size - 1);
    const order = this.#points.map((points, i) => ({ points, i })).sort((a, b) => b.points - a.points);
    this.#points[order[rank].i] = order[rank - 1].points + 1;
    this.seq++;
  }

  /** The whole board. @param {number} at @returns {BoardMessage} */
  board(at) {
    const entrants = this.#points.length;
    this.#held = this.rows();
    const { seq, size } = this;
    return { type: 'board', hunt: HUNT, seq, at, frozen: false, entrants, size, rows: this.#held };
  }

  /** The rows that differ from the board before. @param {number} at @param {number} base its seq @returns {BoardMessage} */
  delta(at, base) {
    const before = this.#held;
    const { rows, ...rest } = this.board(at);
    return {
      ...rest,
      base,
      rows: rows.filter((row, i) => differs(row, before[i])),
    };
  }

  /** The answer to watch, as this stands. @param {number} at @returns {WatchingMessage} */
  watching(at) {
    return {
      type: 'watching',
      view: '',
      hunt: HUNT,
      epoch: 'e-1',
      seq: this.seq,
      rev: 1,
      phase: 'open',
      frozen: false,
      opens: at - 3_600_000,
      closes: at + 3_600_000,
      now: at,
      definition: {
        hunt: HUNT,
        title: 'Old Harbour by Lantern Light',
        description: '',
        mode: 'solo',
        code_required: false,
        challenges: Array.from({ length: 8 }, (_, i) => challenge(i)),
        badges: [{ id: 'owl', title: 'Night Owl', description: '', icon: '🦉', points: 0, text: '' }],
        challenge_count: 8,
      },
      board: this.board(at),
    };
  }
}

/** @param {number} i @returns {Challenge} */
function challenge(i) {
  return {
    id: `c${i}`,
    title: `Quay ${i}`,
    description: '',
    category: '',
    tags: [],
    points: { initial: 100, minimum: 100, decay: 0, function: 'static' },
    bonus: [],
    proof: { kind: 'text' },
    requires: [],
    attempts: { max: 0, cooldown: 0 },
    hints: [],
    locked: false,
  };
}

/** @param {Row} a @param {Row|undefined} b */
function differs(a, b) {
  return !b || a.entrant !== b.entrant || a.points !== b.points;
}
