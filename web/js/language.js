const KEY = 'veltrix.language';

/** @typedef {'en'|'de'} Language */

/** The languages of the page, each by its own name. */
export const LANGUAGES = /** @type {const} */ ({ en: 'English', de: 'Deutsch' });

/** @param {unknown} tag @returns {Language|undefined} */
function spoken(tag) {
  const language = String(tag ?? '').slice(0, 2);
  return Object.hasOwn(LANGUAGES, language) ? /** @type {Language} */ (language) : undefined;
}

/** @returns {Language} the one chosen here, or the first of the browser's that the page speaks */
function chosen() {
  let kept;
  try {
    kept = globalThis.localStorage?.getItem(KEY);
  } catch {
    // Storage is forbidden here: the browser's languages decide.
  }
  const wanted = globalThis.document ? globalThis.navigator.languages : [];
  return [kept, ...wanted].map(spoken).find(Boolean) ?? 'en';
}

export const language = chosen();

/** For Intl: the browser's own variant of the language (en-GB, de-AT) where it has one. */
export const locale =
  (globalThis.document && globalThis.navigator.languages.find((tag) => spoken(tag) === language)) || language;

/** @template T @param {Record<Language, T>} texts @returns {T} */
export const pick = (texts) => texts[language];

/** Keeps the choice and loads the page again in it. @param {Language} next */
export function speak(next) {
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Storage is forbidden here: the page stays with the browser's language.
  }
  location.reload();
}

if (globalThis.document) document.documentElement.lang = language;
