import { language } from './language.js';

/**
 * The sentences of the player's page in the language in use; the other
 * language is never fetched.
 */
export const t = /** @type {import('./lang/en.js').Texts} */ ((await import(`./lang/${language}.js`)).t);

/** What an error of the server says to the player. @param {string} code @param {string} [detail] @param {string} [why] */
export function errorText(code, detail = '', why = '') {
  return t.errors[why] ?? t.errors[code] ?? (detail ? detail[0].toUpperCase() + detail.slice(1) : t.internal);
}
