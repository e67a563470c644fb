/** @import { Challenge, Proof } from '../types/protocol.js' */
/** @import { Field } from './field.js' */
import { el, fill, setText } from '../dom.js';
import { plainNumber } from '../format.js';
import { errorOn, field, freshName, group, VERBATIM } from './field.js';
import { besides, readings } from './number.js';
import { t } from './strings.js';

/**
 * The part of a claim form that asks for one kind of proof.
 * @typedef {object} ProofFields
 * @property {HTMLElement} node
 * @property {() => Proof|null} read null after showing what is missing
 * @property {(text: string) => void} error
 * @property {(busy: boolean) => void} busy
 * @property {() => void} focus
 */

/**
 * The fields for a challenge, or null where nothing can be typed.
 * @param {Challenge} challenge @param {string} [code] found already, from a link
 * @returns {ProofFields|null}
 */
export function proofFields(challenge, code = '') {
  switch (challenge.proof.kind) {
    case 'text':
      return typed({ label: t.proof.answer, toProof: (text) => ({ text }) });
    case 'number':
      return numberFields();
    case 'code':
      return codeFields(code);
    case 'review':
      return noteFields(challenge.proof.prompt);
    case 'choice':
      return choiceFields(challenge);
    case 'location':
      return locationFields();
    default:
      return null;
  }
}

/** A code: typed, or read by the camera where the browser can. @param {string} value @returns {ProofFields} */
function codeFields(value) {
  const fields = typed({
    label: t.proof.code,
    value,
    class: 'code',
    capitalize: true,
    toProof: (text) => ({ code: text }),
  });
  if (!('BarcodeDetector' in globalThis && isSecureContext)) return fields;
  const start = el('button.quiet', { type: 'button' }, t.camera.start);
  const note = el('p.field-hint', { role: 'status' }, t.camera.why);
  const video = el('video', { muted: true, playsinline: true, hidden: true });
  /** @type {AbortController|null} */
  let scanning = null;
  start.addEventListener('click', async () => {
    if (scanning) {
      scanning.abort();
      return;
    }
    scanning = new AbortController();
    setText(start, t.camera.stop);
    setText(note, t.camera.aim);
    video.hidden = false;
    fields.error('');
    try {
      const { scan } = await import('./camera.js');
      const code = await scan(video, scanning.signal);
      setText(note, code ? t.camera.found : t.camera.why);
      if (code) fields.fill(code);
    } catch (reason) {
      setText(note, '');
      fields.error(typeof reason === 'string' ? reason : t.camera.none);
    }
    scanning = null;
    video.hidden = true;
    setText(start, t.camera.start);
  });
  return { ...fields, node: el('div.fields', fields.node, start, note, video) };
}

/**
 * A number. Where what was typed can be two, the player chooses: a press of the
 * wrong key must not cost an attempt, so the choice is not in the way of Enter.
 * @returns {ProofFields}
 */
function numberFields() {
  const choice = el('div.either', { role: 'status' });
  /** What was typed, and what it is to mean. @type {{text: string, number: number}|null} */
  let meant = null;
  const fields = typed({
    label: t.proof.number,
    inputmode: 'decimal',
    toProof(text) {
      fill(choice);
      if (meant?.text === text) return { number: meant.number };
      const [number, other] = readings(text);
      if (number === undefined) return unreadable(text);
      if (other === undefined) return { number };
      fill(choice, ...[number, other].map((n) => meaning(text, n)));
      return t.proof.either(plainNumber(number), plainNumber(other));
    },
  });
  /** @param {string} text @param {number} number */
  function meaning(text, number) {
    const click = () => {
      meant = { text, number };
      choice.closest('form')?.requestSubmit();
    };
    return el('button.quiet', { type: 'button', on: { click } }, plainNumber(number));
  }
  fields.node.addEventListener('input', () => fill(choice));
  return { ...fields, node: el('div.fields', fields.node, choice) };
}

/** Why a text is no number. @param {string} text */
function unreadable(text) {
  const unit = besides(text);
  return unit ? t.proof.numberAlone(unit) : t.proof.notNumber;
}

/**
 * @param {{label: string, value?: string, class?: string, inputmode?: string, capitalize?: boolean,
 *   toProof: (text: string) => Proof|string}} o toProof returns what is wrong with the text, or the proof
 */
function typed(o) {
  const input = el('input', {
    type: 'text',
    value: o.value ?? '',
    class: o.class,
    dir: 'auto',
    ...VERBATIM,
    autocapitalize: o.capitalize ? 'characters' : 'off',
    enterkeyhint: 'send',
    inputmode: o.inputmode,
    maxlength: 1000,
  });
  return oneField(field({ label: o.label, input }), o.toProof);
}

