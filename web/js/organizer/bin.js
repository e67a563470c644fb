/** @import { Binned } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
import { el, fill, foreign, lantern } from '../dom.js';
import { moment } from '../format.js';
import { errorText } from './api.js';
import { askReason } from './dialogs.js';
import { ask, button, tell, trouble } from './parts.js';
import { binOf, discard, restore } from './requests.js';
import { t } from './strings.js';

/** What puts a hunt into the bin. @param {Desk} desk @param {() => string} title */
export function discardView(desk, title) {
  const failed = el('p', { class: 'field-error', role: 'alert' });
  const go = async () => {
    const playing = desk.stats?.entrants ?? 0;
    if (!(await ask(t.bin.sureTitle(title()), t.bin.sure(playing), t.bin.discard))) return;
    try {
      await discard(desk.hunt);
      tell(t.bin.discarded);
      location.hash = '#/';
    } catch (error) {
      fill(failed, errorText(error));
    }
  };
  return el(
    'section',
    { class: 'stack discard' },
    el('h2', { class: 'panel-title' }, t.bin.end),
    el('p', { class: 'small-print' }, t.bin.hint),
    failed,
    el('div', { class: 'actions' }, button(t.bin.discard, go, 'quiet danger')),
  );
}

/** The hunts in the bin. @param {HTMLElement} main */
export async function binView(main) {
  const list = el('div', { class: 'hunts' }, t.loading);
  fill(
    main,
    el('p', null, el('a', { class: 'back', href: '#/' }, t.allHunts)),
    el('div', { class: 'lobby' }, el('h1', null, t.bin.title), el('p', { class: 'facts' }, t.bin.lead), list),
  );
  document.title = `${t.bin.title} · ${t.desk}`;
  try {
    const hunts = await binOf();
    fill(
      list,
      ...hunts.map((hunt) => binnedCard(hunt, Date.now())),
      !hunts.length && el('p', { class: 'empty' }, t.bin.empty),
    );
  } catch (error) {
    fill(
      list,
      trouble(error, () => binView(main)),
    );
  }
}

/** @param {Binned} h @param {number} now */
function binnedCard(h, now) {
  const back = async () => {
    const name = h.title || h.hunt;
    const reason = await askReason(t.bin.restoreTitle(name), t.bin.restoreText, t.bin.restore);
    if (reason === null) return;
    try {
      await restore(h.hunt, reason, `${t.bin.restore}: ${name}`);
      tell(t.bin.restored);
      location.hash = `#/${h.hunt}`;
    } catch (error) {
      tell(errorText(error));
    }
  };
  return el(
    'article',
    { class: 'hunt-card', 'data-phase': 'closed' },
    lantern('dim'),
    el('h2', null, foreign(h.title)),
    el(
      'p',
      { class: 'facts' },
      [h.hunt, t.bin.since(moment(h.deleted, now)), t.bin.until(moment(h.gone, now))].join(' · '),
    ),
    el('div', { class: 'actions' }, button(t.bin.restore, back)),
  );
}
