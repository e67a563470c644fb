/** @import { Board, Happening, HuntState, State } from '../types/state.js' */
/** @import { SeriesAnswer } from '../types/api.js' */
import { el, setText } from '../dom.js';
import { Game } from '../game.js';
import { decoded } from '../ids.js';
import { patience, retryAfter } from '../retry.js';
import { Session } from '../session.js';
import { createStore, emptyState } from '../store.js';
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

// The big screen of one hunt. It watches and never plays.

const FRESH = 60_000; // ms; an older award, as after a reconnect, makes no moment
const SERIES_EVERY = 10_000; // ms between two requests for the past
const CHART_EVERY = 950; // ms between two drawings of the chart
const PATIENCE = 15_000; // ms until a request counts as unanswered
const PODIUM = 3;

/** @typedef {'unknown'|'reveal'|'before'|'podium'|'play'} Mode what fills the screen */
/** @typedef {{hunt: string, code: string, top: number, light: boolean}} Options top is how many places are shown */

/** @param {{pathname: string, search: string, hash: string}} address @returns {Options} */
export function optionsOf({ pathname, search, hash }) {
  const query = new URLSearchParams(search);
  return {
    hunt: decoded(/^\/h\/([^/]+)\/display$/.exec(pathname)?.[1] ?? ''),
    code: new URLSearchParams(hash.slice(1)).get('code') ?? '',
    top: Math.min(20, Math.max(5, Number(query.get('top')) || 10)),
    light: query.has('light'),
  };
}

/** @param {HuntState} hunt @param {Board|null} board as it is drawn @param {boolean} revealing @returns {Mode} */
export function modeOf(hunt, board, revealing) {
  if (hunt.presence === 'unknown') return 'unknown';
  if (revealing) return 'reveal';
  if (hunt.phase === 'draft') return 'before';
  if (hunt.phase === 'closed' && board?.rows.length && !board.frozen) return 'podium';
  return 'play';
}

/** A display sends no claims, so there are none to keep. */
const NO_CLAIMS = {
  add: () => false,
  settle() {},
  waiting: () => [],
  answered: () => [],
  reopen() {},
  revoke() {},
};

/** The views of the screen, made once, and the lines between them that are only words. @param {Options} o */
function viewsOf({ hunt, code, top }) {
  const views = {
    head: headView(),
    hero: heroView(),
    places: placesView(top),
    chart: chartView(),
    moments: momentsView(),
    notices: noticesView(),
    ticker: tickerView(),
    podium: podiumView(),
    call: callView(),
    join: joinView(hunt, code),
    iceText: el('span'),
    empty: el('p', { class: 'board-empty' }, t.empty),
  };
  const ice = el('p', { class: 'ice', hidden: true }, el('b', null, t.frozen), views.iceText);
  return { ...views, ice };
}

/** @param {ReturnType<typeof viewsOf>} v */
function showViews(v) {
  const board = el('section', { class: 'board', 'aria-label': t.board }, v.ice, v.places.node, v.empty);
  const aside = el(
    'div',
    { class: 'aside' },
    el('div', { class: 'scene' }, v.chart.node, v.moments.node),
    v.join.node,
  );
  const stage = el('main', { class: 'stage' }, v.hero.node, v.podium.node, board, aside, v.call.node);
  document.body.append(v.podium.sky, v.head.node, stage, v.ticker.node, v.head.stale, v.notices.node);
}

/** Shows a hunt on the whole page for as long as the page lives. */
export class Screen {
  #o;
  #views;
  #store;
  #session;
  #reveal = new Reveal(() => this.#ask());
  #colours = new Colours();
  #series = new Series();
  #seriesAt = 0; // when it was asked for, or will be at the earliest
  #lastSeq = 0; // of the ticker
  /** What the screen last drew, to draw only what differs. @type {{board: Board|null, epoch: string, mode: Mode|'', chart: number, slow: string}} */
  #drawn = { board: null, epoch: '', mode: '', chart: 0, slow: '' };
  #frame = 0;
  #settled = 0; // when the board may change again
  #settling = false;
  #light;
  /** @type {WakeLockSentinel|null} */
  #awake = null;

