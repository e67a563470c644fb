/** @import { Board, Row, State } from '../types.js' */
import { ownRowBelow } from '../derive.js';
import { el, keyed, setText, spoken } from '../dom.js';
import { number } from '../format.js';
import { t } from '../strings.js';

const MOVES = matchMedia('(prefers-reduced-motion: no-preference)');

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
  const heading = el('h2.panel-title', { tabIndex: -1 }, t.board.title);
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
  return {
    node,
    /** @param {State} state */
    update({ hunt }) {
      const { board, you } = hunt;
      const below = ownRowBelow(hunt);
      const list = board?.rows ?? [];
      if (board !== shown || JSON.stringify(below) !== JSON.stringify(shownOwn)) {
        const before = positions(rows);
        keyed(
          rows,
          list,
          (r) => r.entrant,
          () => rowView(you?.entrant),
        );
        if (shown) glide(rows, before);
        keyed(
          own,
          below ? [below] : [],
          (r) => r.entrant,
          () => rowView(you?.entrant),
        );
      }
      for (const [i, row] of [...rows.children].entries())
        row.classList.toggle('own', list[i]?.entrant === you?.entrant);
      shown = board;
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

/** @param {string} [own] the entrant whose row is one's own */
function rowView(own) {
  const rank = el('span.rank');
  const name = el('bdi.name');
  const you = el('span.you-mark', t.board.you);
  const detail = el('span.row-detail');
  const points = el('span.row-points');
  const node = el('li.row', rank, name, you, detail, el('span.leader', { 'aria-hidden': 'true' }), points);
  return {
    node,
    /** @param {Row} row */
    update(row) {
      setText(rank, number(row.rank));
      setText(name, row.name);
      name.title = row.name;
      you.hidden = row.entrant !== own;
      node.classList.toggle('own', row.entrant === own);
      setText(
        detail,
        [row.solved ? t.board.found(row.solved) : '', row.badges ? `✦ ${row.badges}` : '']
          .filter(Boolean)
          .join(' · '),
      );
      detail.hidden = !detail.textContent;
      if (points.dataset.points === String(row.points)) return;
      points.dataset.points = String(row.points);
      points.replaceChildren(number(row.points), spoken(` ${t.standing.points(row.points)}`));
    },
  };
}

/** @param {Element} list @returns {Map<Element, number>} */
function positions(list) {
  if (!MOVES.matches || document.hidden) return new Map();
  return new Map([...list.children].map((row) => [row, /** @type {HTMLElement} */ (row).offsetTop]));
}

/** Rows that changed place slide there. @param {Element} list @param {Map<Element, number>} before */
function glide(list, before) {
  if (!before.size) return;
  for (const row of list.children) {
    const was = before.get(row);
    const is = /** @type {HTMLElement} */ (row).offsetTop;
    if (was === undefined) row.animate({ opacity: [0, 1] }, { duration: 400 });
    else if (was !== is)
      row.animate(
        { transform: [`translateY(${was - is}px)`, 'none'] },
        { duration: 450, easing: 'cubic-bezier(.2,.7,.2,1)' },
      );
  }
}
