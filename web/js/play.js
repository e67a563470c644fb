/** @import { Identity } from './identity.js' */
/** @import { DeviceStorage } from './storage.js' */
/** @import { Store } from './store.js' */
/** @import { Connection, Happening, HuntState } from './types/state.js' */
import { ApiError, createPlayer, huntOf } from './api.js';
import { keeper, loadBookmark, loadShown } from './bookmark.js';
import { Game } from './game.js';
import { forgetIdentity, joinedWith, loadIdentity, rememberJoined, saveIdentity } from './identity.js';
import { decoded } from './ids.js';
import { masthead } from './masthead.js';
import { Outbox } from './outbox.js';
import { patience } from './retry.js';
import { Session } from './session.js';
import { signOf } from './sign.js';
import { openStorage } from './storage.js';
import { createStore, emptyState } from './store.js';
import { errorText, t } from './strings.js';
import { huntView } from './views/hunt.js';
import { announcer, statusView } from './views/status.js';

// The script of a hunt's page. It connects what the device keeps, what the server
// says, and the views; its last statement starts the page.

/** @typedef {ReturnType<typeof huntView>} View */

const AGAIN = 3_000; // ms until a hunt that could not be fetched is asked for again

/** The part of the address after its #: a join code, or a code for a challenge. */
function readLink() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { claim: params.get('claim') ?? '', code: params.get('code') ?? '' };
}

/** Runs the page of one hunt inside main. @param {string} hunt @param {HTMLElement} main @param {DeviceStorage} storage */
function play(hunt, main, storage) {
  const player = playerOn(storage);
  const { identity } = player;
  const bookmark = identity && loadBookmark(storage, identity.player, hunt);
  const kept = keeper(storage, bookmark?.look);
  const store = createStore(loadShown(storage, identity, emptyState(hunt, bookmark)));
  const link = linkOf();
  const { session, game } = connect(store, storage, player, link.joinCode, happened, () => {
    view.complain(t.connection.badToken);
    become(null);
  });
  const speaker = announcer();
  const status = statusView(() => session.start());
  const view = huntView(
    {
      claim: (challenge, proof) => game.claim(challenge, proof),
      takeHint: (challenge, hint) => game.takeHint(challenge, hint),
      start: () => game.start(),
      codeFor: link.codeFor,
      announce: speaker.announce,
    },
    {
      code: link.joinCode,
      playerName: () => player.identity?.name ?? null,
      signIn: (name, waits) => signIn(name, become, waits),
      enter: (admission) => game.enter(admission),
    },
    render,
  );
  main.append(status.node, view.node, speaker.node);

  /** Somebody else plays here now, or nobody. @param {Identity|null} next */
  function become(next) {
    player.become(next);
    if (!next) game.watchOnly();
    session.identify(next?.token ?? null);
  }

  /** @param {Happening} happening */
  function happened(happening) {
    render(); // so that it is known which stop is open
    view.happened(store.state.hunt, happening, isAnswered(happening));
  }

  let frame = 0;
  function render() {
    cancelAnimationFrame(frame);
    frame = 0;
    const now = Date.now();
    view.update(store.state, now + store.state.clock, kept.since());
    status.update(store.state, now);
    link.follow(store.state.hunt, view);
    keep();
  }

  function keep() {
    kept.keep(store.state, player.identity?.player, document.hidden, Date.now());
  }

  store.subscribe(() => {
    frame ||= requestAnimationFrame(render);
  });
  setInterval(render, 1000);
  listen(session, (hidden) => {
    kept.turn(hidden, Date.now());
    if (hidden) keep();
    else {
      session.wake();
      render();
    }
  });
  const code = identity && joinedWith(storage, identity.player, hunt);
  if (code !== null) game.enter({}, code);
  session.start();
}

/** Who plays on this device. @param {DeviceStorage} storage */
function playerOn(storage) {
  const player = {
    identity: loadIdentity(storage),
    /** @param {Identity|null} next */
    become(next) {
      player.identity = next;
      if (next) saveIdentity(storage, next);
      else forgetIdentity(storage);
      masthead(next);
    },
  };
  masthead(player.identity);
  return player;
}

