/** @import { Message } from './types.js' */
/** @import { Look } from './memory.js' */
/** @import { Shelf } from './storage.js' */
import { ApiError, createPlayer } from './api.js';
import { missingFor } from './derive.js';
import { Game } from './game.js';
import { forgetIdentity, joinedWith, loadIdentity, rememberJoined, saveIdentity } from './identity.js';
import { keepLast, recallLast } from './last.js';
import { masthead } from './masthead.js';
import { recall, remember } from './memory.js';
import { Outbox } from './outbox.js';
import { Session } from './session.js';
import { openShelf } from './storage.js';
import { createStore, emptyState } from './store.js';
import { errorText, t } from './strings.js';
import { huntView } from './views/hunt.js';
import { announcer, statusView } from './views/status.js';

/**
 * What views may ask for.
 * @typedef {object} Actions
 * @property {Game['claim']} claim
 * @property {Game['takeHint']} takeHint
 * @property {(challenge: string) => string} codeFor a code that a link brought for this challenge
 * @property {(text: string) => void} announce says it to screen readers
 */

const KEEP = 10_000; // ms between two times that what is shown is kept
const AWAY = 5_000; // ms out of sight after which the next look is a new one

/**
 * Runs the page of one hunt inside main.
 * @param {string} hunt @param {HTMLElement} main @param {Shelf} shelf
 */
function play(hunt, main, shelf) {
  let identity = loadIdentity(shelf);
  let link = readLink();
  const memory = identity && recall(shelf, identity.player, hunt);
  const store = createStore(recallLast(shelf, identity, emptyState(hunt, memory)));
  const session = new Session({
    url: `${location.origin.replace('http', 'ws')}/ws`,
    token: identity?.token ?? null,
    heardAt: store.state.connection.heardAt,
    onMessage: (message) => game.receive(message),
    onConnection(connection) {
      if (connection.status !== 'live') {
        resuming = true;
        game.lost();
      }
      store.dispatch({ do: 'connection', connection });
      if (
        connection.status === 'ended' &&
        ['4401', 'unauthorized', 'bad_token'].includes(connection.code ?? '')
      )
        signOut();
    },
  });
  let resuming = true;
  const outbox = new Outbox(shelf);
  // What still waits is told before there is a connection, too.
  const known = store.state.player;
  if (known) store.dispatch({ do: 'outgoing', items: outbox.waiting(known.id, hunt) });
  const game = new Game({ store, session, outbox, onJoined, onHappening });
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
    render,
  );
  main.append(status.node, view.node, speaker.node);

  /** @param {string} code */
  function onJoined(code) {
    if (identity) rememberJoined(shelf, identity.player, hunt, code);
  }

  /** @param {Message} message */
  function onHappening(message) {
    // Joining again on a connection that held has missed nothing.
    if (message.type === 'joined' && !resuming) return;
    if (message.type === 'joined') resuming = false;
    render(); // so that what is open is known
    const open =
      message.challenge &&
      document.getElementById(`c-${message.challenge}`)?.hasAttribute('open') &&
      !document.hidden;
    // An open stop gives its answer itself.
    const answered = Boolean(open) && (message.type === 'verdict' || message.type === 'error');
    view.happened(store.state.hunt, message, answered);
  }

  /** @param {string} name @returns {Promise<string>} '' or what went wrong */
  async function signIn(name) {
    try {
      identity = await createPlayer(name);
      saveIdentity(shelf, identity);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return error.code === 'bad_request' ? t.entry.nameRefused(error.message) : errorText(error.code);
    }
    masthead(identity);
    session.identify(identity.token);
    return '';
  }

  function signOut() {
    identity = null;
    forgetIdentity(shelf);
    masthead(null);
    view.complain(t.connection.badToken);
    game.watchOnly();
    session.identify(null);
  }

  /** Shows the challenge of the link as soon as it can be claimed. */
  function followLink() {
    if (!link.claim || store.state.hunt.presence !== 'joined') return;
    const { hunt } = store.state;
    const challenge = hunt.definition?.challenges.find((c) => c.id === link.claim);
    if (challenge?.locked) {
      tellOfSign(t.moment.signLocked(challenge.title), t.trail.locked(missingFor(hunt, challenge)));
      return; // it opens with its code once it can be claimed
    }
    if (challenge ? !view.open(link.claim) : hunt.phase === 'draft') return;
    if (!challenge) tellOfSign(t.moment.signUnknown, t.moment.signUnknownMore);
    link = { claim: '', code: '' };
    history.replaceState(null, '', location.pathname);
  }

  let toldOfSign = '';
  /** Says once what is the matter with the sign of the link. @param {string} title @param {string} text */
  function tellOfSign(title, text) {
    if (toldOfSign === link.claim) return;
    toldOfSign = link.claim;
    view.happened(store.state.hunt, { type: 'sign', title, text }, false);
  }

  /** What the change is counted from, and what was last seen. @type {Look|undefined} */
  let since = memory?.look;
  let seen = since;
  let hiddenAt = 0;
  let kept = '';
  let keptAt = 0;
  /** Keeps what a reload or a dead battery would lose. */
  function keep() {
    const { epoch, seq, log, you } = store.state.hunt;
    if (!identity || !you) return;
    if (!document.hidden || !seen) seen = { rank: you.rank, points: you.points };
    const stamp = JSON.stringify([seq, log.length, seen]);
    if (stamp !== kept) remember(shelf, identity.player, hunt, { epoch, seq, log, look: seen });
    kept = stamp;
    if (store.state.connection.status !== 'live') return;
    if (Date.now() - keptAt < KEEP && !document.hidden) return;
    keptAt = Date.now();
    keepLast(shelf, store.state);
  }

  let asked = 0;
  function render() {
    cancelAnimationFrame(asked);
    asked = 0;
    const now = Date.now();
    view.update(store.state, now + store.state.clock, since);
    status.update(store.state, now);
    followLink();
    keep();
  }
  store.subscribe(() => {
    asked ||= requestAnimationFrame(render);
  });
  setInterval(render, 1000);
  for (const change of ['online', 'offline']) addEventListener(change, () => session.wake());
  addEventListener('pageshow', (event) => event.persisted && session.wake());
  addEventListener('hashchange', () => {
    link = readLink();
    if (link.claim) location.reload();
  });
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      keep();
      return;
    }
    // Who was gone for a blink has not looked anew.
    if (Date.now() - hiddenAt > AWAY) since = seen;
    session.wake();
    render();
  });

  masthead(identity);
  const code = identity && joinedWith(shelf, identity.player, hunt);
  if (code !== null) game.enter({}, code);
  session.start();
}

/** What the address says after its #: a join code, or a code for a challenge. */
function readLink() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { claim: params.get('claim') ?? '', code: params.get('code') ?? '' };
}

play(
  decodeURIComponent(location.pathname.split('/')[2]),
  /** @type {HTMLElement} */ (document.getElementById('main')),
  await openShelf(),
);
