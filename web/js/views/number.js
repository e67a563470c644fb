// Numbers as people type them: with a decimal point or comma, with marks or
// spaces between thousands, with the digits of Arabic and Persian.

const ZEROS = [0x660, 0x6f0, 0xff10]; // ٠, ۰ and wide
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
const DASHES = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g;
const APART = /(?<=\d)[\s'‘’ʼ′`´٬](?=\d)/g; // these part thousands and mean nothing else

/** The same in ASCII, with _ between thousands that only part. @param {string} typed */
function plain(typed) {
  return typed
    .replace(UNSEEN, '')
    .replace(DASHES, '-')
    .replace('．', '.')
    .replace('，', ',')
    .replace(/[٠-٩۰-۹０-９]/g, (digit) => {
      const code = digit.charCodeAt(0);
      return String(code - (ZEROS.findLast((zero) => zero <= code) ?? 0));
    })
    .trim()
    .replace(APART, '_')
    .replace(/(?<=\d)٫(?=\d)/, '·') // a decimal mark and nothing else
    .replace(/[.,]$/, '') // the end of a sentence
    .replace(/^([+-]) +/, '$1');
}

/**
 * The numbers that a text can mean: none, one, or two where a mark may part
 * thousands or be the decimal one (1,874).
 * @param {string} typed @returns {number[]}
 */
export function readings(typed) {
  const m = /^([+-]?)([\d_.,·]+)(e[+-]?\d{1,3})?$/i.exec(plain(typed));
  if (!m) return [];
  const [, sign, digits, exponent = ''] = m;
  const found = decimals(digits)
    .filter((text) => exponent === '' || text.includes('.') || !/[.,]/.test(digits))
    .map((text) => Number(sign + text + exponent))
    .filter(Number.isFinite);
  return [...new Set(found)];
}

/** Digits with one point at most, for each way to read them. @param {string} text @returns {string[]} */
function decimals(text) {
  const marks = [...text.matchAll(/[.,·]/g)].map(([mark]) => mark);
  const last = marks.at(-1) ?? '';
  const thousands = whole(text);
  if (!last) return thousands;
  if (marks.filter((mark) => mark === last).length > 1) return thousands;
  const [before, after] = text.split(last);
  if (!/^\d*$/.test(after)) return [];
  const decimal = whole(before)
    .filter((digits) => digits || after)
    .map((digits) => `${digits}.${after}`);
  return last === '·' ? decimal : [...thousands, ...decimal];
}

/** The digits of a whole number, if its thousands are parted as they have to be, by one mark alone. @param {string} text @returns {string[]} */
function whole(text) {
  if (/^\d*$/.test(text)) return [text];
  return /^[1-9]\d{0,2}([_.,])\d{3}(\1\d{3})*$/.test(text) ? [text.replace(/[_.,]/g, '')] : [];
}

/** What stands beside a number, such as a unit, or ''. @param {string} typed */
export function besides(typed) {
  const m = /^([^\p{L}\p{N}+-]*)([+-]?\d[\d_.,·]*)(.*)$/u.exec(plain(typed));
  if (!m || !readings(m[2]).length) return '';
  const [before, after] = [m[1].trim(), m[3].trim()];
  return /\d/.test(after) || (before && after) ? '' : before || after;
}
