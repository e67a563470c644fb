/** @import { Row } from '../types/protocol.js' */
import { el, foreign, setText as write } from '../dom.js';
import { number } from '../format.js';
import { Pool } from './ranking.js';
import { t } from './strings.js';

/** How long a board stands before the next one, ms: rows reach their places, and some frames stay free. */
export const SETTLE = 400;
const ROOMY = 7;
const LEAVING = 4; // nodes more than places, for rows that are on their way out
const GLIDE = { duration: 650, easing: 'cubic-bezier(0.22, 0.8, 0.24, 1)' };
const GLIDES = 24; // rows that glide at once; nobody could follow more
// ms that a row glows, and until it can glow again. It ends with the glide of the next board: at each
// end the browser computes the styles of everything that moves, for several frames.
const GLOW = GLIDE.duration + SETTLE;
const GLOWS = 4; // rows that begin to glow with one board
const MOVED = 6000; // ms for which a change of rank is written

/**
 * One node of the pool, and what it last showed.
 * @typedef {object} Place
 * @property {HTMLElement} node
 * @property {Animation} glow
 * @property {HTMLElement} dot
 * @property {HTMLElement} rank
 * @property {HTMLElement} name
 * @property {HTMLElement} moved
 * @property {HTMLElement} found
 * @property {HTMLElement} points
 * @property {Row|null} row
 * @property {number} slot where it stands or glides to
 * @property {number} start where it glides from
 * @property {Animation} motion
 * @property {number} from rank before the change that is written
 * @property {number} until when that change is forgotten
 * @property {number} glowing until when it glows
 */

const calm = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)');

/**
 * The board: a fixed number of nodes that glide to their places. It reads
 * nothing back from the layout, and the compositor moves the nodes: the transform
 * says where a node stands, and an animation makes the way there. A node keeps its
 * animations for ever. Transitions, and animations made for each move, are objects
 * that slow down every calculation of styles until they are collected.
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
     * @param {{best?: number, colours?: Map<string, number>}} [look] rows above the best place called so far stand without a name
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
      const moving = nodes.filter((n, i) => places[n].row && places[n].slot !== i).length;
      const glides = moving <= GLIDES && !calm?.matches;
      for (let i = 0; i < rows.length; i++) {
        const place = places[nodes[i]];
        if (place.row) move(place, i, glides);
        else arrive(place, i);
        show(place, rows[i], now, glow);
        mark(place.node, 'dark', best && rows[i].rank < best ? '' : undefined);
        mark(place.node, 'lit', rows[i].rank === best ? '' : undefined);
        mark(place.dot, 'colour', colours?.get(rows[i].entrant)?.toString());
      }
      for (let i = 0; i < places.length; i++) {
        if (shown.has(i) || !places[i].row) continue;
        places[i].row = null;
        move(places[i], room, glides);
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
  const light = el('i', { class: 'glow' });
  const dot = el('i', { class: 'dot' });
  const node = el(
    'li',
    { class: 'place' },
    light,
    rank,
    dot,
    name,
    moved,
    el('i', { class: 'leader' }),
    found,
    points,
  );
  node.dataset.out = '';
  list.append(node);
  return {
    node,
    glow: new Animation(new KeyframeEffect(light, { opacity: [1, 0] }, GLOW)),
    dot,
    rank,
    name,
    moved,
    found,
    points,
    row: null,
    slot: -1,
    start: 0,
    motion: new Animation(new KeyframeEffect(node, null, GLIDE)),
    from: 0,
    until: 0,
    glowing: 0,
  };
}

/** @param {Place} place @param {number} slot @param {boolean} glides or it is there at once */
function move(place, slot, glides) {
  if (place.slot === slot) return;
  const gone = place.motion.effect?.getComputedTiming().progress ?? 1; // also 1 once it has ended
  place.start += (place.slot - place.start) * gone;
  place.slot = slot;
  place.node.style.transform = at(slot);
  if (glides) set(place.motion, { transform: [at(place.start), at(slot)] });
  else {
    place.motion.cancel();
    place.start = slot;
  }
}

/** A node that was away stands there at once, and fades in. @param {Place} place @param {number} slot */
function arrive(place, slot) {
  move(place, slot, false);
  place.start = slot;
  if (!calm?.matches) set(place.motion, { opacity: [0, 1] });
}

/** The transform of a place: all rows are equally high. @param {number} slot */
function at(slot) {
  return `translateY(${100 * slot}%)`;
}

/** Plays an animation from its beginning. @param {Animation} animation @param {PropertyIndexedKeyframes} keyframes */
function set(animation, keyframes) {
  /** @type {KeyframeEffect} */ (animation.effect).setKeyframes(keyframes);
  animation.currentTime = 0;
  animation.play();
}

/** @param {Place} place @param {Row} row @param {number} now @param {{left: number}} glow */
function show(place, row, now, glow) {
  const was = place.row;
  if (was?.rank !== row.rank) {
    if (was && now > place.until) place.from = was.rank;
    place.until = was ? now + MOVED : 0;
    write(place.rank, String(row.rank));
    mark(place.node, 'leads', row.rank === 1 ? '' : undefined);
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
  if (!was || row.points <= was.points || now < place.glowing || calm?.matches || !glow.left) return;
  glow.left--;
  place.glowing = now + GLOW;
  place.glow.play();
}

/** @param {HTMLElement} node @param {string} name @param {string|undefined} value */
function mark(node, name, value) {
  if (node.dataset[name] === value) return;
  if (value === undefined) delete node.dataset[name];
  else node.dataset[name] = value;
}
