/** @import { Person } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
/** @import { Fields } from './orders.js' */
/** @import { Kind } from './requests.js' */
import { el, fill, setText } from '../dom.js';
import { signed } from '../format.js';
import { field } from '../views/field.js';
import { storage } from './api.js';
import { keep, later, need, Refusal } from './parts.js';
import { searchEntrants } from './requests.js';
import { t } from './strings.js';

// What an organizer can do to an entrant, each with its own field.

/**
 * @typedef {object} Part
 * @property {HTMLElement|null} node
 * @property {import('../views/field.js').Field} [field] beside which errors are shown
 * @property {() => Fields} read throws a Refusal
 * @property {() => string} [of] a word for the order
 * @property {(person: Person, kind: Kind) => void} [offer]
 * @property {() => void} [clear]
 */

const OF = /** @type {const} */ (['challenge', 'badge']);

/** The kinds of corrections that make sense for somebody. @param {Person} person @param {Pick<Desk, 'divisions'|'limit'|'mode'>} desk @returns {Kind[]} */
export function kindsFor(person, { divisions, limit, mode }) {
  if (person.banned) return ['lift'];
  /** @type {(Kind|false)[]} */
  const all = [
    'adjust',
    'grant',
    'revoke',
    'rename',
    divisions.length > 0 && 'division',
    limit > 0 && 'extend',
    mode === 'team' && 'move',
    'skip',
    person.skips.length > 0 && 'unskip',
    person.hidden ? 'show' : 'hide',
    'ban',
  ];
  return all.filter((kind) => kind !== false);
}

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

/** @param {string} entrant @param {string} key @returns {Part} */
function pointsPart(entrant, key) {
  const input = el('input', { type: 'text', inputmode: 'text', maxlength: 9, autocomplete: 'off' });
  const points = field({ label: t.people.change, hint: t.people.changeHint, input });
  const clear = keep(input, `${key}:points`);
  const place = el('input', { type: 'checkbox' });
  const option = el('label', { class: 'option' }, place, el('span', null, t.people.keepPlace));
  const show = () => {
    option.hidden = !((readChange(input.value) ?? 0) > 0);
  };
  input.addEventListener('input', show);
  show();
  return {
    node: el('div', { class: 'stack' }, points.node, option),
    field: points,
    read() {
      const change = readChange(input.value);
      if (change === null) throw new Refusal(points, t.people.changeBad);
      return { entrant, points: change, ...(change > 0 && place.checked ? { keep_place: true } : {}) };
    },
    of: () => signed(readChange(input.value) ?? 0),
    clear() {
      clear();
      place.checked = false;
    },
  };
}

/** A choice that a reload keeps. @param {string} label @param {string} key */
function choice(label, key) {
  const input = el('select');
  const part = field({ label, input });
  const name = `veltrix:desk:typed:${key}`;
  input.addEventListener('input', () => storage.setItem(name, input.value));
  return {
    ...part,
    /** @param {string} label @param {string} none @param {(Node|false)[]} options */
    offer(label, none, options) {
      const chosen = input.value || storage.getItem(name) || '';
      const words = part.node.querySelector('label');
      if (words) setText(words, label);
      fill(input, el('option', { value: '' }, options.some(Boolean) ? '…' : none), ...options);
      input.value = chosen;
      if (!input.value) input.value = '';
    },
    text: () => input.selectedOptions[0]?.text ?? '',
    clear() {
      input.value = '';
      storage.removeItem(name);
    },
  };
}

/** @param {string} value @param {string} text */
const option = (value, text) => el('option', { value, dir: 'auto' }, text);

/** An award or a badge to give or to take back. @param {Desk} desk @param {string} entrant @param {string} key @returns {Part} */
function givePart(desk, entrant, key) {
  const what = choice(t.people.what.grant, `${key}:what`);
  return {
    node: what.node,
    field: what,
    offer(person, kind) {
      if (kind !== 'grant' && kind !== 'revoke') return;
      const offers = offersOf(kind, person, {
        challenge: desk.stats?.challenges.map((c) => c.id) ?? [],
        badge: desk.badges.map((b) => b.id),
      });
      const groups = OF.map((of) => {
        const options = offers[of].map((id) => option(`${of}:${id}`, desk.titles[of].get(id) ?? id));
        return options.length > 0 && el('optgroup', { label: t.people.groups[of] }, ...options);
      });
      what.offer(t.people.what[kind], t.people.nothing[kind], groups);
    },
    read() {
      const [of, id] = what.input.value.split(':');
      if (!id) throw new Refusal(what, t.people.whatMissing);
      return { entrant, [of]: id };
    },
    of: what.text,
    clear: what.clear,
  };
}

