/** @import { State } from '../types/state.js' */
import { el, foreign, lantern, setText } from '../dom.js';
import { clock, span } from '../format.js';
import { t } from './strings.js';

const PATIENCE = 2000; // ms without a connection that are not worth a line

/** The hunt's name, its clock, and whether the screen is live. */
export function headView() {
  const title = foreign('');
  const onTrail = el('p', { class: 'on-trail' });
  const label = el('p', { class: 'clock-label' });
  const value = el('p', { class: 'clock-value' });
  const stale = el('p', { class: 'stale', role: 'status', hidden: true });
  const node = el(
    'header',
    { class: 'head' },
    lantern('lit head-lantern'),
    el('div', { class: 'head-title' }, el('h1', null, title), onTrail),
    el('div', { class: 'clock' }, label, value),
  );
  let lostAt = 0;
  return {
    node,
    stale,
    /** @param {State} state @param {number} at this machine's clock */
    update({ hunt, connection, clock: ahead }, at) {
      setText(title, hunt.definition?.title ?? hunt.id);
      const words = hunt.phase === 'closed' ? t.tookPart : t.onTrail;
      setText(onTrail, hunt.entrants ? words(hunt.entrants) : '');
      const left = hunt.closes - at - ahead;
      const counting = hunt.phase === 'open' && hunt.closes > 0;
      setText(label, labelOf(hunt.phase, counting));
      setText(value, hunt.phase === 'paused' ? t.pausedMore : counting ? span(left) : '');
      node.dataset.clock = counting ? (left < 60_000 ? 'last' : 'counts') : 'words';
      if (connection.status === 'live') lostAt = 0;
      else lostAt ||= at;
      stale.hidden = !lostAt || (at - lostAt < PATIENCE && connection.status !== 'ended');
      if (stale.hidden) return;
      setText(stale, wordsFor(connection));
    },
  };
}

/** Why the screen is not live. @param {State['connection']} connection */
function wordsFor({ status, heardAt, trouble }) {
  if (status === 'ended') return t.ended;
  if (trouble) return t.proxy(trouble);
  return heardAt ? t.stale(clock(heardAt)) : t.connecting;
}

/** @param {State['hunt']['phase']} phase @param {boolean} counting */
function labelOf(phase, counting) {
  if (counting) return t.closesIn;
  return { draft: '', open: t.isOpen, paused: t.paused, closed: t.closed }[phase];
}
