/** @import { Person, Preview } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
/** @import { Fields } from './orders.js' */
/** @import { Kind } from './requests.js' */
import { el, fill, foreign, setText } from '../dom.js';
import { number, signed } from '../format.js';
import { field, group } from '../views/field.js';
import { errorText, storage } from './api.js';
import { ask, form, keep, later, need, Refusal, tell } from './parts.js';
import { CORRECTIONS, correct, preview as previewOf } from './requests.js';
import { t } from './strings.js';

const OF = /** @type {const} */ (['challenge', 'badge']);

/**
 * The awards and badges that an entrant can be given, or that can be taken back.
 * @param {'grant'|'revoke'} kind @param {Pick<Person, 'awards'|'badges'>} person
 * @param {{challenge: string[], badge: string[]}} all ids of the hunt
 * @returns {{challenge: string[], badge: string[]}}
 */
export function offersOf(kind, person, all) {
  const has = {
    challenge: person.awards.filter((a) => !a.revoked).map((a) => a.challenge),
    badge: person.badges.map((b) => b.badge),
  };
  if (kind === 'revoke') return has;
  const rest = (/** @type {'challenge'|'badge'} */ of) => all[of].filter((id) => !has[of].includes(id));
  return { challenge: rest('challenge'), badge: rest('badge') };
}

/** The change that was typed; null for 0 and for anything but a whole number. @param {string} text @returns {number|null} */
export function readChange(text) {
  const typed = text.trim().replace('−', '-');
  return /^[+-]?\d+$/.test(typed) && Number(typed) !== 0 ? Number(typed) : null;
}

/**
 * The form that corrects an entrant's points, awards and badges, or bans it,
 * with what it would change on the board.
 * @param {Desk} desk @param {string} entrant @param {() => void} done
 */
