/** @import { State } from '../types/state.js' */
import { el, setText } from '../dom.js';
import { t } from '../strings.js';

const PATIENCE = 1_500; // ms without a connection that are not worth a line

/**
 * One line that says that the page is not live, and since when.
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
      const said =
        lostAt && (ended || at - lostAt > PATIENCE) ? lineFor(connection, hunt, navigator.onLine) : '';
      setText(text, said);
      again.hidden = !ended;
      node.classList.toggle('shown', Boolean(said));
    },
  };
}

/** What to say about a connection that is not live. @param {State['connection']} connection @param {State['hunt']} hunt @param {boolean} online */
export function lineFor(connection, hunt, online) {
  if (connection.status === 'ended')
    return connection.code === '4403' || connection.code === 'banned'
      ? t.connection.banned
      : t.connection.ended;
  const claims = hunt.outgoing.filter((o) => o.type === 'claim').length;
  const kept = claims ? ` ${t.connection.kept(claims)}` : '';
  if (connection.trouble) return t.connection.proxy(connection.trouble) + kept;
  if (!connection.heardAt) return t.connection.connecting + kept;
  return (
    (online ? t.connection.staleAt(connection.heardAt) : t.connection.offline(connection.heardAt)) + kept
  );
}

const SOON = 250; // ms that news waits for more news
const APART = 4_000; // ms between two announcements
const MOST = 3; // sentences of one announcement

/**
 * Says things to screen readers: much news at once is a few sentences, not fifty.
 */
export function announcer() {
  const node = el('div.spoken', { 'aria-live': 'polite' });
  /** @type {string[]} */
  let news = [];
  let saidAt = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let clearing;
  function say() {
    const said = news.length > MOST ? [...news.slice(0, MOST - 1), t.more(news.length - MOST + 1)] : news;
    node.replaceChildren(...said.map((text) => el('p', text)));
    news = [];
    saidAt = Date.now();
    clearing = setTimeout(() => node.replaceChildren(), APART * 2);
  }
  return {
    node,
    /** @param {string} text */
    announce(text) {
      if (!text || news.push(text) > 1) return; // the timer is set already
      clearTimeout(clearing);
      setTimeout(say, Math.max(SOON, saidAt + APART - Date.now()));
    },
  };
}
