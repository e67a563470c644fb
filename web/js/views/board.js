/** @import { Row } from '../types/protocol.js' */
/** @import { Board, State } from '../types/state.js' */
import { ownRowBelow } from '../derive.js';
import { el, keyed, setText, spoken } from '../dom.js';
import { number } from '../format.js';
import { t as page } from '../strings.js';
import { t } from './strings.js';

const motion = globalThis.matchMedia?.('(prefers-reduced-motion: no-preference)');
const GLIDES = 12; // rows that slide at once

/** The leaderboard. */
export function boardView() {
  const rows = el('ol.rows');
  const own = el('ol.rows.own-rows', { hidden: true });
  const frozen = el('p.frozen', { hidden: true }, t.board.frozen);
  const empty = el(
    'div.empty',
    { hidden: true },
    el('p', t.board.empty),
    el('p.small-print', t.board.emptyMore),
  );
  const more = el('p.small-print', { hidden: true });
  const heading = el('h2.panel-title', { tabindex: -1 }, t.board.title);
  const node = el(
    'section.board-box',
    { 'aria-label': t.board.title },
    heading,
    frozen,
    empty,
    rows,
    own,
    more,
  );
  /** @type {Board|null} */
  let shown = null;
  /** @type {Row|null} */
  let shownOwn = null;
  /** @type {string|undefined} */
  let shownYou;
  return {
    node,
    /** @param {State} state */
    update({ hunt }) {
      const { board, you } = hunt;
      const below = ownRowBelow(hunt);
      const list = board?.rows ?? [];
      if (board !== shown || JSON.stringify(below) !== JSON.stringify(shownOwn)) {
        // By place, not by entrant: a row keeps its node and changes its words.
        keyed(
          rows,
          list,
          (r) => String(r.rank),
          () => rowView(),
        );
        if (shown && shown !== board) glide(rows, entrants(shown), entrants(board));
        keyed(
          own,
          below ? [below] : [],
          (r) => r.entrant,
          () => rowView(),
        );
      }
      if (board !== shown || you?.entrant !== shownYou)
        for (const [i, row] of [...rows.children].entries()) mark(row, list[i]?.entrant === you?.entrant);
      if (own.firstElementChild) mark(own.firstElementChild, true);
      shown = board;
      shownYou = you?.entrant;
      shownOwn = below;
      own.hidden = !below;
      frozen.hidden = !board?.frozen;
      empty.hidden = !board || list.length > 0;
      const rest = (board?.entrants ?? 0) - list.length - (below ? 1 : 0);
      more.hidden = rest <= 0 || list.length === 0;
      setText(more, t.board.more(rest));
    },
  };
}

/** @param {Board|null} board */
function entrants(board) {
  return (board?.rows ?? []).map((row) => row.entrant);
}

/** One's own row, or another. @param {Element} row @param {boolean} own */
function mark(row, own) {
  row.classList.toggle('own', own);
  /** @type {HTMLElement} */ (row.querySelector('.you-mark')).hidden = !own;
}

function rowView() {
  const rank = el('span.rank');
  const name = el('bdi.name');
  const you = el('span.you-mark', { hidden: true }, t.board.you);
  const detail = el('span.row-detail', { hidden: true });
  const points = el('span', ' ');
  const unit = spoken(' ');
  const leader = el('span.leader', { 'aria-hidden': 'true' });
  const node = el(
    'li.row',
    rank,
    el('span.row-who', name, you, detail, leader),
    el('span.row-points', points, unit),
  );
  /** @type {Partial<Row>} */
  let was = {};
  return {
    node,
    /** @param {Row} row */
    update(row) {
      if (row === was) return;
      if (row.rank !== was.rank) setText(rank, number(row.rank));
      if (row.name !== was.name) {
        setText(name, row.name);
        name.title = row.name;
      }
      if (row.solved !== was.solved || row.badges !== was.badges) {
        const text = detailOf(row);
        setText(detail, text);
        detail.hidden = !text;
      }
      if (row.points !== was.points) {
        setText(points, number(row.points));
        setText(unit, ` ${page.unit(row.points)}`);
      }
      was = row;
    },
  };
}

/** 3 found · ✦ 1 @param {Row} row */
export function detailOf({ solved, badges }) {
  return [solved && t.board.found(solved), badges && `✦ ${badges}`].filter(Boolean).join(' · ');
}

/**
 * How many places each row came up, or null for one that was not there.
 * @param {string[]} was entrants in the order shown before @param {string[]} is
 */
export function movesOf(was, is) {
  const before = new Map(was.map((entrant, i) => [entrant, i]));
  return is.map((entrant, i) => {
    const place = before.get(entrant);
    return place === undefined ? null : place - i;
  });
}

/**
 * Slides rows that changed place there, unless so many did that nobody could
 * follow. All rows are equally high, so nothing is read from the layout.
 * @param {Element} list @param {string[]} was entrants in the order shown before @param {string[]} is
 */
function glide(list, was, is) {
  if (!motion?.matches || document.hidden) return;
  const moves = movesOf(was, is);
  if (moves.filter(Boolean).length > GLIDES) return;
  for (const [i, row] of [...list.children].entries()) {
    const up = moves[i];
    if (up === null) row.animate({ opacity: [0, 1] }, { duration: 400 });
    else if (up)
      row.animate(
        { transform: [`translateY(${100 * up}%)`, 'none'] },
        { duration: 450, easing: 'cubic-bezier(.2,.7,.2,1)' },
      );
  }
}