/**
 * Connects the store with the server. A join on a connection that held is no news.
 * @param {Store} store @param {DeviceStorage} storage @param {{identity: Identity|null}} player
 * @param {string} code of the link @param {(happening: Happening) => void} onNews
 * @param {() => void} onNobody the token does not count
 */
function connect(store, storage, player, code, onNews, onNobody) {
  const { id: hunt } = store.state.hunt;
  let resuming = true; // no join was answered since the connection was lost
  const session = new Session({
    url: `${location.origin.replace('http', 'ws')}/ws`,
    token: player.identity?.token ?? null,
    heardAt: store.state.connection.heardAt,
    onMessage: (message) => game.receive(message),
    onConnection(connection) {
      if (connection.status !== 'live') {
        resuming = true;
        game.lost();
      }
      store.dispatch({ do: 'connection', connection });
      if (isNobody(connection)) onNobody();
    },
  });
  const outbox = new Outbox(storage);
  // The views show the claims that wait before there is a connection, too.
  const known = store.state.player;
  if (known) store.dispatch({ do: 'outgoing', items: outbox.waiting(known.id, hunt) });
  const game = new Game({
    store,
    session,
    outbox,
    code,
    onOutside() {
      huntOf(hunt).then(
        (info) => store.dispatch({ do: 'outside', info }),
        () => setTimeout(() => session.connection.status === 'live' && game.look(), patience(AGAIN)),
      );
    },
    onJoined: (code) => player.identity && rememberJoined(storage, player.identity.player, hunt, code),
    onHappening(happening) {
      if (happening.type === 'joined') {
        if (!resuming) return;
        resuming = false;
      }
      onNews(happening);
    },
  });
  return { session, game };
}

/** Whether the connection has ended because its token does not count. @param {Connection} connection */
function isNobody({ status, code = '' }) {
  return status === 'ended' && ['4401', 'unauthorized', 'bad_token'].includes(code);
}

/** Whether an open stop in sight shows the answer itself. @param {Happening} happening */
function isAnswered(happening) {
  return (
    (happening.type === 'verdict' || happening.type === 'error' || happening.type === 'reviewed') &&
    !document.hidden &&
    Boolean(document.getElementById(`c-${happening.challenge}`)?.hasAttribute('open'))
  );
}

/**
 * Makes a player. While the server asks for patience, it waits for its turn.
 * @param {string} name @param {(identity: Identity) => void} become @param {(until: number) => void} waits
 * @returns {Promise<string>} '' or what went wrong
 */
async function signIn(name, become, waits) {
  try {
    become(await createPlayer(name));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!error.retryAfter)
      return error.code === 'bad_request' ? t.entry.nameRefused(error.message) : errorText(error.code);
    const wait = patience(error.retryAfter);
    waits(Date.now() + wait);
    await new Promise((resolve) => setTimeout(resolve, wait));
    return signIn(name, become, waits);
  }
  return '';
}

/** The link that opened the page, until its sign is followed. */
function linkOf() {
  let link = readLink();
  let told = false;
  addEventListener('hashchange', () => {
    link = readLink();
    if (link.claim) location.reload();
  });
  return {
    joinCode: link.claim ? '' : link.code,
    /** @param {string} challenge */
    codeFor: (challenge) => (link.claim === challenge ? link.code : ''),
    /** Shows the challenge of the sign as soon as it can be claimed. @param {HuntState} hunt @param {View} view */
    follow(hunt, view) {
      const sign = link.claim && signOf(hunt, link.claim);
      if (!sign || (sign === 'open' && !view.open(link.claim))) return;
      if (sign !== 'open' && !told) view.happened(hunt, { type: 'sign', challenge: link.claim }, false);
      told = true;
      if (sign === 'locked') return; // it opens with its code once it can be claimed
      link = { claim: '', code: '' };
      history.replaceState(null, '', location.pathname);
    },
  };
}

/** Calls back when the page is hidden or seen again, and wakes the session when the network may have changed. @param {Session} session @param {(hidden: boolean) => void} turn */
function listen(session, turn) {
  for (const change of ['online', 'offline']) addEventListener(change, () => session.wake());
  addEventListener('pageshow', (event) => event.persisted && session.wake());
  document.addEventListener('visibilitychange', () => turn(document.hidden));
}

play(
  decoded(location.pathname.split('/')[2]),
  /** @type {HTMLElement} */ (document.getElementById('main')),
  await openStorage(),
);
