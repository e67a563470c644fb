/** @import { Entry } from '../types/api.js' */
/** @import { Child } from '../dom.js' */
/** @import { Desk, Titles } from './desk.js' */
/** @import { Panel } from './parts.js' */

import { el, fill, foreign } from '../dom.js';
import { clock, moment, number, signed } from '../format.js';
import { own } from '../ids.js';
import { button, trouble } from './parts.js';
import { ledgerOf, namedEntrants } from './requests.js';
import { t } from './strings.js';

const PAGE = 100;

/**
 * An entry of the ledger in words: what happened, the organizer's reason or text,
 * by whom, and whether it puts back something lost.
 * @param {Entry} e @param {Titles} titles
 */
export function wordsOf(e, titles) {
  const by = e.by && (own(t.ledger.who, e.by) ?? e.by);
  return {
    what: whatOf(e, titles),
    quote:
      e.reason ??
      (e.type === 'renamed' ? e.name : undefined) ??
      (e.type === 'announced' || e.type === 'recovered' ? e.text : undefined),
    by: by ? t.ledger.by(by) : '',
    back: e.text?.startsWith('restores ') && e.type !== 'announced' ? t.ledger.back : '',
  };
}

/** @param {Entry} e @param {Titles} titles */
function whatOf(e, titles) {
  const { phase, defined, ...lines } = t.line;
  if (e.type === 'phase') return phase(e.phase ? t.phase[e.phase] : '', Boolean(e.frozen));
  if (e.type === 'defined') return defined(e.rev ?? 0);
  const id = e.badge ?? e.challenge ?? ''; // a badge that came with an award names both
  const title = titles[e.badge === undefined ? 'challenge' : 'badge'].get(id);
  const line = own(
    /** @type {Record<string, string|((what: string, n?: number) => string)>} */ (lines),
    e.type,
  );
  return typeof line === 'function' ? line(title ?? id, e.minutes) : (line ?? e.type);
}

/** The same as nodes. @param {Entry} e @param {Desk} desk @returns {Child[]} */
export function words(e, desk) {
  const { what, quote, by, back } = wordsOf(e, desk.titles);
  return [
    foreign(what),
    quote && el('q', { dir: 'auto' }, quote),
    by && el('small', null, by),
    back && el('small', null, back),
  ];
}

/** To the second today, with the day before. @param {number} at */
export const when = (at) =>
  new Date(at).toDateString() === new Date().toDateString() ? clock(at) : moment(at, Date.now());

/** The ledger, newest first, a page at a time. @param {Desk} desk @returns {Panel} */
export function ledgerView(desk) {
  const rows = el('tbody');
  const none = el('p', { class: 'empty', hidden: true }, t.ledger.none);
  /** @type {Map<string, string>} */
  const names = new Map();
  /** Where the pages before this one began. @type {number[]} */
  const trail = [];
  let before = 0;
  let oldest = 0;
  const newest = button(t.ledger.newest, () => {
    trail.length = 0;
    load(0);
  });
  const newer = button(t.ledger.newer, () => load(trail.pop() ?? 0));
  const older = button(t.ledger.older, () => {
    trail.push(before);
    load(oldest);
  });
  const said = el('div', { role: 'status' });
  const cols = /** @type {const} */ (['seq', 'at', 'what', 'points', 'total']);
  const head = cols.map((c) => el('th', { scope: 'col', class: c }, t.ledger[c]));
  const node = el(
    'div',
    null,
    el('div', { class: 'actions' }, newest, newer, older),
    said,
    none,
    el('table', { class: 'ledger' }, el('thead', null, el('tr', null, ...head)), rows),
  );

  /** @param {number} from 0 is the head */
  async function load(from) {
    try {
      const entries = await ledgerOf(desk.hunt, from || Number.MAX_SAFE_INTEGER, PAGE);
      before = from;
      oldest = entries.at(-1)?.seq ?? 0;
      await learn(entries);
      fill(rows, ...entries.map(row));
      none.hidden = entries.length > 0;
      newer.disabled = !from;
      older.disabled = oldest <= 1;
      fill(said);
    } catch (error) {
      fill(
        said,
        trouble(error, () => load(from)),
      );
    }
  }

  /** Learns the names on a page that are not known yet. @param {Entry[]} entries at most as many as can be asked for */
  async function learn(entries) {
    for (const e of entries) if (e.type === 'joined' && e.entrant && e.name) names.set(e.entrant, e.name);
    const ids = new Set(entries.flatMap(({ entrant: id }) => (id && !names.has(id) ? [id] : [])));
    if (!ids.size) return;
    for (const e of await namedEntrants(desk.hunt, [...ids])) names.set(e.entrant, e.name);
  }

  /** @param {Entry} e */
  function row(e) {
    const name = e.entrant && (names.get(e.entrant) ?? e.entrant);
    return el(
      'tr',
      null,
      el('td', { class: 'seq' }, number(e.seq)),
      el('td', { class: 'at', title: `${moment(e.at, 0)} ${clock(e.at)}` }, when(e.at)),
      el(
        'td',
        { class: 'what' },
        name && el('a', { href: desk.link('entrants', e.entrant) }, foreign(name)),
        ' ',
        ...words(e, desk),
      ),
      el('td', { class: 'points' }, e.points ? signed(e.points) : ''),
      el('td', { class: 'total' }, e.entrant ? number(e.total ?? 0) : ''),
    );
  }

  load(0);
  return { node };
}
