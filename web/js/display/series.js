/** @import { Row } from '../types/protocol.js' */

/** @typedef {[at: number, total: number]} Point */

const MOST = 160; // points of one line after thinning; twice as many before

/**
 * At most as many points as most, for a line of the same shape: the last of each
 * of equally long spans, and the very first.
 * @param {Point[]} points by time @param {number} most at least 2 @returns {Point[]}
 */
export function thin(points, most) {
  if (points.length <= most) return points;
  const start = points[0][0];
  const step = Math.max(1, (points[points.length - 1][0] - start) / (most - 1));
  /** @type {Point[]} */
  const kept = [points[0]];
  for (let i = 1; i < points.length; i++) {
    const spanOf = (/** @type {number} */ n) => Math.min(most - 2, Math.floor((points[n][0] - start) / step));
    if (i === points.length - 1 || spanOf(i) !== spanOf(i + 1)) kept.push(points[i]);
  }
  return kept;
}

/** The top of an axis from 0: a round number not below most. @param {number} most */
export function roundUp(most) {
  if (most <= 4) return 4;
  const size = 10 ** Math.floor(Math.log10(most));
  return size * ([1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].find((n) => n * size >= most) ?? 10);
}

/**
 * Moves labels apart: each at its place or as near as gap allows, inside 0 to 1.
 * @param {number[]} wanted places, any order @param {number} gap @returns {number[]} in the order given
 */
export function spread(wanted, gap) {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  const placed = [...wanted];
  let floor = 0;
  for (const i of order) {
    placed[i] = Math.max(wanted[i], floor);
    floor = placed[i] + gap;
  }
  let ceiling = 1;
  for (const i of order.reverse()) {
    placed[i] = Math.min(placed[i], ceiling);
    ceiling = placed[i] - gap;
  }
  return placed;
}

/** Points over time of the entrants on the board: a bounded line for each row. */
export class Series {
  /** @type {Map<string, Point[]>} */
  #lines = new Map();

  clear() {
    this.#lines.clear();
  }

  /** Replaces points by those that the server remembers; newer points stay. @param {{entrant: string, points: Point[]}[]} lines */
  seed(lines) {
    for (const { entrant, points } of lines) {
      const last = points[points.length - 1]?.[0] ?? 0;
      const newer = (this.#lines.get(entrant) ?? []).filter(([at]) => at > last);
      this.#lines.set(entrant, thin([...points, ...newer], MOST));
    }
  }

  /** Adds a board of that time; entrants that are not on it are forgotten. @param {Row[]} rows @param {number} at */
  add(rows, at) {
    const shown = new Set(rows.map((row) => row.entrant));
    for (const entrant of this.#lines.keys()) if (!shown.has(entrant)) this.#lines.delete(entrant);
    for (const { entrant, points } of rows) {
      const line = this.#lines.get(entrant);
      if (!line) this.#lines.set(entrant, [[at, points]]);
      else if (line[line.length - 1][1] !== points) {
        line.push([Math.max(at, line[line.length - 1][0]), points]);
        if (line.length > 2 * MOST) this.#lines.set(entrant, thin(line, MOST));
      }
    }
  }

  /** @param {string} entrant @returns {Point[]} */
  line(entrant) {
    return this.#lines.get(entrant) ?? [];
  }
}
