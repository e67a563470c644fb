import { ApiError, listHunts } from './api.js';
import { forgetIdentity, loadIdentity } from './identity.js';
import { masthead } from './masthead.js';
import { patience } from './retry.js';
import { openStorage } from './storage.js';
import { errorText } from './strings.js';
import { forgetDrafts } from './views/field.js';
import { lobbyView } from './views/lobby.js';

const REFRESH = 15_000; // ms between looks while the page is visible

/** Runs the list of hunts inside main. @param {HTMLElement} main @param {import('./storage.js').DeviceStorage} storage */
function lobby(main, storage) {
  const identity = loadIdentity(storage);
  /** @type {import('./views/lobby.js').LobbyState} */
  let state = { hunts: null, failed: '' };
  const view = lobbyView({
    identity,
    onRetry: look,
    onForget() {
      forgetIdentity(storage);
      forgetDrafts();
      location.reload();
    },
  });
  main.append(view.node);
  masthead(identity);

  let notBefore = 0; // as the server asked
  async function look() {
    if (Date.now() < notBefore) return;
    try {
      state = { hunts: await listHunts(), failed: '' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.retryAfter) notBefore = Date.now() + patience(error.retryAfter);
      state = { ...state, failed: errorText(error.code, error.message) };
    }
    view.update(state, Date.now());
  }

  look();
  setInterval(() => document.hidden || look(), REFRESH);
  setInterval(() => view.update(state, Date.now()), 1000);
  document.addEventListener('visibilitychange', () => document.hidden || look());
}

lobby(/** @type {HTMLElement} */ (document.getElementById('main')), await openStorage());
