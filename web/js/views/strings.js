import { language } from '../language.js';

/** The sentences of the walk in the language in use; they come with the walk. */
export const t = /** @type {import('./lang/en.js').Texts} */ ((await import(`./lang/${language}.js`)).t);
