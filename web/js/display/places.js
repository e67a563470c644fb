/** @import { Row } from '../types.js' */
import { el, foreign, setText as write } from '../dom.js';
import { number } from '../format.js';
import { Pool } from './ranking.js';
import { t } from './strings.js';

const ROOMY = 7;
const LEAVING = 4; // nodes more than places, for rows that are on their way out
const GLOW = 1200; // ms; a row that gains all the time glows again only after it
const GLOWS = 4; // rows that begin to glow with one board
const MOVED = 6000; // ms for which a change of rank is written

/**
 * One node of the pool, and what it last showed.
 * @typedef {object} Place
 * @property {HTMLElement} node
 * @property {HTMLElement} rank
 * @property {HTMLElement} name
 * @property {HTMLElement} moved
 * @property {HTMLElement} found
 * @property {HTMLElement} points
 * @property {Row|null} row
 * @property {number} slot
 * @property {number} from rank before the change that is written
 * @property {number} until when that change is forgotten
 * @property {number} glow when it may glow again
 */

const calm = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');

/**
 * The board: a fixed number of nodes that slide to their places. It reads
 * nothing back from the layout; where a node stands is a custom property, and
 * the style sheet makes the way there.
 * @param {number} most places
 */
export function placesView(most) {
  const list = el('ol', { class: 'places', role: 'list', 'aria-label': t.board });
  const places = Array.from({ length: most + LEAVING }, () => makePlace(list));
  const pool = new Pool(places.length);
  const glow = { left: 0 };
  let room = 0; // places that share the height: few entrants are written larger
  return {
    node: list,
    /**
     * @param {Row[]} rows at most as many as there are places
     * @param {number} now
     * @param {{best?: number, colours?: Map<string, number>}} [look] above the best place called by now, rows keep their place without a name
     */
    update(rows, now, { best, colours } = {}) {
      const nodes = pool.lend(rows.map((row) => row.entrant));
      const shown = new Set(nodes);
      glow.left = GLOWS;
      const wanted = Math.max(Math.min(ROOMY, most), rows.length);
      if (room !== wanted) {
        room = wanted;
        list.style.setProperty('--places', String(room));
      }
      for (let i = 0; i < rows.length; i++) {
        const place = places[nodes[i]];
        show(place, rows[i], i, now, glow);
        mark(place.node, 'dark', best && rows[i].rank < best ? '' : undefined);
        mark(place.node, 'lit', rows[i].rank === best ? '' : undefined);
        mark(place.node, 'colour', colours?.get(rows[i].entrant)?.toString());
      }
      for (let i = 0; i < places.length; i++) {
        if (shown.has(i) || !places[i].row) continue;
        places[i].row = null;
        places[i].node.style.setProperty('--slot', String(room));
        mark(places[i].node, 'out', '');
      }
    },
  };
}

/** @param {HTMLElement} list @returns {Place} */
function makePlace(list) {
  const rank = el('span', { class: 'place-rank' });
  const name = foreign('', 'place-name');
  const moved = el('span', { class: 'place-moved' });
  const found = el('span', { class: 'place-found' });
  const points = el('span', { class: 'place-points' });
  const node = el(
    'li',
    { class: 'place' },
    rank,
    el('i', { class: 'dot' }),
    name,
    moved,
    el('i', { class: 'leader' }),
    found,
    points,
  );
  node.dataset.out = '';
  list.append(node);
  return { node, rank, name, moved, found, points, row: null, slot: -1, from: 0, until: 0, glow: 0 };
}

/** @param {Place} place @param {Row} row @param {number} slot @param {number} now @param {{left: number}} glow */
function show(place, row, slot, now, glow) {
  const was = place.row;
  if (place.slot !== slot || !was) {
    place.slot = slot;
    place.node.style.setProperty('--slot', String(slot));
  }
  if (was?.rank !== row.rank) {
    if (was && now > place.until) place.from = was.rank;
    place.until = was ? now + MOVED : 0;
    write(place.rank, String(row.rank));
    mark(place.node, 'rank', String(row.rank));
  }
  if (!was) mark(place.node, 'out', undefined);
  const up = now > place.until ? 0 : place.from - row.rank;
  write(place.moved, up > 0 ? `▲ ${up}` : up < 0 ? `▼ ${-up}` : '');
  mark(place.moved, 'up', up > 0 ? '' : undefined);
  if (was === row) return;
  place.row = row;
  write(place.name, row.name);
  write(place.found, row.solved ? t.found(row.solved) : '');
  write(place.points, number(row.points));
  if (!was || row.points <= was.points || now < place.glow || calm?.matches || !glow.left) return;
  glow.left--;
  place.glow = now + GLOW;
  place.node.animate({ backgroundColor: ['rgb(244 178 76 / 40%)', 'rgb(244 178 76 / 0%)'] }, GLOW);
}

/** @param {HTMLElement} node @param {string} name @param {string|undefined} value */
function mark(node, name, value) {
  if (node.dataset[name] === value) return;
  if (value === undefined) delete node.dataset[name];
  else node.dataset[name] = value;
}
