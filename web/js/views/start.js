/** @import { Actions, HuntState, State } from '../types/state.js' */
import { el, lantern, setText } from '../dom.js';
import { span } from '../format.js';
import { own } from '../ids.js';
import { refusalText, t } from './strings.js';

/** Whether one's own time can be started. @param {HuntState} hunt */
export function canStart({ presence, phase, definition, you }) {
  return Boolean(definition?.limit && presence === 'joined' && phase === 'open' && !you?.ends);
}

/** How long one has, and the button that starts it. @param {Actions} actions */
export function startView(actions) {
  const big = el('p.countdown');
  const text = el('p');
  const button = el('button.wide', { type: 'button' }, t.limit.start);
  const error = el('p.field-error', { role: 'alert', hidden: true });
  const node = el('div.waiting.start', lantern('dim big'), big, text, button, error);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') actions.start();
  });
  return {
    node,
    /** @param {State} state @param {number} now */
    update({ hunt }, now) {
      const hadFocus = node.contains(document.activeElement);
      node.hidden = !canStart(hunt);
      if (node.hidden) {
        // What has opened stands where the button was.
        if (hadFocus) /** @type {HTMLElement|null} */ (node.parentElement?.querySelector('h2'))?.focus();
        return;
      }
      const { limit = 0, challenge_count: count = 0, mode } = hunt.definition ?? {};
      const left = hunt.closes ? Math.min(limit, hunt.closes - now) : limit;
      setText(big, span(left));
      setText(text, t.limit.before(count, mode === 'team'));
      setText(button, hunt.starting ? t.limit.starting : t.limit.start);
      button.setAttribute('aria-disabled', String(hunt.starting));
      const answer = own(hunt.verdicts, '');
      const said = answer?.outcome === 'error' ? refusalText(answer.code, answer.message, answer.why) : '';
      setText(error, said);
      error.hidden = !said || hunt.starting;
    },
  };
}
