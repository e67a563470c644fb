/** @import { Phase } from '../types/protocol.js' */
/** @import { State } from '../types/state.js' */
import { el, prose, setText } from '../dom.js';
import { moment } from '../format.js';
import { t } from '../strings.js';

const DAY = 24 * 3600 * 1000;

/**
 * Where a hunt is in its life, with the time that matters next.
 * @param {Phase} phase @param {number} opens @param {number} closes @param {number} now
 */
export function phaseLine(phase, opens, closes, now) {
  const words = t.phase;
  if (phase === 'draft') return `${words.draft}, ${opensWhen(opens, now)}`;
  if (phase === 'open' && closes)
    return `${words.open}, ${closes > now ? words.closesIn(closes - now) : words.anyMoment}`;
  return words[phase];
}

/** @param {number} opens @param {number} now */
function opensWhen(opens, now) {
  if (!opens) return t.phase.byHand;
  if (opens <= now) return t.phase.anyMoment;
  const soon = t.phase.opensIn(opens - now);
  return opens - now > DAY ? `${soon}, ${moment(opens, now)}` : soon;
}

/** Title, phase and description of the hunt. */
export function headView() {
  const title = el('h1', { dir: 'auto' });
  const phase = el('p.phase');
  const summary = el('summary.label', t.hunt.about);
  const text = el('div');
  const about = el('details.about', { open: true }, summary, text);
  const paused = el('p.paused', { hidden: true }, t.hunt.paused);
  const node = el('header.hunt-head', phase, title, about, paused);
  let described = '';
  let wasJoined = false;
  return {
    node,
    /** @param {State} state @param {number} now */
    update({ hunt }, now) {
      const { definition } = hunt;
      if (!definition) return;
      setText(title, definition.title || hunt.id);
      document.title = `${definition.title || hunt.id} · Veltrix`;
      setText(phase, phaseLine(hunt.phase, hunt.opens, hunt.closes, now));
      phase.title = hunt.closes ? moment(hunt.closes, now) : '';
      phase.dataset.phase = hunt.phase;
      if (described !== definition.description) {
        described = definition.description;
        text.replaceChildren(prose(described));
      }
      // A player who joins has read it; the trail moves up.
      const joined = hunt.presence === 'joined';
      if (joined !== wasJoined) about.open = !joined;
      wasJoined = joined;
      summary.hidden = !joined;
      about.hidden = !described;
      paused.hidden = hunt.phase !== 'paused';
    },
  };
}
