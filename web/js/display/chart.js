/** @import { Row } from '../types/protocol.js' */
/** @import { Point, Series } from './series.js' */
import { el, foreign, setText } from '../dom.js';
import { moment, number } from '../format.js';
import { Pool } from './ranking.js';
import { roundUp, spread } from './series.js';
import { t } from './strings.js';

export const LINES = 6;
const GRID = 4;
const NS = 'http://www.w3.org/2000/svg';

/** The colours of the leaders, on the chart and on the board. A leader keeps his own. */
export class Colours {
  #pool = new Pool(LINES);
  /** @type {Map<string, number>} */
  map = new Map();

  /** @param {Row[]} rows */
  lend(rows) {
    const leaders = rows.slice(0, LINES).map((row) => row.entrant);
    const colours = this.#pool.lend(leaders);
    this.map = new Map(leaders.map((entrant, i) => [entrant, colours[i]]));
  }
}

/**
 * Points of the leaders over time. Coordinates are fractions of the plot, so it
 * fits every screen. Lines and labels are made once.
 */
export function chartView() {
  const svg = svgEl('svg', { viewBox: '0 0 1000 1000', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
  const area = svgEl('path', { class: 'area' });
  svg.append(area);
  const lines = Array.from({ length: LINES }, (_, i) => {
    const path = svgEl('path', { class: 'line', 'data-colour': String(i) });
    svg.append(path);
    const name = foreign('');
    const label = el('li', { class: 'line-name' }, el('i', { class: 'dot' }), name);
    label.dataset.colour = String(i);
    label.hidden = true;
    return { path, label, name };
  });
  const grid = Array.from({ length: GRID + 1 }, (_, i) => {
    const label = el('span');
    const line = el('div', { class: 'grid' }, i > 0 && label);
    line.style.setProperty('--y', String(1 - i / GRID));
    return { line, label };
  });
  const from = el('span', { class: 'when' });
  const to = el('span', { class: 'when' });
  const empty = el('p', { class: 'chart-empty' }, t.chartEmpty);
  const node = el(
    'figure',
    { class: 'chart', 'aria-label': t.chart },
    el('figcaption', null, t.chart),
    el(
      'div',
      { class: 'plot' },
      ...grid.map((g) => g.line),
      svg,
      el('ul', { class: 'line-names' }, ...lines.map((l) => l.label)),
    ),
    el('div', { class: 'time' }, from, to),
    empty,
  );
  return {
    node,
    /** @param {Row[]} rows @param {Series} series @param {Map<string, number>} colours @param {number} now the server's clock, or the time of the freeze @param {number} opens the chart begins no earlier */
    update(rows, series, colours, now, opens) {
      const leaders = rows.slice(0, LINES);
      const firsts = leaders.map((row) => series.line(row.entrant)[0]?.[0] ?? now);
      const start = Math.min(now - 60_000, Math.max(opens, Math.min(now, ...firsts)));
      const top = roundUp(
        Math.max(0, ...leaders.flatMap((r) => series.line(r.entrant).map(([, total]) => total))),
      );
      const some = leaders.some((row) => row.points > 0);
      empty.hidden = some;
      node.classList.toggle('is-empty', !some);
      const ends = spread(
        leaders.map((row) => 1 - Math.max(0, row.points) / top),
        0.105,
      );
      const used = new Set();
      leaders.forEach((row, i) => {
        const line = lines[colours.get(row.entrant) ?? i];
        used.add(line);
        const d = pathOf(series.line(row.entrant), start, now, top);
        line.path.setAttribute('d', d);
        if (i === 0) {
          area.setAttribute('d', `${d}V1000H0z`);
          area.dataset.colour = line.label.dataset.colour;
        }
        line.label.hidden = false;
        line.label.style.setProperty('--y', ends[i].toFixed(4));
        setText(line.name, row.name);
      });
      for (const line of lines) {
        if (used.has(line)) continue;
        line.path.setAttribute('d', '');
        line.label.hidden = true;
      }
      grid.forEach(({ label }, i) => {
        setText(label, number(Math.round((top * i) / GRID)));
      });
      setText(from, moment(start, now));
      setText(to, moment(now, now));
    },
  };
}

/** Totals hold until they change: steps, not slopes. @param {Point[]} points @param {number} start @param {number} end @param {number} top */
export function pathOf(points, start, end, top) {
  const x = (/** @type {number} */ at) => Math.round((1000 * (at - start)) / (end - start || 1));
  const y = (/** @type {number} */ total) => Math.round(1000 * (1 - Math.max(0, total) / top));
  let d = `M0 ${y(points[0]?.[0] > start ? 0 : (points[0]?.[1] ?? 0))}`;
  for (const [at, total] of points) d += `H${Math.max(0, x(at))}V${y(total)}`;
  return `${d}H1000`;
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svgEl(tag, attributes) {
  const node = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
