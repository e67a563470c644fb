/** @import { Stats } from '../types/api.js' */
/** @import { Badge, Division, Phase } from '../types/protocol.js' */
/** @import { Panel } from './parts.js' */
import { ApiError } from '../api.js';
import { el, fill, foreign, lantern, setText, spoken } from '../dom.js';
import { clock, moment, number } from '../format.js';
import { patience } from '../retry.js';
import { errorText } from './api.js';
import { discardView } from './bin.js';
import { askTime } from './dialogs.js';
import { editor } from './editor.js';
import { ledgerView } from './ledger.js';
import { liveView } from './live.js';
import { ask, button, tell, trouble } from './parts.js';
import { peopleView } from './people.js';
import { huntOf, movePhase, statsOf } from './requests.js';
import { reviewsView } from './reviews.js';
import { shareView } from './share.js';
import { t } from './strings.js';

const PACE = 2000; // ms between looks at the numbers while the page is seen

/** By id, as in the definition in force: a challenge and a badge may have the same. @typedef {{challenge: Map<string, string>, badge: Map<string, string>}} Titles */

/**
 * What the desk knows of its hunt.
 * @typedef {object} Desk
 * @property {string} hunt
 * @property {Stats|null} stats null before the first answer
 * @property {Titles} titles
 * @property {Badge[]} badges
 * @property {Division[]} divisions
 * @property {number} limit ms, 0 for none
 * @property {'solo'|'team'} mode
 * @property {Map<string, number>} upTo what an approval can give at most, by challenge
 * @property {(tab: string, item?: string) => string} link
 */

/** @typedef {'draftopen'|'openat'|'open'|'reopen'|'paused'|'closed'|'freeze'|'reveal'} Move draftopen, openat and reopen are open, out of draft, at a time, and of a closed hunt */

/** @type {Record<Phase, Move[]>} */
const NEXT = { draft: ['draftopen', 'openat'], open: ['paused'], paused: ['open'], closed: ['reopen'] };
/** The moves that ask back, and what they ask. @type {Partial<Record<Move, string>>} */
const SURE = t.sure;

/** The moves that a phase allows. @param {Phase} phase @param {boolean} frozen @returns {Move[]} */
export function allowed(phase, frozen) {
  const found = [...NEXT[phase]];
  const runs = phase === 'open' || phase === 'paused';
  if (frozen) found.push('reveal');
  else if (runs) found.push('freeze');
  return runs ? [...found, 'closed'] : found;
}

