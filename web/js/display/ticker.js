/** @import { HuntState, TickerEvent } from '../types.js' */

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
  const items = Array.from({ length: SHOWN + 1 }, () => el('p', { class: 'tick', hidden: true }));
  const node = el('footer', { class: 'ticker', 'aria-label': t.ticker }, quiet, ...items);
  let turn = 0;

  /** @param {{hunt: HuntState, event: TickerEvent}|null} item */
  function show(item) {
    if (!item) return;
    const { hunt, event } = item;
    quiet.hidden = true;
    const fresh = items[turn % items.length];
    turn++;
    fresh.hidden = false;
    fill(
      fresh,
      event.first && el('span', { class: 'first' }, t.first),
      foreign(event.name, 'who'),
      foreign(titleOf(hunt, event.challenge), 'what'),
      ...(event.badges ?? []).slice(0, 3).map((id) => badgeOf(hunt, id)?.icon || '✦'),
      // While the board stands still, points would tell of it.
      !hunt.board?.frozen && el('span', { class: 'tick-points' }, signed(event.points)),
    );
    // To the left of the first place without a way there, then in with all others.
    fresh.dataset.jump = '';
    fresh.style.setProperty('--slot', '-1');
    fresh.getBoundingClientRect();
    delete fresh.dataset.jump;
    for (let i = 1; i <= items.length; i++)
      items[(turn - i + items.length * 2) % items.length].style.setProperty('--slot', String(i - 1));
  }

  const queue = new Queue({ show, time: () => EVERY, most: 4 });
  return {
    node,
    /** @param {HuntState} hunt @param {TickerEvent} event */
    push: (hunt, event) => queue.push({ hunt, event }),
  };
}
