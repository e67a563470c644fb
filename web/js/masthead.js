/** @import { Identity } from './identity.js' */
/** @import { Language } from './language.js' */
import { el, fill } from './dom.js';
import { LANGUAGES, language, speak } from './language.js';
import { t } from './strings.js';

/** Shows who plays, and the other languages. @param {Identity|null} identity */
export function masthead(identity) {
  const others = /** @type {[Language, string][]} */ (Object.entries(LANGUAGES)).filter(
    ([id]) => id !== language,
  );
  fill(
    /** @type {HTMLElement} */ (document.getElementById('who')),
    identity && el('bdi', { title: identity.name }, identity.name),
    ...others.map(([lang, name]) =>
      el('button.plain', { type: 'button', lang, on: { click: () => speak(lang) } }, name),
    ),
  );
  fill(/** @type {Element} */ (document.querySelector('.skip')), t.skip);
}