/** A stop to skip. @param {Desk} desk @param {string} entrant @param {string} key @returns {Part} */
function skipPart(desk, entrant, key) {
  const what = choice(t.people.stop, `${key}:stop`);
  let lift = false;
  return {
    node: what.node,
    field: what,
    offer(person, kind) {
      lift = kind === 'unskip';
      const done = person.awards.filter((a) => !a.revoked).map((a) => a.challenge);
      const rest = desk.stats?.challenges.map((c) => c.id).filter((id) => !done.includes(id)) ?? [];
      const ids = lift ? person.skips : rest.filter((id) => !person.skips.includes(id));
      what.offer(
        t.people.stop,
        t.people.noStop,
        ids.map((id) => option(id, desk.titles.challenge.get(id) ?? id)),
      );
    },
    read() {
      if (!what.input.value) throw new Refusal(what, t.people.whatMissing);
      return { entrant, challenge: what.input.value, ...(lift ? { lift: true } : {}) };
    },
    of: what.text,
    clear: what.clear,
  };
}

/** @param {string} entrant @param {string} key @returns {Part} */
function namePart(entrant, key) {
  const input = el('input', { type: 'text', maxlength: 40, dir: 'auto', autocomplete: 'off' });
  const name = field({ label: t.people.newName, input });
  const clear = keep(input, `${key}:name`);
  return {
    node: name.node,
    field: name,
    read: () => ({ entrant, name: need(name, t.people.nameMissing) }),
    of: () => input.value.trim(),
    clear,
  };
}

/** @param {string} entrant @param {string} key @returns {Part} */
function minutesPart(entrant, key) {
  const { minutes, clear } = minutesField(key);
  return {
    node: minutes.node,
    field: minutes,
    read: () => ({ entrant, minutes: readMinutes(minutes) }),
    of: () => t.people.minutes(readChange(minutes.input.value) ?? 0),
    clear,
  };
}

/** @param {string} key */
export function minutesField(key) {
  const input = el('input', { type: 'text', inputmode: 'text', maxlength: 6, autocomplete: 'off' });
  const minutes = field({ label: t.people.moreMinutes, hint: t.people.minutesHint, input });
  return { minutes, clear: keep(input, `${key}:minutes`) };
}

/** @param {import('../views/field.js').Field} minutes @throws {Refusal} */
export function readMinutes(minutes) {
  const n = readChange(minutes.input.value);
  if (n === null) throw new Refusal(minutes, t.people.minutesBad);
  return n;
}

/** @param {Desk} desk @param {string} entrant @param {string} key @returns {Part} */
function divisionPart(desk, entrant, key) {
  const what = choice(t.people.division, `${key}:division`);
  return {
    node: what.node,
    field: what,
    offer(person) {
      const options = desk.divisions
        .filter((d) => d.id !== person.division)
        .map((d) => option(d.id, d.title));
      what.offer(t.people.division, '', [
        ...options,
        person.division !== '' && option('-', t.people.noDivision),
      ]);
    },
    read() {
      if (!what.input.value) throw new Refusal(what, t.people.whatMissing);
      return { entrant, division: what.input.value === '-' ? '' : what.input.value };
    },
    of: what.text,
    clear: what.clear,
  };
}

/** A player of a team, and the team to put it into. @param {Desk} desk @param {string} entrant @param {string} key @returns {Part} */
function movePart(desk, entrant, key) {
  const player = choice(t.people.player, `${key}:player`);
  const to = choice(t.people.team2, `${key}:to`);
  const search = field({
    label: t.people.findTeam,
    input: el('input', { type: 'search', autocomplete: 'off', dir: 'auto' }),
  });
  async function find() {
    const { entrants } = await searchEntrants(desk.hunt, search.input.value.trim(), 20);
    const teams = entrants.filter((e) => e.entrant !== entrant).map((e) => option(e.entrant, e.name));
    to.offer(t.people.team2, '', [...teams, option('-', t.people.noTeam)]);
  }
  const soon = later(() => find().catch(() => {}), 250);
  search.input.addEventListener('input', soon);
  return {
    node: el('div', { class: 'stack' }, player.node, search.node, to.node),
    field: to,
    offer(person) {
      const options = person.members.map((m) => option(m.player, m.name || m.player));
      player.offer(t.people.player, '', options);
      if (!to.input.length) soon();
    },
    read() {
      if (!player.input.value) throw new Refusal(player, t.people.whatMissing);
      if (!to.input.value) throw new Refusal(to, t.people.whatMissing);
      return { player: player.input.value, entrant: to.input.value === '-' ? '' : to.input.value };
    },
    of: () => `${player.text()} → ${to.text()}`,
    clear() {
      player.clear();
      to.clear();
    },
  };
}

/** @param {Desk} desk @param {string} entrant @param {string} key @returns {Record<Kind, Part>} */
export function partsOf(desk, entrant, key) {
  const give = givePart(desk, entrant, key);
  const skip = skipPart(desk, entrant, key);
  /** @param {Fields} more @returns {Part} */
  const plain = (more) => ({ node: null, read: () => ({ entrant, ...more }) });
  return {
    adjust: pointsPart(entrant, key),
    grant: give,
    revoke: give,
    rename: namePart(entrant, key),
    division: divisionPart(desk, entrant, key),
    extend: minutesPart(entrant, key),
    move: movePart(desk, entrant, key),
    skip,
    unskip: skip,
    hide: plain({ hidden: true }),
    show: plain({ hidden: false }),
    ban: plain({}),
    lift: plain({ lift: true }),
  };
}
