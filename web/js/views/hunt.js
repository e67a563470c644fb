/** @import { Actions, State } from '../types/state.js' */
/** @import { Look } from '../bookmark.js' */
/** @import { EntryOptions } from './entry.js' */
/** @import { Walk } from './walk.js' */
import { el, lantern } from '../dom.js';
import { t } from '../strings.js';
import { entryView } from './entry.js';
import { headView } from './head.js';

const EARLY = 5; // happenings kept until the walk is here
const AGAIN = 3_000; // ms until the walk is fetched again

/** Adds a style sheet. @param {string} href @returns {Promise<unknown>} */
function style(href) {
  return new Promise((resolve, reject) => {
    document.head.append(el('link', { rel: 'stylesheet', href, on: { load: resolve, error: reject } }));
  });
}

/**
 * The page of one hunt: its head and the way in at once. The walk follows when it
 * comes into view, or when the player comes in.
 * @param {Actions} actions @param {EntryOptions} entryOptions @param {() => void} onWalk the walk is here
 */
export function huntView(actions, entryOptions, onWalk) {
  const head = headView();
  const entry = entryView(entryOptions);
  const loading = el('p.waiting', t.hunt.loading);
  const unknown = el(
    'div.waiting',
    { hidden: true },
    lantern('dim big'),
    el('h1', t.hunt.unknown),
    el('p', t.hunt.unknownMore),
    el('p', el('a', { href: '/' }, t.home)),
  );
  const banned = el(
    'div.waiting',
    { role: 'alert', hidden: true },
    lantern('dim big'),
    el('h1', t.hunt.banned),
    el('p', t.hunt.bannedMore),
    el('p', el('a', { href: '/' }, t.home)),
  );
  const place = el('div.walk');
  const content = el('div.hunt', { hidden: true }, head.node, entry.node, place);
  /** @type {Walk|undefined} */
  let walk;
  /** The happenings before the walk was here. @type {Parameters<Walk['happened']>[]} */
  let early = [];
  let fetching = false;
  async function fetchWalk() {
    if (fetching) return;
    fetching = true;
    try {
      const [{ walkView }] = await Promise.all([import('./walk.js'), style('/static/css/walk.css')]);
      walk = walkView(actions);
    } catch {
      // The network went away meanwhile: the walk is fetched again until it is here.
      setTimeout(() => {
        fetching = false;
        onWalk();
      }, AGAIN);
      return;
    }
    place.replaceWith(walk.ending, walk.standing, walk.panels, walk.tabs, walk.moments);
    onWalk();
    for (const happening of early) walk.happened(...happening);
    early = [];
  }
  new IntersectionObserver(([{ isIntersecting }]) => isIntersecting && fetchWalk()).observe(place);
  entry.node.addEventListener('focusin', fetchWalk);

  return {
    node: el('div', loading, unknown, banned, content),
    /** @type {Walk['happened']} */
    happened(...happening) {
      if (walk) walk.happened(...happening);
      else early = [...early, happening].slice(-EARLY);
    },
    complain: entry.complain,
    /** Opens a challenge with its form. @param {string} id @returns {boolean} */
    open: (id) => Boolean(walk?.open(id)),
    /** @param {State} state @param {number} now @param {Look} [since] the standing at the last look */
    update(state, now, since) {
      const { presence, definition } = state.hunt;
      const out = presence === 'unknown' || presence === 'banned';
      loading.hidden = Boolean(definition) || out;
      unknown.hidden = presence !== 'unknown';
      banned.hidden = presence !== 'banned';
      content.hidden = !definition || out;
      if (content.hidden) return;
      head.update(state, now);
      entry.update(state);
      if (presence === 'joined' || state.hunt.phase === 'closed') fetchWalk();
      walk?.update(state, now, since);
    },
  };
}
