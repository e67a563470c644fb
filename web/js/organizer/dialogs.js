import { el } from '../dom.js';
import { field } from '../views/field.js';
import { button } from './parts.js';
import { t } from './strings.js';

/** A time as a field of the browser holds it, in the zone of the browser. @param {number} at */
export function localTime(at) {
  const d = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return d.toISOString().slice(0, 16);
}

/**
 * Asks for one thing.
 * @param {object} o
 * @param {string} o.title
 * @param {string} o.text
 * @param {string} o.label
 * @param {string} o.yes
 * @param {HTMLInputElement} o.input
 * @param {(value: string) => string} o.wrong what is wrong with it, or ''
 * @returns {Promise<string|null>} null when it is not wanted after all
 */
function askValue({ title, text, label, yes, input, wrong }) {
  return new Promise((resolve) => {
    const asked = field({ label, input });
    const submit = el('button', { type: 'submit' }, yes);
    const cancel = button(t.cancel, () => node.close(), 'quiet');
    const form = el(
      'form',
      { class: 'stack', novalidate: true },
      el('h2', { class: 'panel-title', id: 'ask' }, title),
      el('p', null, text),
      asked.node,
      el('div', { class: 'actions' }, submit, cancel),
    );
    const node = el('dialog', { class: 'ask', 'aria-labelledby': 'ask' }, form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const said = wrong(input.value.trim());
      if (!said) return node.close('yes');
      asked.error(said);
      input.focus();
    });
    node.addEventListener('close', () => {
      node.remove();
      resolve(node.returnValue === 'yes' ? input.value.trim() : null);
    });
    document.body.append(node);
    node.showModal();
    input.focus();
  });
}

/**
 * Asks for a time to come.
 * @param {{title: string, text: string, label: string, yes: string, now: number, optional?: boolean}} o optional may be left empty, for none
 * @returns {Promise<number|null|undefined>} Unix ms, null for none, undefined when it is not wanted after all
 */
export async function askTime({ now, optional = false, ...o }) {
  const input = el('input', { type: 'datetime-local', min: localTime(now) });
  const value = await askValue({
    ...o,
    input,
    wrong: (typed) =>
      typed ? (Date.parse(typed) > Date.now() ? '' : t.timeBad) : optional ? '' : t.timeMissing,
  });
  if (value === null) return undefined;
  return value ? Date.parse(value) : null;
}

/** Asks for a reason. @param {string} title @param {string} text @param {string} yes @returns {Promise<string|null>} */
export function askReason(title, text, yes) {
  const input = el('input', { type: 'text', maxlength: 500, dir: 'auto', autocomplete: 'off' });
  return askValue({
    title,
    text,
    label: t.people.reason,
    yes,
    input,
    wrong: (typed) => (typed ? '' : t.bin.reasonMissing),
  });
}
