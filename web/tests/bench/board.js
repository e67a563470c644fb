/** @import { State } from '../../js/types/state.js' */
import { applyBoard } from '../../js/board.js';
import { placesView, SETTLE } from '../../js/display/places.js';
import { el } from '../../js/dom.js';
import { emptyState } from '../../js/store.js';
import { boardView } from '../../js/views/board.js';
import { HUNT, Shuffle } from '../feed/shuffle.js';

// One board of 50 rows after another, from the text of the message to the
// finished frame. ?view=display or player, &shown=rows of the display.

const query = new URLSearchParams(location.search);
const ROWS = 50;
const SHOWN = Number(query.get('shown') ?? ROWS);
const CHANGES = 50; // between two boards when all move: 500 a second
const PASSES = 10; // between two boards when neighbours change places

const display = query.get('view') === 'display';
const EVERY = display ? SETTLE : 100; // ms: a display lets each board stand, the server sends ten a second
const sheets = display ? ['display'] : ['play', 'walk'];
const styled = sheets.map(
  (name) =>
    new Promise((resolve) => {
      document.head.append(
        el('link', { rel: 'stylesheet', href: `/static/css/${name}.css`, on: { load: resolve } }),
      );
    }),
);
const places = display ? placesView(SHOWN) : null;
const player = display ? null : boardView();
// The player's board stands as in the page: beside the trail, or alone on a phone.
if (places) document.body.append(el('section.board', places.node));
if (player)
  document.body.append(
    el(
      'main',
      el('div.panels', { 'data-tab': 'board' }, el('div.trail'), el('div.panel.board', player.node)),
    ),
  );

const shuffle = new Shuffle(ROWS, ROWS);
let board = applyBoard(null, shuffle.board(0));
const { hunt, ...state } = emptyState(HUNT);

/** @param {string} text a message */
function update(text) {
  board = applyBoard(board, JSON.parse(text));
  if (!board) throw new Error('the change belongs to another board');
  places?.update(board.rows.slice(0, SHOWN), Date.now());
  player?.update(/** @type {State} */ ({ ...state, hunt: { ...hunt, board } }));
}

/** The changes between two boards. @type {Record<string, () => void>} */
const kinds = {
  nothing() {},
  neighbours() {
    for (let i = 0; i < PASSES; i++) shuffle.pass();
  },
  all() {
    for (let i = 0; i < CHANGES; i++) shuffle.change(0);
  },
};

/** @type {string[]} */
let texts = [];

/**
 * Makes the messages beforehand: a real page does not make them.
 * @param {string} kind @param {number} turns @returns {number} rows in each of them
 */
function prepare(kind, turns) {
  let rows = 0;
  texts = Array.from({ length: turns }, () => {
    const base = shuffle.seq;
    kinds[kind]();
    if (kind === 'nothing') return '';
    const delta = shuffle.delta(0, base);
    rows += delta.rows.length;
    return JSON.stringify(delta);
  });
  return rows / turns;
}

async function run() {
  for (const text of texts)
    await new Promise((resolve) => {
      // Inside the timer: the work of a promise is not counted as script.
      setTimeout(() => {
        if (text) update(text);
        resolve(null);
      }, EVERY);
    });
  await new Promise((resolve) => setTimeout(resolve, EVERY));
}

await Promise.all(styled);
await document.fonts.ready;
update(JSON.stringify(shuffle.board(0)));
prepare('all', 20);
await run();
Object.assign(globalThis, { prepare, run });
