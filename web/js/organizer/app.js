/** @import { HuntSummary } from '../types/api.js' */
import { ApiError, listHunts } from '../api.js';
import { el, fill, foreign, lantern } from '../dom.js';
import { moment } from '../format.js';
import { decoded } from '../ids.js';
import { LANGUAGES, language, speak } from '../language.js';
import { field, VERBATIM } from '../views/field.js';
import { errorText, forgetAll, keepsWork, on, setToken, signedIn } from './api.js';
import { binView } from './bin.js';
import { deskView } from './desk.js';
import { editor } from './editor.js';
import { forget, forgetOrders, onOrders, orders, send } from './orders.js';
import { ask, button, form, need, Refusal, tell, trouble } from './parts.js';
import { lint } from './requests.js';
import { t } from './strings.js';
import { wireView } from './wire.js';

/** What the address names, #/HUNT/TAB/ITEM, or null where it names nothing. @param {string} hash */
export function routeOf(hash) {
  const [hunt = '', tab = '', ...rest] = hash.replace(/^#\/?/, '').split('/');
  if (!/^([a-z0-9-]{0,64}|[+~])$/.test(hunt) || !/^[a-z]*$/.test(tab)) return null;
  try {
    return { hunt, tab, item: decodeURIComponent(rest.join('/')) };
  } catch {
    return null;
  }
}

/** The token that a link brings, or ''. @param {string} hash */
export function tokenIn(hash) {
  const token = /^#token=(.+)$/.exec(hash)?.[1] ?? '';
  return decoded(token);
}

/** Takes the token out of the address, so that it stays in no history. */
function takeToken() {
  const token = tokenIn(location.hash);
  if (!token) return;
  setToken(token);
  history.replaceState(null, '', location.pathname);
}

/** Whether the token counts: the list of hunts is anyone's, so something else is asked for. */
const tryToken = () => lint('hunt: x');

/** @param {HTMLElement} main @param {() => void} entered @param {string} [why] */
function signInView(main, entered, why) {
  const input = el('input', { type: 'password', ...VERBATIM, class: 'code' });
  const token = field({ label: t.token, hint: t.tokenHint, input });
  const sheet = form(t.signIn, {}, [el('h1', { class: 'panel-title' }, t.desk), token.node], async () => {
    setToken(need(token, t.tokenMissing));
    try {
      await tryToken();
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403))
        throw new Refusal(token, t.tokenBad);
      throw error;
    }
    entered();
  });
  if (why) token.error(why);
  document.title = t.desk;
  fill(main, el('div', { class: 'door' }, sheet.node));
  input.focus();
}

/** The commands without an answer, each to send again or to forget. */
function ordersView() {
  const node = el('div', { class: 'orders', role: 'status' });
  onOrders.changed = () =>
    fill(
      node,
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
  onOrders.changed();
  return node;
}

/** @param {HTMLElement} main */
async function huntsView(main) {
  const list = el('div', { class: 'hunts' }, t.loading);
  const title = el(
    'div',
    { class: 'title-line' },
    el('h1', null, t.hunts),
    el('a', { class: 'plain', href: '#/~' }, t.bin.title),
    el('a', { class: 'button', href: '#/+' }, t.newHunt),
  );
  fill(main, el('div', { class: 'lobby' }, title, list));
  document.title = `${t.hunts} · ${t.desk}`;
  try {
    const hunts = await listHunts();
    const now = Date.now();
    fill(
      list,
      ...hunts.map((hunt) => huntCard(hunt, now)),
      !hunts.length && el('p', { class: 'empty' }, t.noHunts),
    );
  } catch (error) {
    fill(
      list,
      trouble(error, () => huntsView(main)),
    );
  }
}

/** @param {HuntSummary} h @param {number} now */
function huntCard(h, now) {
  const facts = [
    h.hunt,
    t.entrants(h.entrants),
    t.challenges(h.challenge_count),
    h.phase === 'draft' && h.opens && t.opens(moment(h.opens, now)),
    h.phase !== 'closed' && h.closes && t.closes(moment(h.closes, now)),
  ];
  return el(
    'article',
    { class: 'hunt-card', 'data-phase': h.phase },
    lantern(h.phase === 'open' ? 'lit' : 'dim'),
    el('h2', null, el('a', { href: `#/${h.hunt}` }, foreign(h.title))),
    el('p', { class: 'phase' }, [t.phase[h.phase], h.frozen && t.frozen].filter(Boolean).join(' · ')),
    el('p', { class: 'facts' }, facts.filter(Boolean).join(' · ')),
  );
}

/** @param {HTMLElement} main */
function nowhereView(main) {
  fill(main, el('p', null, el('a', { class: 'back', href: '#/' }, t.allHunts)), el('h1', null, t.nowhere));
  document.title = `${t.nowhere} · ${t.desk}`;
}

/** @param {HTMLElement} main */
function newView(main) {
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

/** @param {HTMLElement} who @param {() => void} signOut */
function head(who, signOut) {
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

/** @param {HTMLElement} main */
function nameParts(main) {
  const skip = /** @type {HTMLElement} */ (document.querySelector('.skip'));
  skip.textContent = t.skip;
  skip.addEventListener('click', (event) => {
    event.preventDefault(); // the address names what is shown
    main.focus();
  });
  /** @type {HTMLElement} */ (document.querySelector('.where')).textContent = t.desk;
}

/** Runs the organizer's page inside main. @param {HTMLElement} main @param {HTMLElement} who */
export function openDesk(main, who) {
  /** @type {ReturnType<typeof deskView>|null} */
  let desk = null;

  function leave() {
    desk?.stop();
    desk = null;
  }

  async function signOut() {
    if (keepsWork() && !(await ask(t.signOutTitle, t.signOutSure, t.signOut))) return;
    leave();
    forgetAll();
    forgetOrders();
    history.replaceState(null, '', location.pathname);
    head(who, signOut);
    signInView(main, show);
  }

  function show() {
    takeToken();
    head(who, signOut);
    if (!signedIn()) return signInView(main, show);
    const route = routeOf(location.hash);
    if (desk && desk.hunt === route?.hunt) return desk.go(route.tab, route.item);
    leave();
    if (!route) nowhereView(main);
    else if (route.hunt === '+') newView(main);
    else if (route.hunt === '~') binView(main);
    else if (route.hunt) {
      desk = deskView(main, route.hunt);
      desk.go(route.tab, route.item);
    } else huntsView(main);
  }

  on.expired = () => {
    const knew = signedIn();
    setToken('');
    if (!knew || main.querySelector('.door')) return;
    leave();
    head(who, signOut);
    signInView(main, show, t.tokenGone);
  };
  nameParts(main);
  main.before(wireView(), ordersView());
  addEventListener('hashchange', show);
  show();
  if (signedIn()) tryToken().catch(() => {});
}
