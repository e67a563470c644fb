/** @import { Challenge } from '../types/protocol.js' */
/** @import { Actions, HuntState, State } from '../types/state.js' */
import { statusOf } from '../derive.js';
import { el, fill, keyed, lantern, setText } from '../dom.js';
import { span } from '../format.js';
import { t as page } from '../strings.js';
import { challengeView, stopKey } from './challenge.js';
import { durationText } from './conditions.js';
import { startView } from './start.js';
import { t } from './strings.js';
import { falls } from './words.js';

/** The challenges, one under the other like stops of a walk. @param {Actions} actions */
export function trailView(actions) {
  const heading = el('h2.panel-title', { tabindex: -1 }, t.trail.title);
  const stops = el('div.stops');
  const fixed = el('p.small-print', { hidden: true }, t.trail.fixed);
  const waiting = waitingView();
  const start = startView(actions);
  const filter = filterView(() => update(state, now));
  const noneLeft = el('p.empty', { hidden: true }, t.trail.noneLeft);
  const node = el(
    'section.panel.trail',
    { id: 'trail', 'aria-label': t.trail.title },
    heading,
    start.node,
    waiting.node,
    filter.node,
    noneLeft,
    stops,
    fixed,
  );
  /** @type {State} */
  let state;
  let now = 0;
  /** @type {string[]} */
  let ready = [];
  /** @type {Map<string, ReturnType<typeof challengeView>>} */
  const views = new Map();

  /** @param {string} id */
  function open(id) {
    const view = views.get(id);
    if (!view) return false;
    if (view.node.hidden) filter.reset();
    view.node.open = true;
    view.node.scrollIntoView({ block: 'start' });
    view.focusClaim();
    return true;
  }
  /** @param {string} from */
  function openNext(from) {
    open(nextStop(state.hunt, ready, from));
  }

  /** @param {State} next @param {number} at */
  function update(next, at) {
    state = next;
    now = at;
    const challenges = state.hunt.definition?.challenges ?? [];
    const joined = state.hunt.presence === 'joined';
    ready = readyStops(state.hunt, now);
    start.update(state, now);
    waiting.update(state, now, !start.node.hidden);
    heading.hidden = challenges.length === 0;
    fixed.hidden = !challenges.some(falls);
    const held = openStop(stops);
    const focused = document.activeElement?.closest('.stop')?.id;
    keyed(stops, challenges, stopKey, (c) => {
      const view = challengeView(c, actions, () => openNext(c.id));
      view.node.open = held === view.node.id;
      const was = views.get(c.id)?.node.dataset.status ?? '';
      if (!c.locked && ['locked', 'early'].includes(was)) view.node.classList.add('opened');
      views.set(c.id, view);
      return {
        node: view.node,
        update: () =>
          view.update(
            state,
            now,
            ready.some((id) => id !== c.id),
          ),
      };
    });
    // A stop that was made again has lost the focus.
    if (focused && document.activeElement === document.body)
      /** @type {HTMLElement|null|undefined} */ (
        document.getElementById(focused)?.firstElementChild
      )?.focus();
    filter.update(challenges, joined);
    let shown = 0;
    for (const c of challenges) {
      const view = views.get(c.id)?.node;
      if (!view) continue;
      // An open stop stays, so that a find is not gone in the moment of finding.
      view.hidden = !view.open && !filter.passes(c, view.dataset.status ?? '');
      if (!view.hidden) shown++;
    }
    noneLeft.hidden = shown > 0 || !challenges.length;
  }

  return { node, open, update };
}

/** The challenges that can be claimed, in the order of the trail. @param {HuntState} hunt @param {number} now */
export function readyStops(hunt, now) {
  if (hunt.presence !== 'joined') return [];
  return (hunt.definition?.challenges ?? [])
    .filter((c) => statusOf(hunt, c, now) === 'ready')
    .map((c) => c.id);
}

/** The next of those that are ready, else the first of them. @param {HuntState} hunt @param {string[]} ready @param {string} from */
export function nextStop(hunt, ready, from) {
  const order = hunt.definition?.challenges.map((c) => c.id) ?? [];
  return ready.find((id) => order.indexOf(id) > order.indexOf(from)) ?? ready[0];
}

const MANY = 12; // challenges from which on a trail can be narrowed

/** Narrows a long trail to a category, or to what is not found yet. @param {() => void} onChange */
function filterView(onChange) {
  const category = el('select', { id: 'category' });
  const left = el('input', { type: 'checkbox' });
  const choice = el('div.field', el('label', { for: 'category' }, t.trail.category), category);
  const rest = el('label.option', left, el('span', t.trail.left));
  const node = el('div.trail-filter', { hidden: true }, choice, rest);
  node.addEventListener('change', onChange);
  let offered = '';
  return {
    node,
    reset() {
      category.value = '';
      left.checked = false;
      onChange();
    },
    /** @param {Challenge[]} challenges @param {boolean} playing */
    update(challenges, playing) {
      const names = [...new Set(challenges.map((c) => c.category).filter(Boolean))];
      if (offered !== names.join('\n')) {
        offered = names.join('\n');
        const chosen = category.value;
        const options = names.map((name) => el('option', { value: name, dir: 'auto' }, name));
        fill(category, el('option', { value: '' }, t.trail.everything), ...options);
        category.value = names.includes(chosen) ? chosen : '';
      }
      node.hidden = challenges.length < MANY;
      choice.hidden = names.length < 2;
      rest.hidden = !playing;
    },
    /** @param {Challenge} challenge @param {string} status */
    passes: (challenge, status) =>
      (!category.value || challenge.category === category.value) && (!left.checked || status !== 'solved'),
  };
}

/** The id of the open stop; it stays open when it is made again. @param {Element} stops */
function openStop(stops) {
  return stops.querySelector('details[open]')?.id;
}

/** Why there is no challenge. @param {HuntState} hunt */
export function whyEmpty({ definition, phase, presence, you }) {
  const { challenge_count: count = 0, code_required: coded, limit } = definition ?? {};
  if (presence === 'watching' && coded && !count) return t.trail.outside;
  if (phase === 'draft') return page.hunt.draft(count);
  return limit && count && !you?.ends ? t.limit.waits(count, durationText(limit)) : page.hunt.empty;
}

/** The words here while there is nothing to claim. */
function waitingView() {
  const big = el('p.countdown', { role: 'timer' });
  const text = el('p');
  const more = el('p.small-print');
  const node = el('div.waiting', lantern('dim big'), big, text, more);
  return {
    node,
    /** @param {State} state @param {number} now @param {boolean} starts something else is shown */
    update({ hunt }, now, starts) {
      const { definition } = hunt;
      node.hidden = !definition || definition.challenges.length > 0 || starts;
      if (!definition || node.hidden) return;
      const draft = hunt.phase === 'draft';
      setText(big, draft && hunt.opens > now ? span(hunt.opens - now) : '');
      big.hidden = !big.textContent;
      setText(text, whyEmpty(hunt));
      setText(more, draft && hunt.presence === 'joined' ? page.hunt.draftIn : '');
    },
  };
}
