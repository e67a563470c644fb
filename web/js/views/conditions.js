/** @import { Condition, Requires } from '../types/protocol.js' */
/** @import { HuntState } from '../types/state.js' */
import { isDone, titleOf } from '../derive.js';
import { moment } from '../format.js';
import { t } from './strings.js';

const UNITS = /** @type {Record<string, number>} */ ({ d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 });

/** A duration of the hunt file, such as 1h30m, in ms. @param {string} text */
export function durationOf(text) {
  let ms = 0;
  for (const [, n, unit] of text.matchAll(/(\d+)([dhms])(?!s)/g)) ms += Number(n) * UNITS[unit];
  return ms;
}

/** 1 h 30 min @param {number} ms */
export function durationText(ms) {
  const s = Math.round(ms / 1000);
  const parts = [Math.floor(s / 86_400), Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60, s % 60];
  return parts.flatMap((n, i) => (n ? `${n} ${['d', 'h', 'min', 's'][i]}` : [])).join(' ');
}

/**
 * What is still missing, each in a few words.
 * @param {HuntState} hunt @param {Requires} requires @param {number} now
 */
export function missing(hunt, requires, now) {
  const c = Array.isArray(requires) ? { challenges: requires } : requires;
  const { solves = 0, category, tag, points = 0, firsts, streak } = c;
  const parts = [];
  const more = solves && solves - count(hunt, category, tag);
  if (more > 0) parts.push(t.lack.solves(more, category ?? tag ?? ''));
  parts.push(...finds(hunt, c));
  if (points > (hunt.you?.points ?? 0)) parts.push(t.lack.points(points));
  if (firsts) parts.push(t.lack.firsts(firsts));
  if (streak) parts.push(t.lack.streak(streak));
  return [...parts, ...waits(hunt, c, now, parts.length > 0)];
}

/** @param {HuntState} hunt @param {string} [category] @param {string} [tag] */
function count(hunt, category, tag) {
  const fits = hunt.definition?.challenges.filter(
    (c) => (!category || c.category === category) && (!tag || c.tags.includes(tag)),
  );
  return fits?.filter((c) => isDone(hunt, c.id)).length ?? 0;
}

/** @param {HuntState} hunt @param {Condition} condition */
function finds(hunt, { challenges = [], any = challenges.length }) {
  const open = challenges.filter((id) => !isDone(hunt, id));
  const left = any - (challenges.length - open.length);
  if (left <= 0) return [];
  const titles = open.map((id) => titleOf(hunt, id));
  return [left < open.length ? t.lack.some(left, titles) : t.lack.finds(titles)];
}

/** Whether time has passed is known where no clock of one's own runs. @param {HuntState} hunt @param {Condition} condition @param {number} now @param {boolean} more something else is missing, too */
function waits(hunt, { after }, now, more) {
  if (!after) return [];
  const at = hunt.definition?.limit ? 0 : hunt.opens && hunt.opens + durationOf(after);
  if (at > now) return [t.lack.until(moment(at, now))];
  return at && more ? [] : [t.lack.after(durationText(durationOf(after)))];
}
