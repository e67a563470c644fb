/** @import { Phase, Row } from '../types/protocol.js' */
/** @import { HuntState, State } from '../types/state.js' */
import { el, fixed, foreign, keyed, lantern, prose, setText } from '../dom.js';
import { moment, number } from '../format.js';
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

/** Title, phase and description of the hunt, and how it ended. */
export function headView() {
  const title = el('h1', { dir: 'auto' });
  const phase = el('p.phase');
  const summary = el('summary.label', t.hunt.about);
  const text = el('div');
  const about = el('details.about', { open: true }, summary, text);
  const finalText = el('p.final-text');
  const finalMore = el('p');
  const podium = el('ol.podium', { 'aria-label': t.hunt.podium });
  const final = el(
    'div.final',
    { hidden: true },
    lantern('lit big'),
    el('h2.panel-title', t.hunt.finalTitle),
    finalText,
    finalMore,
    podium,
  );
  const paused = el('p.paused', { hidden: true }, t.hunt.paused);
  const node = el('header.hunt-head', phase, title, about, paused, final);
  let described = '';
  let wasJoined = false;
  return {
    node,
    /** @param {State} state @param {number} now */
    update({ hunt }, now) {
      const { definition, you } = hunt;
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
      final.hidden = hunt.phase !== 'closed';
      if (final.hidden) return;
      const { frozen = false, rows = [] } = hunt.board ?? {};
      setText(finalText, endingOf(hunt));
      const had = (/** @type {object|undefined} */ things) => Object.keys(things ?? {}).length;
      finalMore.hidden = !you;
      setText(finalMore, t.hunt.finalMore(had(you?.solved), definition.challenges.length, had(you?.badges)));
      const first = frozen ? [] : rows.slice(0, 3);
      keyed(podium, first, (r) => JSON.stringify(r), podiumPlace);
    },
  };
}

/** How the hunt ended for this player. @param {HuntState} hunt */
export function endingOf({ you, board, entrants }) {
  if (board?.frozen) return t.hunt.finalFrozen;
  return you?.rank ? t.hunt.final(you.rank, entrants, you.points) : t.hunt.finalNone;
}

/** One of the first three. @param {Row} row */
function podiumPlace(row) {
  return fixed(
    el(
      'li',
      el('span.podium-rank', number(row.rank)),
      foreign(row.name, 'name'),
      el('span', `${number(row.points)} ${t.unit(row.points)}`),
    ),
  );
}