export function correction(desk, entrant, done) {
  const key = `${desk.hunt}:${entrant}`;
  const kindKey = `veltrix:desk:typed:${key}:kind`;
  const whatKey = `veltrix:desk:typed:${key}:what`;
  /** @type {Person|null} */
  let person = null;
  const kept = storage.getItem(kindKey) ?? '';
  let kind = /** @type {Kind} */ (Object.hasOwn(CORRECTIONS, kept) ? kept : 'adjust');
  const kinds = /** @type {Kind[]} */ (Object.keys(CORRECTIONS)).map((k) => {
    const input = el('input', { type: 'radio', name: 'kind', value: k, checked: k === kind });
    return { k, input, node: el('label', { class: 'option' }, input, el('span', null, t.people.kinds[k])) };
  });
  const points = field({
    label: t.people.change,
    hint: t.people.changeHint,
    input: el('input', { type: 'text', inputmode: 'text', maxlength: 9, autocomplete: 'off' }),
  });
  const clearPoints = keep(points.input, `${key}:points`);
  const select = el('select');
  const what = field({ label: t.people.what.grant, input: select });
  const reason = field({
    label: t.people.reason,
    hint: t.people.reasonHint,
    input: el('textarea', { rows: 2, maxlength: 500, dir: 'auto' }),
  });
  const clearReason = keep(reason.input, `${key}:reason`);
  const preview = el('div', { class: 'preview', role: 'status' });
  const sheet = form(
    t.people.send[kind],
    { points, reason },
    [
      el('h3', { class: 'panel-title' }, t.people.correct),
      group(
        t.people.kind,
        'spoken',
        false,
        el('div', { class: 'options-row kinds' }, ...kinds.map((k) => k.node)),
      ),
      points.node,
      what.node,
      reason.node,
      preview,
    ],
    async () => {
      const body = { ...read(), reason: need(reason, t.people.reasonMissing) };
      const name = person?.name || entrant;
      if (kind === 'ban' && !(await ask(t.people.banTitle, t.people.banSure(name), t.people.kinds.ban)))
        return;
      const change = kind === 'adjust' && readChange(points.input.value);
      const of = change ? signed(change) : (select.selectedOptions[0]?.text ?? '');
      const label = [`${t.people.kinds[kind]}: ${name}`, kind !== 'ban' && of].filter(Boolean).join(', ');
      sending = true;
      const said = await correct(desk.hunt, kind, body, label).finally(() => {
        sending = false;
      });
      clearPoints();
      clearReason();
      select.value = '';
      storage.removeItem(whatKey);
      if (person) person.banned ||= kind === 'ban';
      tell(t.people.sent(name, said.points, said.total));
      look();
      done();
    },
  );
  let round = 0;
  let sending = false;
  const soon = later(look, 300);
  for (const input of [points.input, select]) input.addEventListener('input', soon);
  select.addEventListener('input', () => storage.setItem(whatKey, select.value));
  for (const { k, input } of kinds)
    input.addEventListener('change', () => {
      kind = k;
      storage.setItem(kindKey, k);
      show();
    });

  /** What the form says, without the reason. @returns {Fields} @throws {Refusal} */
  function read() {
    if (kind === 'ban') return { entrant };
    if (kind === 'adjust') {
      const change = readChange(points.input.value);
      if (change === null) throw new Refusal(points, t.people.changeBad);
      return { entrant, points: change };
    }
    const [of, id] = select.value.split(':');
    if (!id) throw new Refusal(what, t.people.whatMissing);
    return { entrant, [of]: id };
  }

  function show() {
    points.node.hidden = kind !== 'adjust';
    what.node.hidden = kind !== 'grant' && kind !== 'revoke';
    setText(sheet.submit, t.people.send[kind]);
    sheet.submit.className = kind === 'ban' ? 'grave' : '';
    offer();
    look();
  }

  /** Fills the choice with what can be given or taken back. */
  function offer() {
    if (!person || (kind !== 'grant' && kind !== 'revoke')) return;
    const label = what.node.querySelector('label');
    if (label) setText(label, t.people.what[kind]);
    const offers = offersOf(kind, person, {
      challenge: desk.stats?.challenges.map((c) => c.id) ?? [],
      badge: desk.badges.map((b) => b.id),
    });
    const chosen = select.value || storage.getItem(whatKey);
    const groups = OF.map((of) => {
      const options = offers[of].map((id) =>
        el('option', { value: `${of}:${id}` }, desk.titles[of].get(id) ?? id),
      );
      return options.length > 0 && el('optgroup', { label: t.people.groups[of] }, ...options);
    });
    const some = groups.some(Boolean);
    fill(select, el('option', { value: '' }, some ? '…' : t.people.nothing[kind]), ...groups);
    select.value = chosen ?? '';
    if (!select.value) select.value = '';
  }

  /** Asks what the form would change. */
  async function look() {
    const mine = ++round;
    if (person?.banned || sending) return;
    let body;
    try {
      body = read();
    } catch {
      fill(preview, el('p', { class: 'small-print' }, t.people.previewNone));
      return;
    }
    try {
      const p = await previewOf(desk.hunt, kind, { ...body, reason: reason.input.value.trim() || '?' });
      if (mine !== round || !person) return;
      showPreview(p, kind === 'ban' || !p.rank_after);
    } catch (error) {
      if (mine === round) fill(preview, el('p', { class: 'field-error' }, foreign(errorText(error))));
    }
  }

  /** @param {Preview} p @param {boolean} leaves the board */
  function showPreview(p, leaves) {
    fill(
      preview,
      el('p', { class: 'label' }, t.people.preview),
      el(
        'dl',
        null,
        el('dt', null, t.people.change),
        el(
          'dd',
          null,
          t.people.from(number(p.total - p.points), number(p.total)),
          p.points !== 0 && el('b', null, signed(p.points)),
        ),
        el('dt', null, t.people.place2),
        el(
          'dd',
          null,
          t.people.from(p.rank ? number(p.rank) : '–', leaves ? t.people.leaves : number(p.rank_after)),
          ' ',
          leaves ? '' : t.people.ofAll(p.entrants),
        ),
        ...(p.badges.length
          ? [el('dt', null, t.people.badgesToo), el('dd', null, ...p.badges.map((id) => badge(id)))]
          : []),
      ),
    );
  }

  /** @param {string} id */
  function badge(id) {
    const icon = desk.badges.find((b) => b.id === id)?.icon || '✦';
    return el('span', { class: 'brings' }, `${icon} `, foreign(desk.titles.badge.get(id) ?? id));
  }

  show();
  return {
    node: sheet.node,
    /** @param {Person} e */
    update(e) {
      person = e;
      sheet.node.hidden = e.banned;
      offer();
      look();
    },
  };
}
