/** @import { TickerEvent } from '../types/protocol.js' */
/** @import { LogLine, LogSource, State } from '../types/state.js' */
import { badgeOf, titleOf } from '../derive.js';
import { el, fixed, foreign, keyed, setText } from '../dom.js';
import { moment, signed } from '../format.js';
import { t } from './strings.js';

/** The latest awards of everyone. */
export function tickerView() {
  const list = el('ol.log');
  const empty = el('p.small-print', t.log.tickerEmpty);
  const skipped = el('p.small-print', { hidden: true });
  const node = el(
    'section.ticker',
    { 'aria-label': t.log.everyone },
    el('h3.label', t.log.everyone),
    empty,
    list,
    skipped,
  );
  return {
    node,
    /** @param {State} state @param {number} now */
    update({ hunt }, now) {
      empty.hidden = hunt.ticker.length > 0;
      skipped.hidden = hunt.skipped === 0;
      setText(skipped, t.log.skipped(hunt.skipped));
      keyed(
        list,
        hunt.ticker.slice(0, 20),
        (e) => `${hunt.rev} ${e.seq}`,
        (e) => fixed(tickerLine(hunt, e, now)),
      );
    },
  };
}

/** @param {State['hunt']} hunt @param {TickerEvent} e @param {number} now */
function tickerLine(hunt, e, now) {
  return el(
    'li',
    el('time', moment(e.at, now)),
    el(
      'span.log-text',
      foreign(e.name, 'who'),
      ` ${t.log.found} `,
      foreign(titleOf(hunt, e.challenge), 'what'),
      e.first ? el('span.first', t.log.first) : null,
      ...(e.badges ?? []).map((id) =>
        el('span.badge-icon', { title: badgeOf(hunt, id)?.title }, badgeOf(hunt, id)?.icon || '✦'),
      ),
    ),
    el('span.log-points', signed(e.points)),
  );
}

/** The player's own history. */
export function ownLogView() {
  const list = el('ol.log');
  const empty = el('p.small-print', t.log.ownEmpty);
  const node = el('section.own-log', { 'aria-label': t.log.title }, el('h3.label', t.log.title), empty, list);
  return {
    node,
    /** @param {State} state @param {number} now */
    update({ hunt }, now) {
      empty.hidden = hunt.log.length > 0;
      keyed(
        list,
        hunt.log,
        (e) => `${hunt.rev} ${e.key}`,
        (e) => fixed(ownLine(hunt, e, now)),
      );
    },
  };
}

/** @param {State['hunt']} hunt @param {LogLine} e @param {number} now */
function ownLine(hunt, e, now) {
  const points = e.type === 'badge' ? badgeOf(hunt, e.badge)?.points : e.points;
  return el(
    'li',
    { class: `log-${e.type}` },
    el('time', e.at ? moment(e.at, now) : ''),
    el('span.log-text', { dir: 'auto' }, textOf(hunt, e)),
    points ? el('span.log-points', signed(points)) : null,
  );
}

/** @param {State['hunt']} hunt @param {LogSource} e @returns {string} */
export function textOf(hunt, e) {
  switch (e.type) {
    case 'award':
      return titleOf(hunt, e.challenge);
    case 'badge':
      return t.log.badge(badgeOf(hunt, e.badge)?.title ?? e.badge ?? '');
    case 'hinted':
      return t.log.hinted(titleOf(hunt, e.challenge));
    case 'adjusted':
      return t.log.adjusted(e.reason ?? '');
    case 'revoked':
      return t.log.revoked(
        e.challenge ? titleOf(hunt, e.challenge) : (badgeOf(hunt, e.badge)?.title ?? ''),
        e.reason,
      );
    case 'penalised':
      return t.log.penalised(titleOf(hunt, e.challenge));
    case 'reviewed':
      return t.log.reviewed(titleOf(hunt, e.challenge), Boolean(e.approved), e.reason);
    case 'extended':
      return t.log.extended(e.reason);
    case 'finished':
      return t.ending.done;
    case 'renamed':
      return t.log.renamed(e.name ?? '');
    case 'division':
      return t.log.division(hunt.definition?.divisions?.find((d) => d.id === e.division)?.title ?? '');
    case 'skipped':
    case 'unskipped':
      return (e.type === 'skipped' ? t.log.skip : t.log.unskip)(titleOf(hunt, e.challenge), e.reason);
    case 'notice':
      return t.log.notice(e.text ?? '');
    case 'phase':
      return t.log.phase[e.phase ?? 'draft'];
  }
}