  /** @param {Options} options */
  constructor(options) {
    this.#o = options;
    this.#light = options.light;
    this.#views = viewsOf(options);
    this.#store = createStore(emptyState(options.hunt));
    this.#session = new Session({
      url: `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/ws`,
      token: null,
      onMessage: (message) => game.receive(message),
      onConnection: (connection) => {
        if (connection.status !== 'live') game.lost();
        this.#store.dispatch({ do: 'connection', connection });
      },
    });
    const game = new Game({
      store: this.#store,
      session: this.#session,
      outbox: NO_CLAIMS,
      onJoined() {},
      onHappening: (happening) => this.#happened(happening),
    });
  }

  start() {
    showViews(this.#views);
    this.#paint();
    addEventListener('keydown', (event) => this.#press(event));
    addEventListener('click', () => this.#dismiss());
    for (const change of ['online', 'offline']) addEventListener(change, () => this.#session.wake());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      this.#session.wake();
      this.#stayAwake();
    });
    // Everything that changes between two boards can wait for the second board.
    this.#store.subscribe(({ hunt }) => {
      if (hunt.board === this.#drawn.board || this.#due()) this.#ask();
    });
    setInterval(() => this.#ask(), 1000);
    this.#session.start();
    this.#stayAwake();
    this.#ask();
  }

  /** The server's clock. */
  #now() {
    return Date.now() + this.#store.state.clock;
  }

  /** @param {Happening} happening */
  #happened(happening) {
    const { hunt } = this.#store.state;
    const { notices, ticker, moments, join } = this.#views;
    if (happening.type === 'notice') notices.show(happening, this.#now());
    else if (happening.type === 'watching') {
      if ((this.#drawn.epoch && hunt.epoch !== this.#drawn.epoch) || hunt.seq < this.#lastSeq) this.#forget();
      for (const missed of happening.missed ?? [])
        if (missed.type === 'notice') notices.show(missed, this.#now());
      join.show();
      this.#askSeries(true);
    } else if (happening.type === 'ticker') {
      for (const event of happening.events) {
        if (event.seq <= this.#lastSeq) continue;
        this.#lastSeq = event.seq;
        ticker.push(hunt, event);
        if (this.#now() - event.at > FRESH) continue;
        for (const moment of momentsOf(hunt, event)) moments.queue.push(moment);
      }
    }
  }

  /** Another history has begun. */
  #forget() {
    this.#lastSeq = 0;
    this.#series.clear();
    this.#views.moments.queue.clear();
    this.#reveal.skip();
    this.#drawn.board = null;
    this.#settled = 0;
  }

  /** @param {boolean} [again] even if it was asked for a moment ago */
  async #askSeries(again) {
    const now = Date.now();
    if (now < this.#seriesAt || (!again && now - this.#seriesAt < SERIES_EVERY)) return;
    this.#seriesAt = now;
    try {
      const path = `/api/v1/hunts/${this.#o.hunt}/series`;
      const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok) {
        this.#seriesAt = now + patience(retryAfter(response) ?? 0);
        return;
      }
      /** @type {SeriesAnswer} */
      const { series } = await response.json();
      this.#series.seed(series);
      this.#drawn.chart = 0;
    } catch {
      // Without the past the chart begins with now.
    }
  }

  /** Takes over a board that differs from the last one. @param {Board} board @param {HuntState} hunt */
  #take(board, hunt) {
    const before = this.#drawn.board;
    const same = this.#drawn.epoch === hunt.epoch;
    this.#drawn.board = board;
    this.#drawn.epoch = hunt.epoch;
    if (!board.frozen && before?.frozen && same && board.rows.length)
      this.#reveal.start(revealOrder(board.rows.slice(0, this.#o.top), before.rows));
    else if (board.frozen) this.#reveal.skip();
    this.#series.add(board.rows, board.frozen ? board.at : this.#now());
    this.#colours.lend(board.rows);
    const leaders = board.rows.slice(0, 3);
    if (leaders.some((row) => row.points && this.#series.line(row.entrant).length < 2)) this.#askSeries();
  }

  /** Draws with the next frame, however often it is asked for. */
  #ask() {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Whether a newer board may be drawn now. If not, it is drawn as soon as it may be. */
  #due() {
    const wait = Math.min(this.#settled - Date.now(), SETTLE); // the board must not wait for a clock that was set back
    if (wait <= 0) return true;
    if (!this.#settling)
      setTimeout(() => {
        this.#settling = false;
        this.#ask();
      }, wait);
    this.#settling = true;
    return false;
  }

  #draw() {
    this.#frame = 0;
    const { state } = this.#store;
    const { hunt } = state;
    const at = Date.now();
    const newer = hunt.board && hunt.board !== this.#drawn.board && this.#due() ? hunt.board : null;
    if (newer) {
      this.#settled = at + SETTLE;
      this.#take(newer, hunt);
    }
    const called = this.#reveal.now;
    const { board } = this.#drawn;
    const mode = modeOf(hunt, board, Boolean(called));
    const second = Math.floor(this.#now() / 1000);
    const slow = [second, mode, hunt.phase, board?.frozen, state.connection.status, this.#reveal.best].join();
    if (!newer && slow === this.#drawn.slow) return;
    const rows = called ? this.#reveal.rows : (board?.rows ?? []);
    this.#drawRows(mode, rows, called, at);
    if (slow === this.#drawn.slow) return;
    this.#drawn.slow = slow;
    this.#drawRest(state, mode, rows.length === 0, at);
  }

  /** @param {Mode} mode @param {Board['rows']} rows @param {Reveal['now']} called @param {number} at */
  #drawRows(mode, rows, called, at) {
    const { call, podium, places } = this.#views;
    if (mode !== this.#drawn.mode) document.body.dataset.mode = this.#drawn.mode = mode;
    if (called) call.update(called);
    if (mode === 'podium') podium.update(rows.slice(0, PODIUM));
    places.update(rows.slice(mode === 'podium' ? PODIUM : 0, this.#o.top), at, {
      best: called ? this.#reveal.best : undefined,
      colours: mode === 'play' ? this.#colours.map : undefined,
    });
  }

  /** Draws what changes by the second. @param {State} state @param {Mode} mode @param {boolean} nobody is on the board @param {number} at */
  #drawRest(state, mode, nobody, at) {
    const { hunt } = state;
    const { head, hero, ice, iceText, empty } = this.#views;
    const frozen = Boolean(this.#drawn.board?.frozen);
    document.title = hunt.definition?.title ?? 'Veltrix';
    document.body.classList.toggle('frozen', frozen);
    document.body.dataset.phase = hunt.phase;
    ice.hidden = !frozen;
    setText(iceText, hunt.phase === 'closed' ? t.frozenEnd : t.frozenMore);
    empty.hidden = !nobody || mode === 'before';
    head.update(state, at);
    if (mode === 'before') hero.update(hunt, at + state.clock);
    setText(empty, mode === 'unknown' ? t.unknown : hunt.phase === 'closed' ? t.emptyEnd : t.empty);
    if (mode === 'play') this.#drawChart(hunt, at);
  }

  /** @param {HuntState} hunt @param {number} at */
  #drawChart(hunt, at) {
    const { board } = this.#drawn;
    if (!board || at - this.#drawn.chart < CHART_EVERY) return;
    this.#drawn.chart = at;
    const now = this.#now();
    const end = board.frozen ? board.at : Math.min(now, hunt.closes || now);
    this.#views.chart.update(board.rows, this.#series, this.#colours.map, end, hunt.opens);
  }

  #paint() {
    document.documentElement.dataset.theme = this.#light ? 'light' : 'dark';
  }

  async #stayAwake() {
    if (document.hidden || (this.#awake && !this.#awake.released)) return;
    this.#awake = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
  }

  /** Ends the reveal, or else announcements and moments. */
  #dismiss() {
    this.#stayAwake();
    if (this.#reveal.now) {
      this.#reveal.skip();
      return;
    }
    this.#views.notices.queue.clear();
    this.#views.moments.queue.clear();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    if (key === 'f') {
      const done = document.fullscreenElement
        ? document.exitFullscreen()
        : document.documentElement.requestFullscreen();
      done.catch(() => {}); // the browser does not allow it
    } else if (key === 'l') {
      this.#light = !this.#light;
      this.#paint();
    } else if (key.length === 1 || key === 'enter' || key === 'escape') this.#dismiss();
  }
}
