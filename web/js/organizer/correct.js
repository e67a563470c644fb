import { el, fill, foreign, setText } from '../dom.js';
import { number, signed } from '../format.js';
import { uuid } from '../ids.js';
import { field, group } from '../views/field.js';
import { call, command, errorText, shelf } from './api.js';
import { ask, form, keep, later, need, Refusal, tell } from './parts.js';
import { t } from './strings.js';

/** @typedef {'adjust'|'grant'|'revoke'|'ban'} Kind */

const PATHS = { adjust: 'adjustments', grant: 'grants', revoke: 'revocations', ban: 'bans' };

/**
 * The form that corrects an entrant's points, awards and badges, or bans it,
 * with what it would change on the board.
 * @param {import('./desk.js').Desk} desk @param {string} entrant @param {() => void} done
 */
export function correction(desk, entrant, done) {
  const key = `${desk.hunt}:${entrant}`;
  const kindKey = `veltrix:desk:typed:${key}:kind`;
  const whatKey = `veltrix:desk:typed:${key}:what`;
  /** @type {any} */
  let person = null;
  let kind = /** @type {Kind} */ (shelf.getItem(kindKey) ?? 'adjust');
  const kinds = /** @type {Kind[]} */ (Object.keys(PATHS)).map((k) => {
    const input = el('input', { type: 'radio', name: 'kind', value: k, checked: k === kind });
    return { k, input, node: el('label', { class: 'option' }, input, el('span', null, t.people.kinds[k])) };
  });
  const points = field({
    label: t.people.change,
    hint: t.people.changeHint,
    input: el('input', { type: 'text', inputMode: 'text', maxLength: 9, autocomplete: 'off' }),
  });
  const clearPoints = keep(points.input, `${key}:points`);
  const select = el('select');
  const what = field({ label: t.people.what.grant, input: /** @type {any} */ (select) });
  const reason = field({
    label: t.people.reason,
    hint: t.people.reasonHint,
    input: el('textarea', { rows: 2, maxLength: 500, dir: 'auto' }),
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
      const body = read();
      body.reason = need(reason, t.people.reasonMissing);
      const name = person.name || entrant;
      if (kind === 'ban' && !(await ask(t.people.banTitle, t.people.banSure(name), t.people.kinds.ban)))
        return;
      const of = body.points === undefined ? (select.selectedOptions[0]?.text ?? '') : signed(body.points);
      const label = [`${t.people.kinds[kind]}: ${name}`, kind !== 'ban' && of].filter(Boolean).join(', ');
      sending = true;
      const said = await command(`${desk.path}/${PATHS[kind]}`, body, label).finally(() => {
        sending = false;
      });
      clearPoints();
      clearReason();
      select.value = '';
      shelf.removeItem(whatKey);
      person.banned ||= kind === 'ban';
      tell(t.people.sent(name, said.points, said.total));
      look();
      done();
    },
  );
  let round = 0;
  let sending = false;
  const soon = later(look, 300);
  for (const input of [points.input, select]) input.addEventListener('input', soon);
  select.addEventListener('input', () => shelf.setItem(whatKey, select.value));
  for (const { k, input } of kinds)
    input.addEventListener('change', () => {
      kind = k;
      shelf.setItem(kindKey, k);
      show();
    });

  /** What the form says, without the reason. @returns {Record<string, any>} @throws {Refusal} */
  function read() {
    if (kind === 'ban') return { entrant };
    if (kind === 'adjust') {
      const typed = points.input.value.trim().replace('−', '-');
      if (!/^[+-]?\d+$/.test(typed) || Number(typed) === 0) throw new Refusal(points, t.people.changeBad);
      return { entrant, points: Number(typed) };
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
    const has = {
      challenge: new Set(
        person.awards.filter((/** @type {any} */ a) => !a.revoked).map((/** @type {any} */ a) => a.challenge),
      ),
      badge: new Set(person.badges.map((/** @type {any} */ b) => b.badge)),
    };
    const all = { challenge: desk.stats.challenges, badge: desk.badges };
    const chosen = select.value || shelf.getItem(whatKey);
    const groups = /** @type {('challenge'|'badge')[]} */ (['challenge', 'badge']).map((of) => {
      /** @type {string[]} */
      const ids =
        kind === 'revoke'
          ? [...has[of]]
          : all[of]
              .map((/** @type {any} */ c) => c.id)
              .filter((/** @type {string} */ id) => !has[of].has(id));
      const options = ids.map((id) => el('option', { value: `${of}:${id}` }, desk.titles.get(id) ?? id));
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
      const json = { ...body, id: uuid(), reason: reason.input.value.trim() || '?' };
      const p = await call(`${desk.path}/${PATHS[kind]}?dry_run=1`, { json });
      if (mine !== round || !person) return;
      const before = p.total - p.points;
      const leaves = kind === 'ban' || !p.rank_after;
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
            t.people.from(number(before), number(p.total)),
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
          ...(p.badges?.length
            ? [
                el('dt', null, t.people.badgesToo),
                el('dd', null, ...p.badges.map((/** @type {string} */ id) => badge(id))),
              ]
            : []),
        ),
      );
    } catch (error) {
      if (mine === round) fill(preview, el('p', { class: 'field-error' }, foreign(errorText(error))));
    }
  }

  /** @param {string} id */
  function badge(id) {
    const icon = desk.badges.find((b) => b.id === id)?.icon || '✦';
    return el('span', { class: 'brings' }, `${icon} `, foreign(desk.titles.get(id) ?? id));
  }

  show();
  return {
    node: sheet.node,
    /** @param {any} e as the API tells it */
    update(e) {
      const first = !person;
      person = e;
      sheet.node.hidden = e.banned;
      offer();
      if (first || e.points !== undefined) look();
    },
  };
}
