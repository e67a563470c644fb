/** @import { Actions, Happening, HuntState, State } from '../types/state.js' */
/** @import { Look } from '../bookmark.js' */
import { el } from '../dom.js';
import { boardView } from './board.js';
import { endingView, timeTeller } from './ending.js';
import { ownLogView, tickerView } from './log.js';
import { momentsOf, momentsView, spokenMoment } from './moment.js';
import { badgesView, standingView, teamView } from './standing.js';
import { t } from './strings.js';
import { trailView } from './trail.js';

/** @typedef {'trail'|'board'|'log'} Tab */
/** @typedef {ReturnType<typeof walkView>} Walk */

/**
 * Everything below the head of a hunt: one part at a time on a phone, side by side
 * where there is room.
 * @param {Actions} actions
 */
export function walkView(actions) {
  const standing = standingView();
  const trail = trailView(actions);
  const board = boardView();
  const ticker = tickerView();
  const team = teamView();
  const badges = badgesView();
  const log = ownLogView();
  const moments = momentsView();
  const ending = endingView();
  const tellTime = timeTeller(actions.announce);
  const parts = [trail, board, ticker, team, badges, log];
  const logPanel = el(
    'div.panel.log-panel',
    { tabindex: 0, role: 'region', 'aria-label': t.log.panel }, // beside the board it scrolls by itself
    el('h2.panel-title', t.log.panel),
    team.node,
    badges.node,
    log.node,
  );
  const panels = el('div.panels', trail.node, el('div.panel.board', board.node, ticker.node), logPanel);
  const tabs = tabsView(panels);
  let ended = false;
  let clock = 0;
  let seen = false;
  return {
    ending: ending.node,
    standing: standing.node,
    panels,
    tabs: tabs.node,
    moments: moments.node,
    /** Opens a challenge with its form. @param {string} id @returns {boolean} */
    open(id) {
      tabs.show('trail');
      return trail.open(id);
    },
    /** Shows and announces something. @param {HuntState} hunt @param {Happening} happening @param {boolean} answered an open stop shows it already */
    happened(hunt, happening, answered) {
      for (const moment of momentsOf(hunt, happening, clock)) {
        if (moments.isOld(moment)) continue;
        actions.announce(spokenMoment(moment));
        if (!answered) moments.show(moment);
      }
    },
    /** @param {State} state @param {number} now @param {Look} [since] */
    update(state, now, since) {
      clock = now;
      for (const part of parts) part.update(state, now);
      standing.update(state, now, since);
      ending.update(state);
      tellTime(state.hunt, now);
      logPanel.hidden = !state.hunt.you;
      // Once the hunt is over, its end comes first.
      const closed = state.hunt.phase === 'closed';
      if (closed && !ended) {
        tabs.show('board');
        if (seen) scrollTo({ top: 0, behavior: 'smooth' });
      }
      ended = closed;
      seen = true;
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
  const node = el('nav.tabs', { 'aria-label': t.tabs.label }, ...buttons);
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
