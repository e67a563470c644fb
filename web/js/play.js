/** @import { Message } from './types.js' */
/** @import { Identity } from './identity.js' */
import { ApiError, createPlayer } from './api.js';
import { Game } from './game.js';
import { forgetIdentity, hasJoined, loadIdentity, rememberJoined, saveIdentity } from './identity.js';
import { Outbox } from './outbox.js';
import { Session } from './session.js';
import { openShelf } from './storage.js';
import { createStore, emptyState } from './store.js';
import { t } from './strings.js';
import { huntView } from './views/hunt.js';
import { momentsOf, momentsView, spokenMoment } from './views/moment.js';
import { announcer, statusView } from './views/status.js';

/**
 * What views may ask for.
 * @typedef {object} Actions
 * @property {Game['claim']} claim
 * @property {Game['takeHint']} takeHint
 * @property {(challenge: string) => string} codeFor a code that a link brought for this challenge
 * @property {(text: string) => void} announce says it to screen readers
 */

/**
 * Runs the page of one hunt inside main.
 * @param {string} hunt @param {HTMLElement} main
 * @param {(identity: Identity|null) => void} onIdentity
 */
export function play(hunt, main, onIdentity) {
  const shelf = openShelf();
  let identity = loadIdentity(shelf);
  let link = readLink();
  const store = createStore(emptyState(hunt));
  const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
  const session = new Session({
    url: `${scheme}//${location.host}/ws`,
    token: identity?.token ?? null,
    onMessage: (message) => game.receive(message),
    onConnection(connection) {
      if (connection.status !== 'live') game.lost();
      store.dispatch({ do: 'connection', connection });
      if (
        connection.status === 'ended' &&
        ['4401', 'unauthorized', 'bad_token'].includes(connection.code ?? '')
      )
        signOut();
    },
  });
  const outbox = new Outbox(shelf);
  const game = new Game({ store, session, outbox, onJoined, onHappening });
  const moments = momentsView();
  const speaker = announcer();
  const status = statusView(() => session.start());
  const view = huntView(
    {
      claim: (c, p) => game.claim(c, p),
      takeHint: (c, h) => game.takeHint(c, h),
      codeFor: (c) => (link.claim === c ? link.code : ''),
      announce: speaker.announce,
    },
    {
      code: link.claim ? '' : link.code,
      playerName: () => identity?.name ?? null,
      signIn,
      enter: (entry) => game.enter(entry),
    },
  );
  main.append(status.node, view.node, moments.node, speaker.node);

  function onJoined() {
    if (identity) rememberJoined(shelf, identity.player, hunt);
  }

  /** @param {Message} message */
  function onHappening(message) {
    const { hunt } = store.state;
    render(); // so that what is open is known
    const open =
      message.challenge &&
      document.getElementById(`c-${message.challenge}`)?.hasAttribute('open') &&
      !document.hidden;
    const answer = message.type === 'verdict' || message.type === 'error';
    for (const moment of momentsOf(hunt, message)) {
      if (moments.isOld(moment)) continue;
      speaker.announce(spokenMoment(moment));
      if (!(open && answer)) moments.show(moment); // the open stop says it itself
    }
  }

  /** @param {string} name @returns {Promise<string>} '' or what went wrong */
  async function signIn(name) {
    try {
      identity = await createPlayer(name);
      saveIdentity(shelf, identity);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return t.error(error.code === 'bad_request' ? '' : error.code, error.message);
    }
    onIdentity(identity);
    session.identify(identity.token);
    return '';
  }

  function signOut() {
    identity = null;
    forgetIdentity(shelf);
    onIdentity(null);
    view.complain(t.connection.badToken);
    game.watchOnly();
    session.identify(null);
  }

  /** Shows the challenge of the link as soon as it can be claimed. */
  function followLink() {
    if (!link.claim || store.state.hunt.presence !== 'joined') return;
    const challenge = store.state.hunt.definition?.challenges.find((c) => c.id === link.claim);
    if (!challenge || challenge.locked || !view.open(link.claim)) return;
    link = { claim: '', code: '' };
    history.replaceState(null, '', location.pathname);
  }

  let asked = 0;
  function render() {
    cancelAnimationFrame(asked);
    asked = 0;
    const now = Date.now();
    view.update(store.state, now + store.state.clock);
    status.update(store.state, now);
    followLink();
  }
  store.subscribe(() => {
    asked ||= requestAnimationFrame(render);
  });
  setInterval(render, 1000);
  addEventListener('online', () => session.wake());
  addEventListener('offline', () => session.wake());
  addEventListener('pageshow', (event) => event.persisted && session.wake());
  addEventListener('hashchange', () => {
    link = readLink();
    if (link.claim) location.reload();
  });
  document.addEventListener('visibilitychange', () => document.hidden || session.wake());

  onIdentity(identity);
  if (identity && hasJoined(shelf, identity.player, hunt)) game.enter({});
  session.start();
}

/** What the address says after its #: a join code, or a code for a challenge. */
function readLink() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { claim: params.get('claim') ?? '', code: params.get('code') ?? '' };
}
