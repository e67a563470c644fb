/** @import { Review } from '../types/api.js' */
/** @import { Desk } from './desk.js' */
/** @import { Panel } from './parts.js' */
import { el, fill, foreign, keyed } from '../dom.js';
import { moment } from '../format.js';
import { field } from '../views/field.js';
import { errorText } from './api.js';
import { button, keep, tell, trouble } from './parts.js';
import { decide, reviewsOf } from './requests.js';
import { t } from './strings.js';

/**
 * The claims that wait for a decision.
 * @param {Desk} desk @param {(waiting: number) => void} counted @returns {Panel}
 */
export function reviewsView(desk, counted) {
  const list = el('div', { class: 'reviews' });
  const none = el('p', { class: 'empty', hidden: true }, t.reviews.none);
  const said = el('div', { role: 'status' });

  async function load() {
    try {
      const reviews = await reviewsOf(desk.hunt);
      keyed(list, reviews, (r) => `${r.claim} ${r.entrant} ${r.challenge}`, card);
      none.hidden = reviews.length > 0;
      counted(reviews.length);
      fill(said);
    } catch (error) {
      fill(said, trouble(error, load));
    }
  }

  /** @param {Review} r */
  function card(r) {
    const reason = field({
      label: t.reviews.reason,
      hint: t.reviews.optional,
      input: el('input', { type: 'text', maxlength: 500, dir: 'auto', autocomplete: 'off' }),
    });
    const most = desk.upTo.get(r.challenge) ?? 0;
    const points = field({
      label: t.reviews.points(most),
      input: el('input', {
        type: 'text',
        inputmode: 'numeric',
        maxlength: 7,
        autocomplete: 'off',
        value: most,
      }),
    });
    points.node.hidden = !most;
    const clear = keep(reason.input, `${desk.hunt}:review:${r.claim}`);
    let busy = false;
    const answer = async (/** @type {boolean} */ approve) => {
      if (busy) return;
      const given = readPoints(points.input.value, most);
      if (approve && most && given === null) {
        points.error(t.reviews.pointsBad(most));
        points.input.focus();
        return;
      }
      busy = true;
      const { entrant, challenge } = r;
      const label = `${approve ? t.reviews.approve : t.reviews.reject}: ${r.name}`;
      const body = {
        approve,
        reason: reason.input.value.trim(),
        entrant,
        challenge,
        ...(approve && most ? { points: given } : {}),
      };
      try {
        await decide(desk.hunt, r.claim, body, label);
        clear();
        tell(approve ? t.reviews.approved : t.reviews.rejected);
        await load();
      } catch (error) {
        reason.error(errorText(error));
      }
      busy = false;
    };
    const what = desk.titles.challenge.get(r.challenge) ?? r.challenge;
    const node = el(
      'article',
      { class: 'sheet' },
      el('h2', { class: 'panel-title' }, foreign(what)),
      el(
        'p',
        { class: 'facts' },
        el('a', { href: desk.link('entrants', r.entrant) }, foreign(r.name || r.entrant)),
        ` · ${moment(r.at, Date.now())}`,
      ),
      el('blockquote', { dir: 'auto' }, r.note || '–'),
      points.node,
      reason.node,
      el(
        'div',
        { class: 'actions' },
        button(t.reviews.approve, () => answer(true), ''),
        button(t.reviews.reject, () => answer(false), 'quiet'),
      ),
    );
    return { node, update() {} };
  }

  load();
  let ticks = 0;
  return {
    node: el('div', null, said, none, list),
    tick() {
      if (++ticks % 3 === 0) load();
    },
  };
}

/** The points that an approval gives; null for anything but a whole number up to most. @param {string} text @param {number} most */
export function readPoints(text, most) {
  const typed = text.trim();
  return /^\d+$/.test(typed) && Number(typed) <= most ? Number(typed) : null;
}