/** @param {string} [prompt] @returns {ProofFields} */
function noteFields(prompt) {
  const input = el('textarea', { rows: 3, maxlength: 2000, dir: 'auto' });
  return oneField(
    field({ label: prompt || t.proof.note, labelIsForeign: Boolean(prompt), input }),
    (note) => ({ review: { note } }),
  );
}

/** @param {Field<HTMLInputElement|HTMLTextAreaElement>} f @param {(text: string) => Proof|string} toProof */
function oneField({ node, input, error }, toProof) {
  return {
    node,
    error,
    /** @param {boolean} busy */
    busy(busy) {
      input.readOnly = busy;
    },
    focus() {
      input.focus();
      input.select();
    },
    /** @param {string} text */
    fill(text) {
      input.value = text;
      input.focus();
    },
    read() {
      const text = input.value.trim();
      /** @type {Proof|string} */
      const proof = text ? toProof(text) : t.proof.missing;
      if (typeof proof !== 'string') return proof;
      error(proof);
      input.focus();
      return null;
    },
  };
}

/** @param {Challenge} challenge @returns {ProofFields} */
function choiceFields({ proof }) {
  const name = freshName();
  const inputs = (proof.options ?? []).map((value) =>
    el('input', { type: proof.multiple ? 'checkbox' : 'radio', name, value }),
  );
  const errorNode = el('p.field-error', { id: `${name}-error`, hidden: true });
  const label = proof.multiple ? t.proof.choices : t.proof.choice;
  const options = inputs.map((input) => el('label.option', input, el('span', { dir: 'auto' }, input.value)));
  const node = group(label, '', false, ...options, errorNode);
  const error = errorOn(errorNode, inputs);
  node.addEventListener('change', () => error(''));
  return {
    node,
    error,
    busy(busy) {
      node.classList.toggle('busy', busy);
    },
    focus() {
      (inputs.find((i) => i.checked) ?? inputs[0])?.focus();
    },
    read() {
      const chosen = inputs.filter((i) => i.checked).map((i) => i.value);
      if (!chosen.length) {
        error(t.proof.noChoice);
        inputs[0]?.focus();
        return null;
      }
      return { choice: proof.multiple ? chosen : chosen[0] };
    },
  };
}

/** @returns {ProofFields} */
function locationFields() {
  const coordinate = () => el('input', { type: 'text', inputmode: 'text', ...VERBATIM, class: 'short' });
  const lat = field({ label: t.proof.lat, input: coordinate() });
  const lon = field({ label: t.proof.lon, input: coordinate() });
  const note = el('p.field-hint', { role: 'status' }, t.proof.geoWhy);
  const errorNode = el('p.field-error', { id: freshName(), hidden: true });
  let accuracy = 1; // m; coordinates typed by hand are taken as exact
  for (const f of [lat, lon]) {
    f.input.addEventListener('input', () => {
      accuracy = 1;
      setText(note, '');
      error('');
    });
  }
  const locate = el('button', { type: 'button', class: 'quiet' }, t.proof.position);
  const error = errorOn(errorNode, [locate]);
  locate.addEventListener('click', async () => {
    error('');
    setText(note, t.proof.locating);
    try {
      const { coords } = await position();
      lat.input.value = coords.latitude.toFixed(6);
      lon.input.value = coords.longitude.toFixed(6);
      lat.error('');
      lon.error('');
      accuracy = coords.accuracy;
      setText(note, t.proof.accuracy(accuracy));
    } catch (reason) {
      setText(note, '');
      error(String(reason));
    }
  });
  const pair = el('div.pair', lat.node, lon.node);
  const node = el('div.fields', locate, note, errorNode, el('p.or', t.proof.byHand), pair);
  return {
    node,
    error,
    busy(busy) {
      lat.input.readOnly = lon.input.readOnly = locate.disabled = busy;
    },
    focus: () => lat.input.focus(),
    read() {
      const at = { lat: bounded(lat, 90, t.proof.badLat), lon: bounded(lon, 180, t.proof.badLon) };
      if (at.lat === null || at.lon === null) return null;
      return { location: { lat: at.lat, lon: at.lon, accuracy } };
    },
  };
}

/** @param {Field} f @param {number} bound @param {string} complaint @returns {number|null} */
function bounded(f, bound, complaint) {
  const [n, other] = readings(f.input.value).filter((found) => Math.abs(found) <= bound);
  if (n !== undefined && other === undefined) return n;
  f.error(complaint);
  f.input.focus();
  return null;
}

/** @returns {Promise<GeolocationPosition>} rejects with a sentence */
function position() {
  if (!('geolocation' in navigator)) return Promise.reject(t.proof.noGeo);
  if (!isSecureContext) return Promise.reject(t.proof.geoInsecure);
  return new Promise((resolve, reject) => {
    navigator.geolocation.getCurrentPosition(
      resolve,
      (e) => reject(e.code === 1 ? t.proof.geoDenied : e.code === 3 ? t.proof.geoSlow : t.proof.geoUnknown),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 5_000 },
    );
  });
}
