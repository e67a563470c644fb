import { el, fill, foreign } from '../dom.js';
import { clock, moment, number, signed } from '../format.js';
import { call } from './api.js';
import { button, trouble } from './parts.js';
import { t } from './strings.js';

const PAGE = 100;

/**
 * What an entry of the ledger says, in words.
 * @param {any} e @param {import('./desk.js').Desk} desk @returns {import('../dom.js').Child[]}
 */
export function words(e, desk) {
  const id = e.badge ?? e.challenge; // a badge that came with an award names both
  const what = id && (desk.titles.get(id) ?? id);
  const line = t.line[/** @type {'awarded'} */ (e.type)];
  const said =
    e.type === 'phase'
      ? t.line.phase(t.phase[/** @type {'open'} */ (e.phase)] ?? '', e.frozen)
      : e.type === 'defined'
        ? t.line.defined(e.rev)
        : typeof line === 'function'
          ? line(what)
          : (line ?? e.type);
  const by = e.by && (t.ledger.who[/** @type {'start'} */ (e.by)] ?? e.by);
  const more = e.reason ?? (['announced', 'recovered'].includes(e.type) && e.text);
  const back = e.text?.startsWith('restores ') && e.type !== 'announced';
  return [
    foreign(said),
    more && el('q', { dir: 'auto' }, more),
    by && el('small', null, t.ledger.by(by)),
    back && el('small', null, t.ledger.back),
  ];
}

/** To the second today, with the day before. @param {number} at */
export const when = (at) =>
  new Date(at).toDateString() === new Date().toDateString() ? clock(at) : moment(at, Date.now());

/** The ledger, newest first, a page at a time. @param {import('./desk.js').Desk} desk */
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
      const text = await call(`${desk.path}/ledger?limit=${PAGE}&before=${from || Number.MAX_SAFE_INTEGER}`, {
        as: 'text',
      });
      const entries = text
        .split('\n')
        .filter(Boolean)
        .map((/** @type {string} */ line) => JSON.parse(line));
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

  /** Learns the names on a page that are not known yet. @param {any[]} entries at most as many as can be asked for */
  async function learn(entries) {
    for (const e of entries) if (e.type === 'joined' && e.name) names.set(e.entrant, e.name);
    const ids = new Set(entries.map((e) => e.entrant).filter((id) => id && !names.has(id)));
    if (!ids.size) return;
    const asked = new URLSearchParams([...ids].map((id) => ['id', id]));
    const { entrants } = await call(`${desk.path}/entrants?${asked}`);
    for (const e of entrants) names.set(e.entrant, e.name);
  }

  /** @param {any} e */
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
