/** @import { State } from '../types.js' */
import { el, setText } from '../dom.js';
import { t } from '../strings.js';

const PATIENCE = 1_500; // ms without a connection that nobody needs to hear of

/**
 * One line that says when the page is not live, and since when.
 * @param {() => void} onAgain connect again
 */
export function statusView(onAgain) {
  const text = el('span');
  const again = el(
    'button',
    { type: 'button', class: 'quiet', hidden: true, on: { click: onAgain } },
    t.connection.again,
  );
  const node = el('div.status', { role: 'status' }, text, again);
  let lostAt = 0;
  return {
    node,
    /** @param {State} state @param {number} at this machine's clock */
    update({ connection, hunt }, at) {
      if (connection.status === 'live' || connection.status === 'idle') lostAt = 0;
      else lostAt ||= at;
      const ended = connection.status === 'ended';
      const said = lostAt && (ended || at - lostAt > PATIENCE) ? lineFor(connection, hunt) : '';
      setText(text, said);
      again.hidden = !ended;
      node.classList.toggle('shown', Boolean(said));
    },
  };
}

/** @param {State['connection']} connection @param {State['hunt']} hunt */
function lineFor(connection, hunt) {
  if (connection.status === 'ended')
    return connection.code === '4403' || connection.code === 'banned'
      ? t.connection.banned
      : t.connection.ended;
  const claims = hunt.outgoing.filter((o) => o.type === 'claim').length;
  const kept = claims ? ` ${t.connection.kept(claims)}` : '';
  if (!connection.heardAt) return t.connection.connecting + kept;
  return (
    (navigator.onLine ? t.connection.staleAt(connection.heardAt) : t.connection.offline(connection.heardAt)) +
    kept
  );
}

/** Says things to screen readers, one after the other and never the same twice in a row. */
export function announcer() {
  const node = el('div.spoken', { 'aria-live': 'polite' });
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let clearing;
  return {
    node,
    /** @param {string} text */
    announce(text) {
      if (!text) return;
      node.append(el('p', text));
      while (node.childElementCount > 4) node.firstElementChild?.remove();
      clearTimeout(clearing);
      clearing = setTimeout(() => node.replaceChildren(), 10_000);
    },
  };
}
