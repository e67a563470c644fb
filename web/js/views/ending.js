/** @import { Row } from '../types/protocol.js' */
/** @import { HuntState, State } from '../types/state.js' */
import { el, fill, fixed, foreign, keyed, lantern, prose, setText } from '../dom.js';
import { number } from '../format.js';
import { t as page } from '../strings.js';
import { t } from './strings.js';

/** The end of one's own walk, and how the hunt ended. */
export function endingView() {
  const text = el('div');
  const done = el(
    'section.final.finish',
    { hidden: true },
    lantern('lit big'),
    el('h2.panel-title', t.ending.done),
    text,
  );
  const finalText = el('p.final-text');
  const finalMore = el('p');
  const podium = el('ol.podium', { 'aria-label': t.ending.podium });
  const final = el(
    'section.final',
    { hidden: true },
    lantern('lit big'),
    el('h2.panel-title', t.ending.title),
    finalText,
    finalMore,
    podium,
  );
  let said = '';
  return {
    node: el('div.ending', done, final),
    /** @param {State} state */
    update({ hunt }) {
      const { definition, you } = hunt;
      const finish = you?.finished ? (definition?.finish ?? '') : '';
      done.hidden = !finish;
      if (finish !== said) fill(text, finish ? prose(finish) : null);
      said = finish;
      final.hidden = hunt.phase !== 'closed';
      if (final.hidden) return;
      const { frozen = false, rows = [] } = hunt.board ?? {};
      setText(finalText, endingOf(hunt));
      const had = (/** @type {object|undefined} */ things) => Object.keys(things ?? {}).length;
      finalMore.hidden = !you;
      const of = definition?.challenges.length ?? 0;
      setText(finalMore, t.ending.more(had(you?.solved), of, had(you?.badges)));
      const first = frozen ? [] : rows.slice(0, 3);
      keyed(podium, first, (r) => JSON.stringify(r), podiumPlace);
    },
  };
}

/** How the hunt ended for this player. @param {HuntState} hunt */
export function endingOf({ you, board, entrants }) {
  if (board?.frozen) return t.ending.frozen;
  return you?.rank ? t.ending.place(you.rank, entrants, you.points) : t.ending.none;
}

/** One of the first three. @param {Row} row */
function podiumPlace(row) {
  return fixed(
    el(
      'li',
      el('span.podium-rank', number(row.rank)),
      foreign(row.name, 'name'),
      el('span', `${number(row.points)} ${page.unit(row.points)}`),
    ),
  );
}

const MARKS = [300_000, 60_000, 0]; // ms before the end of one's own time

/**
 * Says to screen readers when the end of one's own time comes near.
 * @param {(text: string) => void} announce
 */
export function timeTeller(announce) {
  let before = Number.POSITIVE_INFINITY;
  let ends = 0;
  /** @param {HuntState} hunt @param {number} now */
  return ({ you, phase }, now) => {
    if (!you?.ends || phase !== 'open') return;
    const left = you.ends - now;
    const passed = MARKS.find((mark) => left <= mark && before > mark);
    if (ends === you.ends && passed !== undefined) announce(passed ? t.limit.left(passed) : t.limit.over);
    ends = you.ends;
    before = left;
  };
}
