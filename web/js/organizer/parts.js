import { el, setText } from '../dom.js';
import { DeskError, errorText, storage } from './api.js';
import { orders } from './orders.js';
import { t } from './strings.js';

/** @import { Stats } from '../types/api.js' */
/** @import { Field } from '../views/field.js' */

/**
 * A part of the desk below its tabs. One with choose shows another item without
 * being made again.
 * @typedef {{node: HTMLElement, tick?(stats: Stats): void, choose?(item: string): void}} Panel
 */

/** A field is not filled in as it has to be. */
export class Refusal extends Error {
  /** @param {Field} field @param {string} text */
  constructor(field, text) {
    super(text);
    this.field = field;
  }
}

/** The text in a field. @param {Field} f @param {string} missing @throws {Refusal} when it is empty */
export function need(f, missing) {
  const value = f.input.value.trim();
  if (!value) throw new Refusal(f, missing);
  return value;
}

/**
 * Keeps what is typed over a reload of the page.
 * @param {HTMLInputElement|HTMLTextAreaElement} input @param {string} key
 * @returns {() => void} empties it
 */
export function keep(input, key) {
  const name = `veltrix:desk:typed:${key}`;
  input.value = storage.getItem(name) ?? input.value;
  input.addEventListener('input', () => storage.setItem(name, input.value));
  return () => {
    input.value = '';
    storage.removeItem(name);
  };
}

/** @param {string} text @param {() => void} click @param {string} [name] class */
export function button(text, click, name = 'quiet small') {
  return el('button', { type: 'button', class: name, on: { click } }, text);
}

/**
 * A form that sends. An error is shown beside the field that it names, and what
 * was typed stays.
 * @param {string} text of the button @param {Record<string, Field>} fields by their name in the API
 * @param {Node[]} children @param {() => Promise<void>} send
 */
export function form(text, fields, children, send) {
  const general = el('p', { class: 'field-error', role: 'alert', hidden: true });
  const submit = el('button', { type: 'submit' }, text);
  const node = el('form', { class: 'sheet', novalidate: true }, ...children, general, submit);
  let busy = false;
  /** @param {unknown} error */
  const complain = (error) => {
    if (error instanceof Refusal) return refuse(error.field, error.message);
    const said = errorText(error);
    const plain = /** @type {Error} */ (error).message; // begins with the field that it names
    const about = error instanceof DeskError && error.suggestion ? 'name' : plain;
    const field = Object.entries(fields).find(([name, f]) => about.startsWith(name) && f.node.isConnected);
    if (field) return refuse(field[1], said);
    const open = said === t.unreachable || said === t.busy;
    setText(general, open && orders.some((o) => o.lost) ? t.onlyOnce : said);
    general.hidden = false;
  };
  node.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    submit.setAttribute('aria-disabled', 'true');
    general.hidden = true;
    try {
      await send();
    } catch (error) {
      complain(error);
    } finally {
      busy = false;
      submit.removeAttribute('aria-disabled');
    }
  });
  return { node, submit };
}

/** @param {Field} f @param {string} text */
function refuse(f, text) {
  f.error(text);
  f.input.focus();
}

/**
 * Asks before something that cannot be undone.
 * @param {string} title @param {string} text @param {string} yes @returns {Promise<boolean>}
 */
export function ask(title, text, yes) {
  return new Promise((resolve) => {
    const heading = el('h2', { class: 'panel-title', id: 'ask' }, title);
    const node = el(
      'dialog',
      { class: 'ask', 'aria-labelledby': 'ask' },
      heading,
      el('p', { dir: 'auto' }, text),
    );
    const choose = (/** @type {string} */ value) => () => node.close(value);
    node.append(
      el(
        'div',
        { class: 'actions' },
        button(yes, choose('yes'), 'grave'),
        button(t.cancel, choose(''), 'quiet'),
      ),
    );
    node.addEventListener('close', () => {
      node.remove();
      resolve(node.returnValue === 'yes');
    });
    document.body.append(node);
    node.showModal();
    /** @type {HTMLElement|null} */ (node.querySelector('button:last-child'))?.focus();
  });
}

/** @type {HTMLElement|undefined} */
let done;
/** @type {ReturnType<typeof setTimeout>|undefined} */
let quiet;

/** Shows for a while that something was done. @param {string} text */
export function tell(text) {
  done ??= el('p', { class: 'told', role: 'status' });
  if (!done.isConnected) document.body.append(done);
  setText(done, text);
  clearTimeout(quiet);
  quiet = setTimeout((node) => setText(node, ''), 6000, done);
}

/** Calls fn once for all calls with less than ms between them. @param {() => void} fn @param {number} ms */
export function later(fn, ms) {
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(fn, ms);
  };
}

/**
 * A line that says why something could not be fetched, with a button to try again.
 * @param {unknown} error @param {() => void} again
 */
export function trouble(error, again) {
  return el('p', { class: 'trouble', role: 'alert' }, errorText(error), ' ', button(t.again, again));
}
