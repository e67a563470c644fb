import { own } from './ids.js';
import { language } from './language.js';

/**
 * The sentences of the player's page in the language in use. The other one is
 * never fetched.
 */
export const t = /** @type {import('./lang/en.js').Texts} */ ((await import(`./lang/${language}.js`)).t);

/** The words for an error of the server. @param {string} code @param {string} [detail] @param {string} [why] */
export function errorText(code, detail = '', why = '') {
  return (
    own(t.errors, why) ??
    own(t.errors, code) ??
    (detail ? detail[0].toUpperCase() + detail.slice(1) : t.internal)
  );
}
