import { language, locale } from './language.js';

// Numbers and times as people read them. Times are Unix ms, spans ms.

const numbers = new Intl.NumberFormat(locale);
const exact = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 20 });
const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const lists = new Intl.ListFormat(language);
const hourAndMinute = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const timeOfDay = new Intl.DateTimeFormat(locale, { ...hourAndMinute, second: '2-digit' });
const shortTime = new Intl.DateTimeFormat(locale, hourAndMinute);
const dayAndTime = new Intl.DateTimeFormat(locale, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  ...hourAndMinute,
});
const ENDINGS = /** @type {Record<string, string>} */ ({ one: 'st', two: 'nd', few: 'rd', other: 'th' });

/** @param {number} n */
export function number(n) {
  return numbers.format(n).replace('-', '−');
}

/** A number without marks between thousands, so that its one mark is the decimal one. @param {number} n */
export function plainNumber(n) {
  return exact.format(n).replace('-', '−');
}

/** @param {number} n with its sign, also a plus */
export function signed(n) {
  return n > 0 ? `+${number(n)}` : number(n);
}

/** 1st; in German 1. @param {number} n */
export function ordinal(n) {
  return number(n) + (language === 'en' ? ENDINGS[ordinals.select(n)] : '.');
}

/** @param {number} n @param {string} one @param {string} [many] */
export function count(n, one, many = `${one}s`) {
  return `${number(n)} ${n === 1 ? one : many}`;
}

/** a, b, and c @param {string[]} words */
export function list(words) {
  return lists.format(words);
}

/** 12:03:15 @param {number} at */
export function clock(at) {
  return timeOfDay.format(at);
}

/** 12:03 today, with the day otherwise @param {number} at @param {number} now */
export function moment(at, now) {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return (sameDay ? shortTime : dayAndTime).format(at);
}

/** A countdown: 3 d 4 h, 1:02:03 or 2:03 @param {number} span */
export function span(span) {
  const seconds = Math.max(0, Math.ceil(span / 1000));
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest.replace(/^0/, '');
}

/** A countdown, in seconds where it is short: 12 s @param {number} ms */
export function plainSpan(ms) {
  return ms < 60_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : span(ms);
}
