import { el, fill, foreign, lantern, setText, spoken } from '../dom.js';
import { clock, moment, number } from '../format.js';
import { call, command, errorText } from './api.js';
import { editor } from './editor.js';
import { ledgerView } from './ledger.js';
import { liveView } from './live.js';
import { ask, button, tell, trouble } from './parts.js';
import { peopleView } from './people.js';
import { reviewsView } from './reviews.js';
import { shareView } from './share.js';
import { t } from './strings.js';

const PACE = 2000; // ms between looks at the numbers while the page is seen

/** What the desk knows of its hunt; titles are those of the definition in force. */
/** @typedef {{hunt: string, path: string, stats: any, titles: Map<string, string>, badges: {id: string, title: string, icon?: string}[], link(tab: string, item?: string): string, reload(): Promise<void>}} Desk */

/** The orders that a phase allows. @param {string} phase @param {boolean} frozen */
function allowed(phase, frozen) {
  /** @type {string[]} */
  const found = { draft: ['draftopen'], open: ['paused'], paused: ['open'] }[phase] ?? [];
  const runs = phase === 'open' || phase === 'paused';
  if (frozen) found.push('reveal');
  else if (runs) found.push('freeze');
  return runs ? [...found, 'closed'] : found;
}

/** One hunt's desk. @param {HTMLElement} main @param {string} hunt */
export function deskView(main, hunt) {
  const path = `/hunts/${hunt}`;
  /** @type {Desk} */
  const desk = {
    hunt,
    path,
    stats: null,
    titles: new Map(),
    badges: [],
    link: (tab, item = '') => `#/${hunt}/${tab}${item && `/${encodeURIComponent(item)}`}`,
    reload,
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

  /** @type {Record<string, (item: string) => import('./parts.js').Panel>} */
  const views = {
    live: () => liveView(desk),
    entrants: (item) => peopleView(desk, item),
    reviews: () => reviewsView(desk, (n) => countWaiting(n)),
    file: () => editor(hunt, reload),
    ledger: () => ledgerView(desk),
    share: () => shareView(desk),
  };
  /** @type {import('./parts.js').Panel|null} */
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
    const info = await call(path);
    opens = info.opens ?? 0;
    closes = info.closes ?? 0;
    desk.badges = info.definition?.badges ?? [];
    for (const { id, title } of [...(info.definition?.challenges ?? []), ...desk.badges])
      desk.titles.set(id, title);
    setText(title, info.title);
    if (desk.stats) update();
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
    if (ended) return;
    if (document.visibilityState === 'visible') {
      try {
        const before = desk.stats;
        desk.stats = await call(`${path}/stats`);
        for (const c of desk.stats.challenges) desk.titles.set(c.id, c.title);
        heard = Date.now();
        stale.hidden = true;
        if (!before) await reload();
        if (ended) return;
        update();
      } catch (error) {
        if (ended) return;
        failed(error);
      }
    }
    clearTimeout(timer); // of a look that was asked for meanwhile
    if (!ended) timer = setTimeout(look, PACE);
  }

  /** @param {any} error */
  function failed(error) {
    if (error.code === 'unknown_hunt') {
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

  function update() {
    const { phase: now, frozen, entrants } = desk.stats;
    setText(phase, [t.phase[/** @type {'open'} */ (now)], frozen && t.frozen].filter(Boolean).join(' · '));
    mark.setAttribute('class', `lantern ${now === 'open' ? 'lit' : 'dim'}`);
    const at = Date.now();
    const times = [
      now === 'draft' && opens && t.opens(moment(opens, at)),
      now !== 'closed' && closes && t.closes(moment(closes, at)),
    ];
    setText(facts, [t.entrants(entrants), ...times].filter(Boolean).join(' · '));
    countWaiting(desk.stats.reviews_waiting ?? 0);
    const orders = allowed(now, frozen);
    if (offered !== orders.join()) {
      offered = orders.join();
      fill(
        controls,
        ...orders.map((o) => button(t.order[/** @type {'open'} */ (o)], () => move(o), style(o))),
      );
    }
    if (!panel) open();
    panel?.tick?.(desk.stats);
  }

  /** @param {string} order */
  function style(order) {
    if (order === 'closed') return 'quiet danger';
    return ['draftopen', 'open', 'reveal'].includes(order) ? '' : 'quiet';
  }

  /** @param {string} order */
  async function move(order) {
    const name = t.order[/** @type {'open'} */ (order)];
    const sure = t.sure[/** @type {'closed'} */ (order)];
    if (sure && !(await ask(`${name}?`, sure, name))) return;
    const to = order === 'draftopen' ? 'open' : order;
    try {
      await command(`${path}/phase`, { phase: to }, `${name} (${hunt})`);
      tell(t.done[/** @type {'open'} */ (to)]);
      if (order === 'draftopen') await reload();
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
    if (sameTab && panel && 'choose' in panel) return /** @type {any} */ (panel).choose(item);
    panel = views[tab](item);
    fill(body, panel.node);
    panel.tick?.(desk.stats);
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
