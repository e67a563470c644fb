/** @import { NoticeMessage, TickerEvent } from '../types/protocol.js' */
/** @import { HuntState } from '../types/state.js' */
import { badgeOf, titleOf } from '../derive.js';
import { el, fill, foreign, lantern } from '../dom.js';
import { signed, moment as timeOf } from '../format.js';
import { Queue } from './queue.js';
import { t } from './strings.js';

const LATE = 60_000; // ms after which a notice says when it was made

/** @typedef {{kind: 'first'|'badge', title: string, name: string, icon?: string, points?: number}} Moment */

/**
 * The moments that an award makes on the big screen.
 * @param {HuntState} hunt @param {TickerEvent} event @returns {Moment[]}
 */
export function momentsOf(hunt, event) {
  /** @type {Moment[]} */
  const moments = [];
  if (event.first)
    moments.push({
      kind: 'first',
      title: titleOf(hunt, event.challenge),
      name: event.name,
      points: hunt.board?.frozen ? undefined : event.points,
    });
  for (const id of event.badges) {
    const badge = badgeOf(hunt, id);
    moments.push({ kind: 'badge', title: badge?.title ?? id, name: event.name, icon: badge?.icon || '✦' });
  }
  return moments;
}

/** One card at a time; first solves go before badges when much happens. */
export function momentsView() {
  const node = el('div', { class: 'moment-card', role: 'status', hidden: true });
  /** @type {Queue<Moment>} */
  const queue = new Queue({
    most: 5,
    minor: (moment) => moment.kind === 'badge',
    time: (moment, waiting) => (moment.kind === 'first' ? 6000 : 4500) - 500 * waiting,
    show(moment) {
      node.hidden = !moment;
      if (!moment) return;
      const { kind, title, name, icon, points } = moment;
      fill(
        node,
        kind === 'badge' ? el('span', { class: 'moment-icon' }, icon) : lantern('lit big'),
        el('p', { class: 'moment-kind' }, kind === 'first' ? t.firstSolve : t.badge),
        el('p', { class: 'moment-title' }, foreign(title)),
        el('p', { class: 'moment-name' }, foreign(name)),
        points !== undefined && el('p', { class: 'moment-points' }, signed(points)),
      );
      replay(node);
    },
  });
  return { node, queue };
}

/** Announcements: large, over everything, for as long as reading takes. */
export function noticesView() {
  const text = el('p', { class: 'notice-text', dir: 'auto' });
  const kind = el('p', { class: 'notice-kind' });
  const node = el(
    'div',
    { class: 'notice', role: 'status', hidden: true },
    el('div', { class: 'notice-sheet' }, kind, text),
  );
  /** @type {Queue<{words: string, from: string}>} */
  const queue = new Queue({
    most: 3,
    time: ({ words }) => Math.min(30_000, 9000 + 70 * words.length),
    show(notice) {
      node.hidden = !notice;
      if (!notice) return;
      const { words, from } = notice;
      kind.textContent = from;
      text.textContent = words;
      text.dataset.long = words.length > 240 ? 'very' : words.length > 90 ? 'yes' : '';
      replay(node);
    },
  });
  return {
    node,
    queue,
    /** One that was missed says when it was made. @param {NoticeMessage} notice @param {number} now the server's clock */
    show({ text: words, at }, now) {
      const from = now - at > LATE ? `${t.notice}, ${timeOf(at, now)}` : t.notice;
      queue.push({ words, from });
    },
  };
}

/** Plays the node's entrance again. @param {HTMLElement} node */
function replay(node) {
  node.classList.toggle('again');
}
