/** @import { Refusal, State } from '../types/state.js' */
/** @import { Admission } from '../game.js' */
/** @import { Field } from './field.js' */
import { el, setText } from '../dom.js';
import { errorText, t } from '../strings.js';
import { field, freshName, group, keepDraft, VERBATIM } from './field.js';

/**
 * @typedef {object} EntryOptions
 * @property {string} code from the link
 * @property {() => string|null} playerName null while nobody is signed in
 * @property {(name: string, waits: (until: number) => void) => Promise<string>} signIn '' or what went wrong; calls waits while the server lets it wait
 * @property {(admission: Admission) => void} enter
 */

/**
 * The form that takes a player into a hunt: a name where none is known, a code
 * and a team where the hunt wants them.
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
  const team = teamFields();
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
    code.node,
    team.node,
    general,
    submit,
    turn,
  );
  keepDraft(form, '');
  team.show();
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
    if (!o.playerName() && !name.input.value.trim()) return refuse(name, t.entry.nameMissing);
    /** @type {Admission} */
    const admission = {};
    if (hunt?.definition?.code_required) {
      admission.code = code.input.value.trim();
      if (!admission.code) return refuse(code, t.entry.codeMissing);
    }
    if (hunt?.definition?.mode === 'team') {
      const wanted = team.read();
      if (!wanted) return null;
      admission.team = wanted;
    }
    return admission;
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
      form.hidden = hunt.presence !== 'watching' || closed;
      if (hadFocus && form.hidden) document.getElementById('main')?.focus();
      name.node.hidden = Boolean(known);
      playing.hidden = !known;
      setText(who, known ?? '');
      code.node.hidden = !hunt.definition?.code_required;
      team.node.hidden = hunt.definition?.mode !== 'team';
      const waiting = busy || hunt.joining;
      setText(submit, waiting ? t.entry.joining : t.entry.submit);
      submit.setAttribute('aria-disabled', String(waiting));
      setText(turn, turnAt ? t.entry.turn(turnAt - Date.now()) : '');
      if (hunt.refusal === shownRefusal) return;
      shownRefusal = hunt.refusal;
      if (hunt.refusal) showRefusal(hunt.refusal, hunt.definition?.mode === 'team');
    },
  };

  /** @param {Refusal} refusal @param {boolean} inTeams */
  function showRefusal(refusal, inTeams) {
    const text = errorText(refusal.code, refusal.message, refusal.why);
    const badCode = refusal.code === 'bad_code';
    if (badCode && (!inTeams || hunt?.definition?.code_required)) refuse(code, text);
    else if (inTeams && badCode) team.refuse(t.entry.inviteBad);
    else if (inTeams && refusal.code === 'bad_request') team.refuse(t.entry.nameRefused(refusal.message));
    else if (inTeams && refusal.code !== 'forbidden') team.refuse(text);
    else complain(text);
  }
}

/** @param {Field} f @param {string} text @returns {null} */
function refuse(f, text) {
  f.error(text);
  f.input.focus();
  return null;
}

/** Found a team or join one by its code. */
function teamFields() {
  const radio = freshName();
  const founds = el('input', { type: 'radio', name: radio, value: 'found', checked: true });
  const enters = el('input', { type: 'radio', name: radio, value: 'enter' });
  const name = field({
    label: t.entry.teamName,
    input: el('input', { type: 'text', maxlength: 40, dir: 'auto', autocomplete: 'off' }),
  });
  const invite = field({
    label: t.entry.invite,
    hint: t.entry.inviteHint,
    input: el('input', {
      type: 'text',
      maxlength: 64,
      ...VERBATIM,
      autocapitalize: 'characters',
      class: 'code',
    }),
  });
  const show = () => {
    name.node.hidden = !founds.checked;
    invite.node.hidden = founds.checked;
  };
  const option = (/** @type {HTMLInputElement} */ input, /** @type {string} */ text) =>
    el('label.option', input, el('span', text));
  const node = group(
    t.entry.team,
    '',
    false,
    el('div.options-row', option(founds, t.entry.found), option(enters, t.entry.enter)),
    name.node,
    invite.node,
  );
  node.addEventListener('change', show);
  const current = () => (founds.checked ? name : invite);
  return {
    node,
    show,
    /** @param {string} text */
    refuse: (text) => refuse(current(), text),
    /** @returns {Admission['team']|null} */
    read() {
      const text = current().input.value.trim();
      if (!text) return refuse(current(), founds.checked ? t.entry.teamNameMissing : t.entry.inviteMissing);
      return founds.checked ? { name: text } : { code: text };
    },
  };
}
