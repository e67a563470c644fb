/** @import { Definition, Division } from '../types/protocol.js' */
/** @import { Refusal } from '../types/state.js' */
/** @import { Admission } from '../game.js' */
/** @typedef {ReturnType<typeof companyFields>} Company */
import { el, setText } from '../dom.js';
import { errorOn, field, freshName, group, keepDraft, VERBATIM } from './field.js';
import { refusalText, t } from './strings.js';

/** With whom one plays: the team, and the division.  @param {Definition} definition */
export function companyFields({ mode, divisions = [], code_required }) {
  const team = mode === 'team' ? teamFields() : null;
  const division = divisions.length ? divisionFields(divisions) : null;
  const node = el('div.company', team?.node, division?.node);
  keepDraft(node, 'company');
  const show = () => {
    team?.show();
    // Whoever joins a team is in its division.
    if (division) division.node.hidden = Boolean(team && !team.founds());
    division?.show();
  };
  node.addEventListener('change', show);
  show();
  return {
    node,
    /** @returns {Admission|null} null after showing what is missing */
    read() {
      /** @type {Admission} */
      const admission = {};
      if (team) {
        const wanted = team.read();
        if (!wanted) return null;
        admission.team = wanted;
      }
      const chosen = division && !division.node.hidden ? division.read() : {};
      return chosen && { ...admission, ...chosen };
    },
    /** @param {Refusal} refusal @returns {boolean} whether it is shown here */
    refuse({ code, message, why, suggestion }) {
      const text = refusalText(code, message, why);
      if (why === 'division' && division) division.refuse(text);
      else if (!team || code === 'forbidden') return false;
      else if (code === 'bad_code') {
        if (code_required) return false;
        team.refuse(t.entry.inviteBad);
      } else if (why === 'name') team.refuse(text, suggestion);
      else team.refuse(code === 'bad_request' && !why ? t.entry.nameRefused(message) : text);
      return true;
    },
  };
}

/** @param {string} label @param {string} [hint] */
function codeField(label, hint) {
  const input = el('input', {
    type: 'text',
    maxlength: 64,
    ...VERBATIM,
    autocapitalize: 'characters',
    class: 'code',
  });
  return field({ label, hint, input });
}

/** @param {HTMLInputElement} input @param {string} text */
const option = (input, text) => el('label.option', input, el('span', { dir: 'auto' }, text));

/** Found a team or join one by its code. */
function teamFields() {
  const radio = freshName();
  const founds = el('input', { type: 'radio', name: radio, value: 'found', checked: true });
  const enters = el('input', { type: 'radio', name: radio, value: 'enter' });
  const name = field({
    label: t.entry.teamName,
    input: el('input', { type: 'text', maxlength: 40, dir: 'auto', autocomplete: 'off' }),
  });
  const invite = codeField(t.entry.invite, t.entry.inviteHint);
  const suggested = el('button.quiet', { type: 'button', hidden: true });
  suggested.addEventListener('click', () => {
    name.input.value = suggested.dataset.name ?? '';
    suggested.hidden = true;
    suggested.closest('form')?.requestSubmit();
  });
  const node = group(
    t.entry.team,
    '',
    false,
    el('div.options-row', option(founds, t.entry.found), option(enters, t.entry.enter)),
    name.node,
    suggested,
    invite.node,
  );
  const current = () => (founds.checked ? name : invite);
  return {
    node,
    founds: () => founds.checked,
    show() {
      name.node.hidden = !founds.checked;
      invite.node.hidden = founds.checked;
      if (!founds.checked) suggested.hidden = true;
    },
    /** @param {string} text @param {string} [suggestion] */
    refuse(text, suggestion = '') {
      current().error(text);
      suggested.dataset.name = suggestion;
      suggested.hidden = !suggestion;
      setText(suggested, t.entry.suggested(suggestion));
      current().input.focus();
    },
    /** @returns {Admission['team']|null} */
    read() {
      const text = current().input.value.trim();
      if (text) return founds.checked ? { name: text } : { code: text };
      current().error(founds.checked ? t.entry.teamNameMissing : t.entry.inviteMissing);
      current().input.focus();
      return null;
    },
  };
}

/** @param {Division[]} divisions */
function divisionFields(divisions) {
  const radio = freshName();
  // Where all take a code, nobody has to be in one.
  const free = divisions.every((d) => d.code_required);
  const all = free
    ? [...divisions, { id: '', title: t.entry.divisionNone, code_required: false }]
    : divisions;
  const options = all.map((division) => {
    const input = el('input', { type: 'radio', name: radio, value: division.id });
    return { division, input, node: option(input, division.title) };
  });
  const code = codeField(t.entry.divisionCode, t.entry.divisionCodeHint);
  const errorNode = el('p.field-error', { id: `${radio}-error`, hidden: true });
  const node = group(t.entry.division, '', false, ...options.map((o) => o.node), code.node, errorNode);
  const error = errorOn(
    errorNode,
    options.map((o) => o.input),
  );
  node.addEventListener('change', () => error(''));
  const chosen = () => options.find((o) => o.input.checked)?.division;
  return {
    node,
    show() {
      code.node.hidden = !chosen()?.code_required;
    },
    /** @param {string} text */
    refuse(text) {
      if (code.node.hidden) return error(text);
      code.error(text);
      code.input.focus();
    },
    /** @returns {Admission|null} */
    read() {
      const division = chosen();
      if (!division) {
        error(t.entry.divisionMissing);
        options[0].input.focus();
        return null;
      }
      if (!division.id) return {};
      const typed = code.input.value.trim();
      if (!division.code_required) return { division: division.id };
      if (typed) return { division: division.id, division_code: typed };
      code.error(t.entry.codeMissing);
      code.input.focus();
      return null;
    },
  };
}
