/** @import { TickerEvent } from '../types/protocol.js' */
/** @import { HuntState } from '../types/state.js' */

import { badgeOf, titleOf } from '../derive.js';
import { el, fill, foreign } from '../dom.js';
import { signed } from '../format.js';
import { Queue } from './queue.js';
import { t } from './strings.js';

const SHOWN = 3;
const EVERY = 1600; // ms from one to the next, so that each can be read

/** The latest awards at the bottom of the screen: few nodes that move along. */
export function tickerView() {
  const quiet = el('p', { class: 'quiet-line' }, t.quiet);
  // One comes in, some are shown, one goes out.
  const items = Array.from({ length: SHOWN + 2 }, () => el('p', { class: 'tick' }));
  const node = el('footer', { class: 'ticker', 'aria-label': t.ticker }, quiet, ...items);
  let turn = 0;

  /** @param {{hunt: HuntState, event: TickerEvent}|null} item */
  function show(item) {
    if (!item) return;
    const { hunt, event } = item;
    quiet.hidden = true;
    const fresh = items[turn % items.length];
    turn++;
    fill(
      fresh,
      event.first && el('span', { class: 'first' }, t.first),
      foreign(event.name, 'who'),
      foreign(titleOf(hunt, event.challenge), 'what'),
      ...event.badges.slice(0, 3).map((id) => badgeOf(hunt, id)?.icon || '✦'),
      // Points would betray a board that stands still.
      !hunt.board?.frozen && el('span', { class: 'tick-points' }, signed(event.points)),
    );
    for (let i = 0; i <= SHOWN; i++) {
      const item = items[(turn - 1 - i + items.length * 2) % items.length];
      item.style.setProperty('--slot', String(i));
      delete item.dataset.jump;
    }
    // The next one waits, unseen, where it will come in.
    const next = items[turn % items.length];
    next.dataset.jump = '';
    next.style.setProperty('--slot', '-1');
  }

  const queue = new Queue({ show, time: () => EVERY, most: 4 });
  return {
    node,
    /** @param {HuntState} hunt @param {TickerEvent} event */
    push: (hunt, event) => queue.push({ hunt, event }),
  };
}
