import { el, setText } from '../dom.js';
import { Game } from '../game.js';
import { Session } from '../session.js';
import { createStore, emptyState } from '../store.js';
/** @import { Board, HuntState, Message } from '../types.js' */
import { Colours, chartView } from './chart.js';
import { headView } from './head.js';
import { momentsOf, momentsView, noticesView } from './moments.js';
import { placesView, SETTLE } from './places.js';
import { revealOrder } from './ranking.js';
import { Reveal } from './reveal.js';
import { Series } from './series.js';
import { callView, heroView, joinView, podiumView } from './stages.js';
import { t } from './strings.js';
import { tickerView } from './ticker.js';

const FRESH = 60_000; // ms; what is older makes no moment, as after a reconnect
const SERIES_EVERY = 10_000; // ms between two questions for the past
const PODIUM = 3;

const hunt = decodeURIComponent(/^\/h\/([^/]+)\/display$/.exec(location.pathname)?.[1] ?? '');
const query = new URLSearchParams(location.search);
const code = new URLSearchParams(location.hash.slice(1)).get('code') ?? '';
const top = Math.min(20, Math.max(5, Number(query.get('top')) || 10));

const store = createStore(emptyState(hunt));
const session = new Session({
  url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/ws`,
  token: null,
  onMessage: (message) => game.receive(message),
  onConnection(connection) {
    if (connection.status !== 'live') game.lost();
    store.dispatch({ do: 'connection', connection });
  },
});
const game = new Game({
  store,
  session,
  outbox: /** @type {any} */ (null), // who only watches sends nothing that could be lost
  onJoined() {},
  onHappening,
});

const head = headView();
const hero = heroView();
const places = placesView(top);
const chart = chartView();
const moments = momentsView();
const notices = noticesView();
const ticker = tickerView();
const podium = podiumView();
const call = callView();
const way = joinView(hunt, code);
const reveal = new Reveal(ask);
const colours = new Colours();
const series = new Series();

const ice = el('p', { class: 'ice', hidden: true }, el('b', null, t.frozen), el('span'));
const empty = el('p', { class: 'board-empty' }, t.empty);
const board = el('section', { class: 'board', 'aria-label': t.board }, ice, places.node, empty);
const stage = el('main', { class: 'stage' });
const aside = el(
  'div',
  { class: 'aside' },
  el('div', { class: 'scene' }, chart.node, moments.node),
  way.node,
);
stage.append(hero.node, podium.node, board, aside, call.node);
document.body.append(podium.sky, head.node, stage, ticker.node, head.stale, notices.node);

/** What the screen last drew, to draw only what differs. @type {{board: Board|null, epoch: string, mode: string, chart: number, slow: string}} */
const drawn = { board: null, epoch: '', mode: '', chart: 0, slow: '' };
let lastSeq = 0; // of the ticker
let seriesAt = 0;

/** @param {Message} message */
function onHappening(message) {
  const { hunt, clock } = store.state;
  if (message.type === 'notice') notices.tell(message, Date.now() + clock);
  else if (message.type === 'watching') {
    if ((drawn.epoch && hunt.epoch !== drawn.epoch) || hunt.seq < lastSeq) forget();
    for (const missed of message.missed ?? [])
      if (missed.type === 'notice') notices.tell(missed, Date.now() + clock);
    way.show();
    askSeries(true);
  } else if (message.type === 'ticker') {
    for (const event of message.events ?? []) {
      if (event.seq <= lastSeq) continue;
      lastSeq = event.seq;
      ticker.push(hunt, event);
      if (Date.now() + clock - event.at > FRESH) continue;
      for (const moment of momentsOf(hunt, event)) moments.queue.push(moment);
    }
  }
}

/** Another history has begun. */
function forget() {
  lastSeq = 0;
  series.clear();
  moments.queue.clear();
  reveal.skip();
  drawn.board = null;
  settled = 0;
}

/** @param {boolean} [anew] even if asked a moment ago */
async function askSeries(anew) {
  const now = Date.now();
  if (!anew && now - seriesAt < SERIES_EVERY) return;
  seriesAt = now;
  try {
    const response = await fetch(`/api/v1/hunts/${hunt}/series`, { signal: AbortSignal.timeout(15_000) });
    if (!response.ok) return;
    series.seed((await response.json()).series ?? []);
    drawn.chart = 0;
  } catch {
    // Without the past the chart begins with now.
  }
}

/** @param {HuntState} hunt */
function modeOf(hunt) {
  if (hunt.presence === 'unknown') return 'unknown';
  if (reveal.now) return 'reveal';
  if (hunt.phase === 'draft') return 'before';
  if (hunt.phase === 'closed' && !drawn.board?.frozen && drawn.board?.rows.length) return 'podium';
  return 'play';
}

/** A board that differs from the last one. @param {Board} board @param {HuntState} hunt @param {number} now the server's clock */
function take(board, hunt, now) {
  const before = drawn.board;
  const same = drawn.epoch === hunt.epoch;
  drawn.board = board;
  drawn.epoch = hunt.epoch;
  if (!board.frozen && before?.frozen && same && board.rows.length)
    reveal.start(revealOrder(board.rows.slice(0, top), before.rows));
  else if (board.frozen) reveal.skip();
  series.add(board.rows, board.frozen ? board.at : now);
  colours.lend(board.rows);
  if (board.rows.slice(0, 3).some((row) => row.points && series.line(row.entrant).length < 2)) askSeries();
}

let asked = 0;
/** Draws with the next frame, however often it is asked for. */
function ask() {
  if (!asked) asked = requestAnimationFrame(draw);
}

let settling = false;
let settled = 0; // when the board may change again
/** Whether a newer board may be drawn now; if not, it is soon. */
function due() {
  const wait = Math.min(settled - Date.now(), SETTLE); // a clock that was set back must not hold the board
  if (wait <= 0) return true;
  if (!settling)
    setTimeout(() => {
      settling = false;
      ask();
    }, wait);
  settling = true;
  return false;
}

function draw() {
  asked = 0;
  const { state } = store;
  const { hunt } = state;
  const at = Date.now();
  const now = at + state.clock;
  const anew = hunt.board && hunt.board !== drawn.board && due() ? hunt.board : null;
  if (anew) {
    settled = at + SETTLE;
    take(anew, hunt, now);
  }
  const mode = modeOf(hunt);
  const called = reveal.now;
  const frozen = Boolean(drawn.board?.frozen);
  const slow = `${Math.floor(now / 1000)} ${mode} ${hunt.phase} ${frozen} ${state.connection.status} ${reveal.best}`;
  if (!anew && slow === drawn.slow) return;
  const rows = called ? reveal.rows : (drawn.board?.rows ?? []);
  if (mode !== drawn.mode) document.body.dataset.mode = drawn.mode = mode;
  if (called) call.update(called);
  if (mode === 'podium') podium.update(rows.slice(0, PODIUM));
  places.update(mode === 'podium' ? rows.slice(PODIUM, top) : rows.slice(0, top), at, {
    best: called ? reveal.best : undefined,
    colours: mode === 'play' ? colours.map : undefined,
  });
  if (slow === drawn.slow) return;
  drawn.slow = slow;
  slowly(mode, frozen, rows.length, at, now);
}

/** What changes by the second. @param {string} mode @param {boolean} frozen @param {number} count @param {number} at @param {number} now */
function slowly(mode, frozen, count, at, now) {
  const { state } = store;
  const { hunt } = state;
  document.title = hunt.definition?.title ?? 'Veltrix';
  document.body.classList.toggle('frozen', frozen);
  document.body.dataset.phase = hunt.phase;
  ice.hidden = !frozen;
  setText(/** @type {Node} */ (ice.lastChild), hunt.phase === 'closed' ? t.frozenEnd : t.frozenMore);
  empty.hidden = count > 0 || mode === 'before';
  head.update(state, at);
  if (mode === 'before') hero.update(hunt, now);
  setText(empty, mode === 'unknown' ? t.unknown : hunt.phase === 'closed' ? t.emptyEnd : t.empty);
  if (mode !== 'play' || !drawn.board || at - drawn.chart < 950) return;
  drawn.chart = at;
  const end = frozen ? drawn.board.at : Math.min(now, hunt.closes || now);
  chart.update(drawn.board.rows, series, colours.map, end, hunt.opens);
}

let light = query.has('light');
function paint() {
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
}

/** @type {WakeLockSentinel|null} */
let awake = null;
async function stayAwake() {
  if (document.hidden || (awake && !awake.released)) return;
  awake = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
}

/** Ends what is in front: the reveal, else announcements and moments. */
function dismiss() {
  stayAwake();
  if (reveal.now) {
    reveal.skip();
    return;
  }
  notices.queue.clear();
  moments.queue.clear();
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === 'f') {
    const done = document.fullscreenElement
      ? document.exitFullscreen()
      : document.documentElement.requestFullscreen();
    done.catch(() => {}); // a browser that will not, will not
  } else if (key === 'l') {
    light = !light;
    paint();
  } else if (key.length === 1 || key === 'enter' || key === 'escape') dismiss();
});
addEventListener('click', dismiss);
addEventListener('online', () => session.wake());
addEventListener('offline', () => session.wake());
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  session.wake();
  stayAwake();
});

paint();
// What else changes between two boards can wait for the second of them.
store.subscribe(({ hunt }) => {
  if (hunt.board === drawn.board || due()) ask();
});
setInterval(ask, 1000);
session.start();
stayAwake();
ask();
