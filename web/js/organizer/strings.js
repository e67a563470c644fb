import { language } from '../language.js';

/** The sentences of the desk in the language in use. The other one is never fetched. */
export const t = /** @type {import('./lang/en.js').Texts} */ ((await import(`./lang/${language}.js`)).t);
