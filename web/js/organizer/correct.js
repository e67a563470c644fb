/** @import { Person, Preview } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
/** @import { Kind } from './requests.js' */
import { el, fill, foreign, setText } from '../dom.js';
import { number, signed } from '../format.js';
import { field, group } from '../views/field.js';
import { DeskError, errorText, storage } from './api.js';
import { kindsFor, partsOf } from './kinds.js';
import { ask, form, keep, later, need, tell } from './parts.js';
import { CORRECTIONS, correct, preview as previewOf } from './requests.js';
import { t } from './strings.js';

/** What asks back before it is done. @type {Partial<Record<Kind, string>>} */
const GRAVE = { ban: t.people.kinds.ban };

/**
 * The form that corrects an entrant: its points, awards and badges, its name, its
 * time and its place in the hunt, with what it would change on the board.
 * @param {Desk} desk @param {string} entrant @param {() => void} done
 */
export function correction(desk, entrant, done) {
  const key = `${desk.hunt}:${entrant}`;
  const kindKey = `veltrix:desk:typed:${key}:kind`;
  /** @type {Person|null} */
  let person = null;
  const kept = storage.getItem(kindKey) ?? '';
  let kind = /** @type {Kind} */ (Object.hasOwn(CORRECTIONS, kept) ? kept : 'adjust');
  const kinds = /** @type {Kind[]} */ (Object.keys(CORRECTIONS)).map((k) => {
    const input = el('input', { type: 'radio', name: 'kind', value: k, checked: k === kind });
    return { k, input, node: el('label', { class: 'option' }, input, el('span', null, t.people.kinds[k])) };
  });
  const parts = partsOf(desk, entrant, key);
  const nodes = [...new Set(Object.values(parts).map((p) => p.node))].filter((n) => n !== null);
  const reason = field({
    label: t.people.reason,
    hint: t.people.reasonHint,
    input: el('textarea', { rows: 2, maxlength: 500, dir: 'auto' }),
  });
  const clearReason = keep(reason.input, `${key}:reason`);
  const preview = el('div', { class: 'preview', role: 'status' });
  const fields = { reason, ...(parts.adjust.field && { points: parts.adjust.field }) };
  const named = { ...(parts.rename.field && { name: parts.rename.field }) };
  const sheet = form(
    t.people.send[kind],
    { ...fields, ...named },
    [
      el('h3', { class: 'panel-title' }, t.people.correct),
      group(
        t.people.kind,
        'spoken',
        false,
        el('div', { class: 'options-row kinds' }, ...kinds.map((k) => k.node)),
      ),
      ...nodes,
      reason.node,
      preview,
    ],
    async () => {
      const part = parts[kind];
      const body = { ...part.read(), reason: need(reason, t.people.reasonMissing) };
      const name = person?.name || entrant;
      const grave = GRAVE[kind];
      if (grave && !(await ask(t.people.banTitle, t.people.banSure(name), grave))) return;
      const label = [`${t.people.kinds[kind]}: ${name}`, part.of?.()].filter(Boolean).join(', ');
      sending = true;
      const said = await correct(desk.hunt, kind, body, label).finally(() => {
        sending = false;
      });
      part.clear?.();
      clearReason();
      tell(
        said.points ? t.people.sent(name, said.points, said.total) : t.people.did(t.people.kinds[kind], name),
      );
      done();
    },
  );
  let round = 0;
  let sending = false;
  const soon = later(look, 300);
  sheet.node.addEventListener('input', (event) => event.target !== reason.input && soon());
  for (const { k, input } of kinds)
    input.addEventListener('change', () => {
      kind = k;
      storage.setItem(kindKey, k);
      show();
    });

  function show() {
    const { node } = parts[kind];
    for (const other of nodes) other.hidden = other !== node;
    setText(sheet.submit, t.people.send[kind]);
    sheet.submit.className = kind === 'ban' ? 'grave' : '';
    if (person) parts[kind].offer?.(person, kind);
    look();
  }

  /** Asks what the form would change. */
  async function look() {
    const mine = ++round;
    if (sending) return;
    let body;
    try {
      body = parts[kind].read();
    } catch {
      fill(preview, el('p', { class: 'small-print' }, t.people.previewNone));
      return;
    }
    try {
      const p = await previewOf(desk.hunt, kind, { ...body, reason: reason.input.value.trim() || '?' });
      if (mine !== round || !person) return;
      showPreview(p);
    } catch (error) {
      if (mine !== round) return;
      const text = errorText(error);
      const taken = error instanceof DeskError && error.suggestion;
      if (taken) parts.rename.field?.error(text);
      fill(
        preview,
        el(
          'p',
          { class: taken ? 'small-print' : 'field-error' },
          foreign(taken ? t.people.previewNone : text),
        ),
      );
    }
  }

  /** @param {Preview} p */
  function showPreview(p) {
    if (!p.points && !p.badges.length && p.rank === p.rank_after)
      return fill(preview, el('p', { class: 'small-print' }, t.people.previewSame));
    const leaves = !p.rank_after;
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
      const offered = kindsFor(e, desk);
      for (const { k, node } of kinds) node.hidden = !offered.includes(k);
      if (!offered.includes(kind)) {
        kind = offered[0];
        for (const { k, input } of kinds) input.checked = k === kind;
      }
      show();
    },
  };
}
