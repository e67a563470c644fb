import { own } from '../ids.js';
import { language } from '../language.js';
import { errorText } from '../strings.js';

/** The sentences of the walk in the language in use; they come with the walk. */
export const t = /** @type {import('./lang/en.js').Texts} */ ((await import(`./lang/${language}.js`)).t);

/** The words for a refusal of a claim or an order. @param {string} code @param {string} [detail] @param {string} [why] */
export function refusalText(code, detail, why = '') {
  return own(t.errors, why) ?? own(t.errors, code) ?? errorText(code, detail, why);
}
