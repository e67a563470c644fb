/** @import { State } from '../types.js' */
/** @import { Actions } from '../play.js' */
/** @import { EntryOptions } from './entry.js' */
import { el, lantern } from '../dom.js';
import { t } from '../strings.js';
import { boardView } from './board.js';
import { entryView } from './entry.js';
import { headView } from './head.js';
import { ownLogView, tickerView } from './log.js';
import { badgesView, standingView, teamView } from './standing.js';
import { trailView } from './trail.js';

/** @typedef {'trail'|'board'|'log'} Tab */

/**
 * The page of one hunt: on a phone one part at a time, side by side where
 * there is room.
 * @param {Actions} actions @param {EntryOptions} entryOptions
 */
export function huntView(actions, entryOptions) {
  const head = headView();
  const entry = entryView(entryOptions);
  const standing = standingView();
  const trail = trailView(actions);
  const board = boardView();
  const ticker = tickerView();
  const team = teamView();
  const badges = badgesView();
  const log = ownLogView();
  const parts = [head, entry, standing, trail, board, ticker, team, badges, log];

  const loading = el('p', { class: 'waiting' }, t.hunt.loading);
  const unknown = el(
    'div',
    { class: 'waiting', hidden: true },
    lantern('dim big'),
    el('h1', null, t.hunt.unknown),
    el('p', null, t.hunt.unknownMore),
    el('p', null, el('a', { href: '/' }, t.home)),
  );
  const boardPanel = el('div', { class: 'panel board' }, board.node, ticker.node);
  const logPanel = el(
    'div',
    { class: 'panel log-panel' },
    el('h2', { class: 'panel-title' }, t.log.panel),
    team.node,
    badges.node,
    log.node,
  );
  const panels = el('div', { class: 'panels' }, trail.node, boardPanel, logPanel);
  const tabs = tabsView(panels);
  let ended = false;
  const content = el(
    'div',
    { class: 'hunt', hidden: true },
    head.node,
    entry.node,
    standing.node,
    panels,
    tabs.node,
  );
  return {
    node: el('div', null, loading, unknown, content),
    complain: entry.complain,
    /** Opens a challenge with its form. @param {string} id @returns {boolean} */
    open(id) {
      tabs.show('trail');
      return trail.open(id);
    },
    /** @param {State} state @param {number} now */
    update(state, now) {
      const { presence, definition } = state.hunt;
      loading.hidden = Boolean(definition) || presence === 'unknown';
      unknown.hidden = presence !== 'unknown';
      content.hidden = !definition || presence === 'unknown';
      if (content.hidden) return;
      for (const part of parts) part.update(state, now);
      logPanel.hidden = !state.hunt.you;
      // Once it is over, how it ended comes first.
      if (state.hunt.phase === 'closed' && !ended) tabs.show('board');
      ended = state.hunt.phase === 'closed';
      tabs.update(Boolean(state.hunt.you));
    },
  };
}

/** @param {HTMLElement} panels */
function tabsView(panels) {
  /** @type {Tab[]} */
  const names = ['trail', 'board', 'log'];
  const buttons = names.map((name) =>
    el('button', { type: 'button', on: { click: () => show(name, true) } }, t.tabs[name]),
  );
  const node = el('nav', { class: 'tabs', 'aria-label': t.tabs.label }, ...buttons);
  /** @param {Tab} name @param {boolean} [byHand] */
  function show(name, byHand = false) {
    panels.dataset.tab = name;
    for (const [i, button] of buttons.entries()) {
      if (names[i] === name) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
    if (byHand && panels.getBoundingClientRect().top < 0) panels.scrollIntoView({ block: 'start' });
  }
  show('trail');
  return {
    node,
    show,
    /** @param {boolean} playing */
    update(playing) {
      buttons[2].hidden = !playing;
    },
  };
}
