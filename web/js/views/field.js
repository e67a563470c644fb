import { el, setText } from '../dom.js';

const DRAFT = 'veltrix:draft:';
let ids = 0;

/** For what has to stay as it is typed: a keyboard changes nothing of it. */
export const VERBATIM = /** @type {const} */ ({
  autocomplete: 'off',
  autocapitalize: 'off',
  autocorrect: 'off',
  spellcheck: false,
});

/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Input */
/** @template {Input} [I=Input] @typedef {{node: HTMLElement, input: I, error: (text: string) => void}} Field */

/**
 * A labelled input with room for a hint and an error beside it.
 * @template {Input} I
 * @param {object} o
 * @param {string} o.label
 * @param {string} [o.hint]
 * @param {I} o.input
 * @param {boolean} [o.labelIsForeign] the label was written by an organizer
 * @returns {Field<I>}
 */
export function field({ label, hint, input, labelIsForeign }) {
  const id = `f${++ids}`;
  input.id = id;
  const hintNode = hint ? el('p.field-hint', { id: `${id}-hint` }, hint) : null;
  const errorNode = el('p.field-error', { id: `${id}-error`, hidden: true });
  const describedBy = hint ? `${id}-hint` : '';
  if (describedBy) input.setAttribute('aria-describedby', describedBy);
  const node = el(
    'div.field',
    el('label', { for: id, dir: labelIsForeign ? 'auto' : undefined }, label),
    hintNode,
    input,
    errorNode,
  );
  const error = errorOn(errorNode, [input], describedBy);
  input.addEventListener('input', () => error(''));
  return { node, input, error };
}

/**
 * Shows an error in a node, and ties it to the inputs that it is about.
 * @param {HTMLElement} node @param {HTMLElement[]} inputs @param {string} [describedBy] ids that stay
 * @returns {(text: string) => void} '' takes the error away
 */
export function errorOn(node, inputs, describedBy = '') {
  return (text) => {
    setText(node, text);
    node.hidden = !text;
    for (const input of inputs) {
      const ids = text ? `${describedBy} ${node.id}`.trim() : describedBy;
      if (text) input.setAttribute('aria-invalid', 'true');
      else input.removeAttribute('aria-invalid');
      if (ids) input.setAttribute('aria-describedby', ids);
      else input.removeAttribute('aria-describedby');
    }
  };
}

/** @param {string} label @param {string} legendClass @param {boolean} foreign @param {...Node} children */
export function group(label, legendClass, foreign, ...children) {
  return el(
    'fieldset',
    el('legend', { class: legendClass, dir: foreign ? 'auto' : undefined }, label),
    ...children,
  );
}

/** A name that no other input of the page has. */
export function freshName() {
  return `g${++ids}`;
}

/**
 * Keeps what was typed or chosen in a form over a reload of this tab.
 * @param {HTMLElement} form @param {string} key
 */
export function keepDraft(form, key) {
  const slot = `${DRAFT}${location.pathname}:${key}`;
  const inputs = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input, textarea')]);
  try {
    const draft = JSON.parse(sessionStorage.getItem(slot) ?? '[]');
    for (const [i, input] of inputs.entries()) {
      if (typeof draft[i] === 'boolean') input.checked = draft[i];
      else if (draft[i] && !input.value) input.value = draft[i];
    }
  } catch {
    // Nothing was kept, or the browser allows no storage.
  }
  form.addEventListener('input', () => {
    const draft = inputs.map((input) => (/radio|checkbox/.test(input.type) ? input.checked : input.value));
    try {
      sessionStorage.setItem(slot, JSON.stringify(draft));
    } catch {
      // Then the draft lasts as long as the page.
    }
  });
}

/** Forgets what this player typed, for the next one on this device. */
export function forgetDrafts() {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(DRAFT)) sessionStorage.removeItem(key);
  } catch {
    // The browser allows no storage, so nothing was kept.
  }
}
