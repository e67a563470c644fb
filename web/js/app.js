/** @import { Identity } from './identity.js' */
import { el, fill } from './dom.js';
import { lobby } from './lobby.js';
import { play } from './play.js';

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const who = /** @type {HTMLElement} */ (document.getElementById('who'));

/** @param {Identity|null} identity */
function showIdentity(identity) {
  fill(who, identity ? el('bdi', { title: identity.name }, identity.name) : null);
}

const hunt = /^\/h\/([^/]+)$/.exec(location.pathname)?.[1];
document.body.dataset.page = hunt ? 'hunt' : 'lobby';
if (hunt) play(decodeURIComponent(hunt), main, showIdentity);
else lobby(main, showIdentity);
