/** @import { State } from '../../js/types.js' */
import { applyBoard } from '../../js/board.js';
import { placesView } from '../../js/display/places.js';
import { emptyState } from '../../js/store.js';
import { boardView } from '../../js/views/board.js';
import { HUNT, Shuffle } from '../feed/shuffle.js';

// One board of 50 rows after another, from the text of the message to the
// finished frame, nearly every row in another place. ?view=display or player, &shown=rows of the display.

const query = new URLSearchParams(location.search);
const ROWS = 50;
const SHOWN = Number(query.get('shown') ?? ROWS);
const EVERY = 100; // ms: as often as the server tells of the board
const CHANGES = 50; // between two boards: 500 a second

const display = query.get('view') === 'display';
const sheet = document.createElement('link');
sheet.rel = 'stylesheet';
sheet.href = `/static/css/${display ? 'display' : 'walk'}.css`;
const styled = new Promise((resolve) => {
  sheet.onload = resolve;
});
document.head.append(sheet);
const places = display ? placesView(SHOWN) : null;
const player = display ? null : boardView();
const stage = document.createElement('section');
stage.className = 'board';
stage.append(places?.node ?? player?.node ?? '');
document.body.append(stage);

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

/** @param {number} turns @returns {Promise<number>} rows that were told */
async function run(turns) {
  let told = 0;
  for (let turn = 0; turn < turns; turn++) {
    const base = shuffle.seq;
    for (let i = 0; i < CHANGES; i++) shuffle.change(0);
    const delta = shuffle.delta(0, base);
    told += delta.rows.length;
    const text = JSON.stringify(delta);
    await new Promise((resolve) => {
      setTimeout(() => {
        update(text);
        resolve(null);
      }, EVERY);
    });
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY));
  return told;
}

await styled;
await document.fonts.ready;
update(JSON.stringify(shuffle.board(0)));
await run(20);
Object.assign(globalThis, { run });
