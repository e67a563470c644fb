/** @import { Refusal, State } from '../types/state.js' */
/** @import { Admission } from '../game.js' */
/** @import { Field } from './field.js' */
/** @import { Definition } from '../types/protocol.js' */
/** @import { Company } from './company.js' */
import { el, setText } from '../dom.js';
import { errorText, t } from '../strings.js';
import { field, keepDraft, VERBATIM } from './field.js';

/**
 * @typedef {object} EntryOptions
 * @property {string} code from the link
 * @property {() => string|null} playerName null while nobody is signed in
 * @property {(name: string, waits: (until: number) => void) => Promise<string>} signIn '' or what went wrong; calls waits while the server lets it wait
 * @property {(admission: Admission) => void} enter
 */

/** Whether a hunt asks for a team or a division. @param {Definition|null} [definition] */
const asksMore = (definition) => definition?.mode === 'team' || Boolean(definition?.divisions?.length);

/**
 * The form that takes a player into a hunt: a name where none is known, a code
 * where the hunt wants one. What it wants to know of a team or a division follows.
 * @param {EntryOptions} o
 */
export function entryView(o) {
  const name = field({
    label: t.entry.name,
    hint: t.entry.nameHint,
    input: el('input', {
      type: 'text',
      maxlength: 40,
      autocomplete: 'nickname',
      dir: 'auto',
      enterkeyhint: 'go',
    }),
  });
  const code = field({
    label: t.entry.code,
    hint: t.entry.codeHint,
    input: el('input', {
      type: 'text',
      value: o.code,
      maxlength: 64,
      ...VERBATIM,
      autocapitalize: 'characters',
      class: 'code',
    }),
  });
  const suggested = el('button.quiet', { type: 'button', hidden: true, on: { click: takeSuggested } });
  /** @type {Company|undefined} */
  let company;
  const place = el('div', { hidden: true });
  const links = el('p.small-print.links');
  const who = el('bdi');
  const playing = el('p.small-print', `${t.playingAs} `, who);
  const submit = el('button', { type: 'submit', class: 'wide' }, t.entry.submit);
  const general = el('p.field-error', { role: 'alert', hidden: true });
  const turn = el('p.small-print', { role: 'timer' });
  const form = el(
    'form.entry',
    { novalidate: true },
    el('h2.panel-title', t.entry.title),
    playing,
    name.node,
    suggested,
    code.node,
    place,
    general,
    submit,
    links,
    turn,
  );
  keepDraft(form, '');
  let fetching = false;
  let busy = false;
  let turnAt = 0;
  /** @type {State['hunt']|null} */
  let hunt = null;
  /** @type {State['hunt']['refusal']} */
  let shownRefusal = null;

  /** @param {string} text */
  const complain = (text) => {
    setText(general, text);
    general.hidden = !text;
  };
  /** @returns {Admission|null} */
  function read() {
    /** @type {Admission} */
    const admission = {};
    if (!name.node.hidden) {
      admission.name = name.input.value.trim();
      if (!admission.name) return refuse(name, t.entry.nameMissing);
    }
    if (hunt?.definition?.code_required) {
      admission.code = code.input.value.trim();
      if (!admission.code) return refuse(code, t.entry.codeMissing);
    }
    const more = company ? company.read() : {};
    return more && { ...admission, ...more };
  }
  function takeSuggested() {
    name.input.value = suggested.dataset.name ?? '';
    form.requestSubmit();
  }
  /** @param {Definition} definition */
  async function fetchCompany(definition) {
    if (fetching) return;
    fetching = true;
    try {
      const { companyFields } = await import('./company.js');
      company = companyFields(definition);
      place.replaceWith(company.node);
    } finally {
      fetching = false; // not sooner: a second company would be asked for what the page does not show
    }
  }
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy || hunt?.joining) return;
    complain('');
    const admission = read();
    if (!admission) return;
    if (!o.playerName()) {
      busy = true;
      const failure = await o.signIn(name.input.value.trim(), (until) => {
        turnAt = until;
      });
      busy = false;
      turnAt = 0;
      if (failure) {
        name.error(failure);
        name.input.focus();
        return;
      }
    }
    o.enter(admission);
  });

  return {
    node: form,
    complain,
    /** @param {State} state */
    update(state) {
      hunt = state.hunt;
      const known = o.playerName();
      const closed = hunt.phase === 'closed';
      const hadFocus = form.contains(document.activeElement);
      const { definition } = hunt;
      const waits = asksMore(definition) && !company;
      form.hidden = hunt.presence !== 'watching' || closed || waits;
      if (waits && definition && hunt.presence === 'watching') fetchCompany(definition).catch(() => {});
      if (hadFocus && form.hidden) document.getElementById('main')?.focus();
      const taken = hunt.refusal?.why === 'name' && definition?.mode !== 'team';
      name.node.hidden = Boolean(known) && !taken;
      playing.hidden = !name.node.hidden;
      if (!taken) suggested.hidden = true;
      setText(who, known ?? '');
      code.node.hidden = !definition?.code_required;
      showLinks(links, definition);
      const waiting = busy || hunt.joining;
      setText(submit, waiting ? t.entry.joining : t.entry.submit);
      submit.setAttribute('aria-disabled', String(waiting));
      setText(turn, turnAt ? t.entry.turn(turnAt - Date.now()) : '');
      if (hunt.refusal === shownRefusal) return;
      shownRefusal = hunt.refusal;
      if (hunt.refusal) showRefusal(hunt.refusal);
    },
  };

  /** @param {Refusal} refusal */
  function showRefusal(refusal) {
    if (company?.refuse(refusal)) return;
    const text = errorText(refusal.code, refusal.message, refusal.why);
    if (refusal.why === 'name') {
      const { suggestion = '' } = refusal;
      suggested.dataset.name = suggestion;
      suggested.hidden = !suggestion;
      name.input.value ||= o.playerName() ?? '';
      setText(suggested, t.entry.suggested(suggestion));
      refuse(name, text);
    } else if (refusal.code === 'bad_code') refuse(code, text);
    else complain(text);
  }
}

/** Who is responsible, and what happens with the names. @param {HTMLElement} node @param {Definition|null} definition */
function showLinks(node, definition) {
  const { privacy, imprint } = definition?.links ?? {};
  const all = [privacy && link(privacy, t.entry.privacy), imprint && link(imprint, t.entry.imprint)];
  if (!node.firstChild) node.append(...all.filter((a) => a instanceof Node));
  node.hidden = !node.firstChild;
}

/** @param {string} href @param {string} text */
function link(href, text) {
  return /^https?:/.test(href) && el('a', { href, rel: 'noopener noreferrer', target: '_blank' }, text);
}

/** @param {Field} f @param {string} text @returns {null} */
export function refuse(f, text) {
  f.error(text);
  f.input.focus();
  return null;
}
