/** @import { Message, Row } from '../../js/types.js' */

export const HUNT = 'harbour';

/**
 * A hunt of many entrants who overtake each other all the time.
 * It is the same at every run.
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

  /** Somebody wins something. @param {number} at @returns {Message} its line of the ticker */
  change(at) {
    const who = this.#roll(this.#points.length);
    const points = 1 + this.#roll(120);
    this.#points[who] += points;
    this.seq++;
    const event = { seq: this.seq, at, entrant: `e${who}`, name: `Entrant ${who} of the harbour`, points };
    const first = this.seq % 97 === 0;
    const badges = this.seq % 61 === 0 ? ['owl'] : [];
    return { type: 'ticker', hunt: HUNT, events: [{ ...event, challenge: `c${who % 8}`, first, badges }] };
  }

  /** Somebody passes the one before. */
  pass() {
    const rank = 1 + this.#roll(this.size - 1);
    const order = this.#points.map((points, i) => ({ points, i })).sort((a, b) => b.points - a.points);
    this.#points[order[rank].i] = order[rank - 1].points + 1;
    this.seq++;
  }

  /** The whole board. @param {number} at @returns {Message} */
  board(at) {
    const entrants = this.#points.length;
    this.#held = this.rows();
    return { type: 'board', hunt: HUNT, seq: this.seq, at, entrants, size: this.size, rows: this.#held };
  }

  /** What differs from the board that was told last. @param {number} at @param {number} base its seq @returns {Message} */
  delta(at, base) {
    const before = this.#held;
    const { rows, ...rest } = this.board(at);
    return {
      ...rest,
      base,
      rows: rows.filter((/** @type {Row} */ row, /** @type {number} */ i) => differs(row, before[i])),
    };
  }

  /** The answer to watch, as this stands. @param {number} at @returns {Message} */
  watching(at) {
    return {
      type: 'watching',
      hunt: HUNT,
      epoch: 'e-1',
      seq: this.seq,
      rev: 1,
      phase: 'open',
      opens: at - 3_600_000,
      closes: at + 3_600_000,
      now: at,
      definition: {
        hunt: HUNT,
        title: 'Old Harbour by Lantern Light',
        mode: 'solo',
        challenges: Array.from({ length: 8 }, (_, i) => ({
          id: `c${i}`,
          title: `Quay ${i}`,
          points: { initial: 100 },
        })),
        badges: [{ id: 'owl', title: 'Night Owl', icon: '🦉' }],
      },
      board: this.board(at),
    };
  }
}

/** @param {Row} a @param {Row|undefined} b */
function differs(a, b) {
  return !b || a.entrant !== b.entrant || a.points !== b.points;
}
