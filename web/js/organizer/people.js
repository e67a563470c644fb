/** @import { EntrantRow, Entry, Person } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
/** @import { Panel } from './parts.js' */
import { ApiError } from '../api.js';
import { el, fill, foreign, keyed, setText } from '../dom.js';
import { moment, number, signed } from '../format.js';
import { field } from '../views/field.js';
import { correction } from './correct.js';
import { when, words } from './ledger.js';
import { button, keep, later, trouble } from './parts.js';
import { personOf, searchEntrants } from './requests.js';
import { t } from './strings.js';

const PAGE = 50;
const MOST = 1000; // that the API lists at once

/**
 * Entrants in the order of the live board, and one of them in full.
 * @param {Desk} desk @param {string} chosen entrant, '' for none @returns {Panel}
 */
export function peopleView(desk, chosen) {
  const search = field({
    label: t.people.search,
    input: el('input', { type: 'search', autocomplete: 'off', dir: 'auto' }),
  });
  keep(search.input, `${desk.hunt}:search`);
  const list = el('ol', { class: 'rows' });
  const none = el('p', { class: 'empty', hidden: true });
  const said = el('div', { role: 'status' });
  let size = PAGE;
  const more = button(t.people.more, () => {
    size += PAGE;
    load();
  });
  const detail = el('div', { class: 'person' });
  const node = el(
    'div',
    { class: 'people' },
    el('div', { class: 'people-list' }, search.node, said, none, list, el('div', { class: 'actions' }, more)),
    detail,
  );
  let seq = -1;
  let round = 0;
  /** @type {{refresh(): void}|null} */
  let shown = null;

  search.input.addEventListener(
    'input',
    later(() => {
      size = PAGE;
      load();
    }, 250),
  );

  async function load() {
    const mine = ++round;
    const text = search.input.value.trim();
    try {
      const { total, entrants } = await searchEntrants(desk.hunt, text, Math.min(size, MOST));
      if (mine !== round) return;
      keyed(list, entrants, (e) => e.entrant, row);
      none.hidden = entrants.length > 0;
      setText(none, text ? t.people.noMatch : t.people.none);
      more.hidden = total <= entrants.length;
      fill(said);
    } catch (error) {
      if (mine === round) fill(said, trouble(error, load));
    }
  }

  /** @param {EntrantRow} first */
  function row(first) {
    const rank = el('span', { class: 'rank' });
    const name = el('bdi', { class: 'name' });
    const points = el('span', { class: 'row-points' });
    const banned = el('span', { class: 'facts' });
    const link = el(
      'a',
      { class: 'row', href: desk.link('entrants', first.entrant) },
      rank,
      name,
      banned,
      el('span', { class: 'leader' }),
      points,
    );
    return {
      node: el('li', null, link),
      /** @param {EntrantRow} e */
      update(e) {
        setText(rank, e.rank ? number(e.rank) : '–');
        setText(name, e.name);
        const title = desk.divisions.find((d) => d.id === e.division)?.title;
        setText(banned, e.banned ? t.people.banned : e.hidden ? t.people.hidden : (title ?? ''));
        setText(points, number(e.points));
        if (e.entrant === chosen) link.setAttribute('aria-current', 'true');
        else link.removeAttribute('aria-current');
      },
    };
  }

  /** @param {string} entrant */
  function choose(entrant) {
    chosen = entrant;
    node.dataset.chosen = entrant ? 'yes' : '';
    for (const link of list.querySelectorAll('a'))
      if (entrant && link.getAttribute('href') === desk.link('entrants', entrant))
        link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    if (entrant) shown = person(desk, entrant, detail, load);
    else {
      shown = null;
      fill(detail, el('p', { class: 'empty' }, t.people.choose));
    }
  }

  choose(chosen);
  return {
    node,
    choose,
    tick(s) {
      if (s.seq === seq) return;
      seq = s.seq;
      load();
      shown?.refresh();
    },
  };
}

/** Where an entrant stands, in a line. @param {Person} e @param {Pick<Desk, 'divisions'|'titles'>} desk @param {number} now */
export function factsOf(e, { divisions, titles }, now) {
  const skips = e.skips.map((id) => titles.challenge.get(id) ?? id);
  return [
    e.banned ? t.people.banned : e.rank && t.people.place(e.rank),
    e.hidden && t.people.hidden,
    t.people.points(e.points),
    divisions.find((d) => d.id === e.division)?.title,
    e.members.length > 0
      ? e.members.map((m) => m.name || m.player).join(', ')
      : e.players.length > 1 && t.people.team(e.players.length),
    e.joined_at && t.people.joined(moment(e.joined_at, now)),
    e.started && t.people.started(moment(e.started, now)),
    e.ends && t.people.ends(moment(e.ends, now)),
    e.finished && t.people.finished(moment(e.finished, now)),
    skips.length > 0 && t.people.skips(skips),
    e.entrant,
  ]
    .filter(Boolean)
    .join(' · ');
}

/**
 * One entrant: where it stands, its history, and the form that corrects.
 * @param {Desk} desk @param {string} entrant @param {HTMLElement} parent @param {() => void} changed
 */
function person(desk, entrant, parent, changed) {
  const name = foreign('');
  const facts = el('p', { class: 'facts' });
  const history = el('ol', { class: 'history' });
  const wrong = el('p', { class: 'small-print' });
  const cut = el(
    'p',
    { class: 'small-print', hidden: true },
    `${t.people.cut} `,
    el('a', { href: desk.link('ledger') }, t.people.cutLink),
    '.',
  );
  const said = el('div', { role: 'status' }, t.loading);
  const form = correction(desk, entrant, () => {
    refresh();
    changed();
  });
  const body = el(
    'div',
    { class: 'stack', hidden: true },
    el('h2', { class: 'person-name' }, name),
    facts,
    wrong,
    form.node,
    el('h3', { class: 'panel-title' }, t.people.history),
    history,
    cut,
  );
  fill(
    parent,
    el('p', { class: 'to-list' }, el('a', { class: 'back', href: desk.link('entrants') }, t.people.all)),
    said,
    body,
  );

  async function refresh() {
    try {
      const e = await personOf(desk.hunt, entrant);
      fill(said);
      body.hidden = false;
      setText(name, e.name || entrant);
      setText(facts, factsOf(e, desk, Date.now()));
      const tries = e.attempts.map(
        (a) => `${desk.titles.challenge.get(a.challenge) ?? a.challenge} ${number(a.count)}`,
      );
      wrong.hidden = !tries.length;
      setText(wrong, `${t.live.wrong}: ${tries.join(', ')}`);
      keyed(history, e.history, (l) => String(l.seq), line);
      cut.hidden = !e.history_after;
      form.update(e);
    } catch (error) {
      if (error instanceof ApiError && error.code === 'unknown_entrant')
        fill(said, el('p', { class: 'empty' }, t.people.gone));
      else fill(said, trouble(error, refresh));
    }
  }

  /** @param {Entry} e */
  function line(e) {
    const node = el(
      'li',
      null,
      el('time', null, when(e.at)),
      el('span', { class: 'what' }, ...words(e, desk)),
      el('b', null, e.points ? signed(e.points) : ''),
    );
    return { node, update() {} };
  }

  refresh();
  return { refresh };
}
