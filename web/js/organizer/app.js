import { listHunts } from '../api.js';
import { el, fill, foreign, lantern } from '../dom.js';
import { moment } from '../format.js';
import { LANGUAGES, language, speak } from '../language.js';
import { field } from '../views/field.js';
import {
  call,
  errorText,
  forget,
  forgetAll,
  keepsWork,
  on,
  orders,
  send,
  setToken,
  signedIn,
} from './api.js';
import { deskView } from './desk.js';
import { editor } from './editor.js';
import { ask, button, form, need, Refusal, tell, trouble } from './parts.js';
import { t } from './strings.js';

const main = /** @type {HTMLElement} */ (document.getElementById('main'));
const who = /** @type {HTMLElement} */ (document.getElementById('who'));
const waiting = el('div', { class: 'orders', role: 'status' });

/** @type {{hunt: string, go(tab: string, item: string): void, stop(): void}|null} */
let desk = null;

/** Takes the token out of the link, so that it stays in no history. */
function takeToken() {
  const found = /^#token=(.+)$/.exec(location.hash);
  if (!found) return;
  let token = found[1];
  try {
    token = decodeURIComponent(token);
  } catch {
    // It was not encoded: it counts as it stands.
  }
  setToken(token);
  history.replaceState(null, '', location.pathname);
}

/** @param {string} [why] */
function signInView(why) {
  const input = el('input', { type: 'password', autocomplete: 'off', spellcheck: false, class: 'code' });
  const token = field({ label: t.token, hint: t.tokenHint, input });
  const sheet = form(t.signIn, {}, [el('h1', { class: 'panel-title' }, t.desk), token.node], async () => {
    setToken(need(token, t.tokenMissing));
    try {
      await call('/lint', { yaml: 'hunt: x' });
    } catch (error) {
      if (/** @type {any} */ (error).status !== 401 && /** @type {any} */ (error).status !== 403) throw error;
      throw new Refusal(token, t.tokenBad);
    }
    show();
  });
  if (why) token.error(why);
  document.title = t.desk;
  fill(main, el('div', { class: 'door' }, sheet.node));
  input.focus();
}

on.expired = () => {
  const knew = signedIn();
  setToken('');
  if (!knew || main.querySelector('.door')) return;
  leave();
  head();
  signInView(t.tokenGone);
};

on.orders = () => {
  fill(
    waiting,
    ...orders
      .filter((o) => o.lost)
      .map((o) =>
        el(
          'p',
          null,
          el('span', { dir: 'auto' }, t.unanswered(o.label)),
          button(t.sendAgain, () =>
            send(o).then(
              () => tell(o.label),
              (error) => tell(errorText(error)),
            ),
          ),
          button(t.forget, () => forget(o)),
        ),
      ),
  );
};

function head() {
  const other = language === 'en' ? 'de' : 'en';
  fill(
    who,
    el(
      'button',
      { type: 'button', class: 'plain', lang: other, on: { click: () => speak(other) } },
      LANGUAGES[other],
    ),
    signedIn() && button(t.signOut, signOut, 'plain'),
  );
}

async function signOut() {
  if (keepsWork() && !(await ask(t.signOutTitle, t.signOutSure, t.signOut))) return;
  leave();
  forgetAll();
  history.replaceState(null, '', location.pathname);
  head();
  signInView();
}

async function huntsView() {
  const list = el('div', { class: 'hunts' }, t.loading);
  fill(
    main,
    el(
      'div',
      { class: 'lobby' },
      el(
        'div',
        { class: 'title-line' },
        el('h1', null, t.hunts),
        el('a', { class: 'button', href: '#/+' }, t.newHunt),
      ),
      list,
    ),
  );
  document.title = `${t.hunts} · ${t.desk}`;
  try {
    const hunts = await listHunts();
    const now = Date.now();
    fill(
      list,
      ...hunts.map((/** @type {any} */ h) =>
        el(
          'article',
          { class: 'hunt-card', 'data-phase': h.phase },
          lantern(h.phase === 'open' ? 'lit' : 'dim'),
          el('h2', null, el('a', { href: `#/${h.hunt}` }, foreign(h.title))),
          el(
            'p',
            { class: 'phase' },
            [t.phase[/** @type {'open'} */ (h.phase)], h.frozen && t.frozen].filter(Boolean).join(' · '),
          ),
          el(
            'p',
            { class: 'facts' },
            [
              h.hunt,
              t.entrants(h.entrants ?? 0),
              t.challenges(h.challenge_count ?? 0),
              h.phase === 'draft' && h.opens && t.opens(moment(h.opens, now)),
              h.phase !== 'closed' && h.closes && t.closes(moment(h.closes, now)),
            ]
              .filter(Boolean)
              .join(' · '),
          ),
        ),
      ),
      !hunts.length && el('p', { class: 'empty' }, t.noHunts),
    );
  } catch (error) {
    fill(list, trouble(error, huntsView));
  }
}

function newView() {
  const made = editor('', (hunt) => {
    location.hash = `#/${hunt}/file`;
  });
  fill(
    main,
    el('p', null, el('a', { class: 'back', href: '#/' }, t.allHunts)),
    el('h1', null, t.newHunt),
    made.node,
  );
  document.title = `${t.newHunt} · ${t.desk}`;
}

function leave() {
  desk?.stop();
  desk = null;
}

/** Shows what the address names: #/HUNT/TAB/ITEM */
function show() {
  if (location.hash.startsWith('#token=')) takeToken();
  head();
  if (!signedIn()) return signInView();
  const [hunt = '', tab = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const item = decodeURIComponent(rest.join('/'));
  if (desk && desk.hunt === hunt) return desk.go(tab, item);
  leave();
  if (hunt === '+') newView();
  else if (/^[a-z0-9-]{1,64}$/.test(hunt)) {
    desk = deskView(main, hunt);
    desk.go(tab, item);
  } else huntsView();
}

takeToken();
const skip = /** @type {HTMLElement} */ (document.querySelector('.skip'));
skip.textContent = t.skip;
skip.addEventListener('click', (event) => {
  event.preventDefault(); // the address names what is shown
  main.focus();
});
/** @type {HTMLElement} */ (document.querySelector('.where')).textContent = t.desk;
main.before(waiting);
on.orders();
addEventListener('hashchange', show);
show();
// The list of hunts is anyone's: whether the token counts has to be asked.
if (signedIn()) call('/lint', { yaml: 'hunt: x' }).catch(() => {});