/** One hunt's desk. @param {HTMLElement} main @param {string} hunt */
export function deskView(main, hunt) {
  /** @type {Desk} */
  const desk = {
    hunt,
    stats: null,
    titles: { challenge: new Map(), badge: new Map() },
    badges: [],
    divisions: [],
    limit: 0,
    mode: 'solo',
    upTo: new Map(),
    link: (tab, item = '') => `#/${hunt}/${tab}${item && `/${encodeURIComponent(item)}`}`,
  };
  const title = foreign(hunt);
  const mark = lantern('dim');
  const phase = el('span', { class: 'phase', role: 'status' });
  const facts = el('span', { class: 'facts' });
  const controls = el('div', { class: 'actions' });
  const stale = el('p', { class: 'stale', role: 'status', hidden: true });
  const waits = el('b', { class: 'waits', 'aria-hidden': 'true' });
  const waitsText = spoken('');
  const waiting = el('span', { hidden: true }, waits, waitsText);
  const tabs = Object.entries(t.tabs).map(([tab, text]) =>
    el('a', { href: desk.link(tab) }, text, tab === 'reviews' && waiting),
  );
  const body = el('div', { class: 'desk-body' }, t.loading);
  fill(
    main,
    el('p', null, el('a', { class: 'back', href: '#/' }, t.allHunts)),
    el(
      'div',
      { class: 'desk-head' },
      mark,
      el('div', { class: 'desk-title' }, el('h1', null, title), el('p', null, phase, ' ', facts)),
      controls,
    ),
    stale,
    el('nav', { class: 'desk-tabs', 'aria-label': t.desk }, ...tabs),
    body,
  );

  /** @type {Record<string, (item: string) => Panel>} */
  const views = {
    live: () => liveView(desk),
    entrants: (item) => peopleView(desk, item),
    reviews: () => reviewsView(desk, (n) => countWaiting(n)),
    file: () => filePanel(),
    ledger: () => ledgerView(desk),
    share: () => shareView(desk),
  };
  /** @returns {Panel} */
  function filePanel() {
    const { node } = editor(hunt, reload);
    return {
      node: el(
        'div',
        { class: 'stack' },
        node,
        discardView(desk, () => String(title.textContent)),
      ),
    };
  }
  /** @type {Panel|null} */
  let panel = null;
  let shown = '';
  let wanted = ['live', ''];
  let heard = 0;
  let ended = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  let offered = '';
  let opens = 0;
  let closes = 0;

  async function reload() {
    const info = await huntOf(hunt);
    opens = info.opens ?? 0;
    closes = info.closes ?? 0;
    const { badges, divisions = [], limit = 0, mode, challenges } = info.definition;
    Object.assign(desk, { badges, divisions, limit, mode });
    for (const c of challenges) if (c.points.up_to) desk.upTo.set(c.id, c.points.up_to);
    for (const { id, title } of info.definition.challenges) desk.titles.challenge.set(id, title);
    for (const { id, title } of desk.badges) desk.titles.badge.set(id, title);
    setText(title, info.title);
    if (desk.stats) update(desk.stats);
  }

  /** @param {number} n */
  function countWaiting(n) {
    setText(waits, number(n));
    setText(waitsText, `, ${t.reviews.waiting(n)}`);
    waiting.hidden = !n;
    document.title = `${n ? `(${number(n)}) ` : ''}${title.textContent} · ${t.desk}`;
  }

  async function look() {
    clearTimeout(timer);
    let pace = PACE;
    if (ended) return;
    if (document.visibilityState === 'visible') {
      try {
        const before = desk.stats;
        const stats = await statsOf(hunt);
        desk.stats = stats;
        for (const c of stats.challenges) desk.titles.challenge.set(c.id, c.title);
        heard = Date.now();
        stale.hidden = true;
        if (!before) await reload();
        if (ended) return;
        update(stats);
      } catch (error) {
        if (ended) return;
        if (error instanceof ApiError && error.retryAfter) pace = Math.max(pace, patience(error.retryAfter));
        failed(error);
      }
    }
    clearTimeout(timer); // of a look that was asked for meanwhile
    if (!ended) timer = setTimeout(look, pace);
  }

  /** @param {unknown} error */
  function failed(error) {
    if (error instanceof ApiError && error.code === 'unknown_hunt') {
      ended = true;
      fill(
        main,
        el('p', null, el('a', { class: 'back', href: '#/' }, t.allHunts)),
        el('h1', null, t.unknownHunt),
      );
    } else if (panel) {
      stale.hidden = false;
      setText(stale, t.stale(clock(heard)));
    } else fill(body, trouble(error, look));
  }

  /** @param {Stats} stats */
  function update(stats) {
    const { phase: now, frozen, entrants } = stats;
    setText(phase, [t.phase[now], frozen && t.frozen].filter(Boolean).join(' · '));
    mark.setAttribute('class', `lantern ${now === 'open' ? 'lit' : 'dim'}`);
    const at = Date.now();
    const times = [
      now === 'draft' && opens && t.opens(moment(opens, at)),
      now !== 'closed' && closes && t.closes(moment(closes, at)),
    ];
    setText(facts, [t.entrants(entrants), ...times].filter(Boolean).join(' · '));
    countWaiting(stats.reviews_waiting);
    const moves = allowed(now, frozen);
    if (offered !== moves.join()) {
      offered = moves.join();
      fill(controls, ...moves.map((m) => button(t.order[m], () => move(m), style(m))));
    }
    if (!panel) open();
    panel?.tick?.(stats);
  }

  /** @param {Move} kind */
  function style(kind) {
    if (kind === 'closed') return 'quiet danger';
    return ['draftopen', 'open', 'reveal'].includes(kind) ? '' : 'quiet';
  }

  /** What a move is as an order; null when it is not wanted after all. @param {Move} kind @returns {Promise<{phase: string, at?: number, closes?: number|null}|null>} */
  async function orderOf(kind) {
    const name = t.order[kind];
    const now = Date.now();
    if (kind === 'openat') {
      const at = await askTime({
        title: t.order.openat,
        text: t.openAt,
        label: t.openAtLabel,
        yes: name,
        now,
      });
      return at ? { phase: 'open', at } : null;
    }
    if (kind === 'reopen' && closes && closes <= now) {
      const words = { title: `${name}?`, text: t.reopenCloses, label: t.closesLabel, yes: name };
      const until = await askTime({ ...words, now, optional: true });
      return until === undefined ? null : { phase: 'open', closes: until };
    }
    const sure = SURE[kind];
    if (sure && !(await ask(`${name}?`, sure, name))) return null;
    return { phase: kind === 'draftopen' || kind === 'reopen' ? 'open' : kind };
  }

  /** @param {Move} kind */
  async function move(kind) {
    try {
      const body = await orderOf(kind);
      if (!body) return;
      await movePhase(hunt, body, `${t.order[kind]} (${hunt})`);
      tell(
        body.at
          ? t.opens(moment(body.at, Date.now()))
          : t.done[/** @type {keyof typeof t.done} */ (body.phase)],
      );
      if (body.phase === 'open') await reload();
    } catch (error) {
      tell(errorText(error));
    }
    look();
  }

  function open() {
    const [tab, item] = wanted;
    if (shown === `${tab}/${item}`) return;
    const sameTab = shown.startsWith(`${tab}/`);
    shown = `${tab}/${item}`;
    for (const [i, link] of tabs.entries())
      if (Object.keys(t.tabs)[i] === tab) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    if (sameTab && panel?.choose) return panel.choose(item);
    panel = views[tab](item);
    fill(body, panel.node);
    if (desk.stats) panel.tick?.(desk.stats);
  }

  look();
  return {
    hunt,
    /** @param {string} tab @param {string} item */
    go(tab, item) {
      wanted = [Object.hasOwn(views, tab) ? tab : 'live', item];
      if (desk.stats && !ended) open();
    },
    stop() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
