// A small, safe part of Markdown: paragraphs, quotations, lists, emphasis,
// strong, code and links to http(s). Everything else stays text.

/**
 * @typedef {{text: string} | {kind: 'em'|'strong', children: Inline[]} | {kind: 'code', text: string}
 *   | {kind: 'link', href: string, children: Inline[]} | {kind: 'br'}} Inline
 */
/**
 * A quotation keeps its lines, for verses.
 * @typedef {{kind: 'p', children: Inline[]} | {kind: 'ul'|'ol', items: Inline[][]}
 *   | {kind: 'blockquote', lines: Inline[][]}} Block
 */

const BULLET = /^\s{0,3}[-*+]\s+(.*)$/;
const NUMBERED = /^\s{0,3}\d{1,9}[.)]\s+(.*)$/;
const QUOTED = /^\s{0,3}> ?(.*)$/;
const DEPTH = 6; // nesting of emphasis and links; deeper stays text

// One alternative for each construct; each is linear, so no text makes it slow.
const INLINE =
  /`([^`\n]+)`|\[([^[\]\n]*)\]\((https?:\/\/[^\s()<>"]+)\)|\*\*([^*]+(?:\*[^*]+\*[^*]*)?)\*\*|__([^_]+)__|\*([^*\s][^*]*)\*|(?<![\p{L}\p{N}])_([^_\s][^_]*)_(?![\p{L}\p{N}])/u;

/** @param {string} source @returns {Block[]} */
export function parse(source) {
  /** @type {Block[]} */
  const blocks = [];
  for (const part of source.replace(/\r\n?/g, '\n').split(/\n[ \t]*\n/)) {
    blocks.push(...parseBlock(part.split('\n').filter((line) => line.trim())));
  }
  return blocks;
}

/** @param {string[]} lines without empty ones @returns {Block[]} */
function parseBlock(lines) {
  /** @type {{kind: Block['kind'], items: string[]}[]} */
  const blocks = [];
  for (const line of lines) {
    const [kind, text] = classify(line);
    const last = blocks.at(-1);
    if (last && kind === 'p' && last.kind !== 'blockquote') last.items[last.items.length - 1] += `\n${line}`;
    else if (last?.kind === kind) last.items.push(text);
    else blocks.push({ kind, items: [text] });
  }
  return blocks.map(({ kind, items }) => {
    if (kind === 'p') return { kind, children: parseInline(items[0].trimStart()) };
    const parts = items.map((item) => parseInline(item));
    return kind === 'blockquote' ? { kind, lines: parts } : { kind, items: parts };
  });
}

/** @param {string} line @returns {[Block['kind'], string]} */
function classify(line) {
  /** @type {[Block['kind'], RegExp][]} */
  const marks = [
    ['blockquote', QUOTED],
    ['ul', BULLET],
    ['ol', NUMBERED],
  ];
  for (const [kind, mark] of marks) {
    const found = mark.exec(line);
    if (found) return [kind, found[1]];
  }
  return ['p', line];
}

/** @param {string} source @param {number} [depth] @returns {Inline[]} */
export function parseInline(source, depth = 0) {
  /** @type {Inline[]} */
  const found = [];
  let rest = source;
  for (let m = depth < DEPTH ? INLINE.exec(rest) : null; m; m = INLINE.exec(rest)) {
    pushText(found, rest.slice(0, m.index));
    const [all, code, label, href, strong, strong2, em, em2] = m;
    if (code !== undefined) found.push({ kind: 'code', text: code });
    else if (href !== undefined)
      found.push({ kind: 'link', href, children: parseInline(label || href, DEPTH) });
    else if (strong ?? strong2)
      found.push({ kind: 'strong', children: parseInline(strong ?? strong2, depth + 1) });
    else found.push({ kind: 'em', children: parseInline(em ?? em2, depth + 1) });
    rest = rest.slice(m.index + all.length);
  }
  pushText(found, rest);
  return found;
}

/** Text, with its hard line breaks. @param {Inline[]} found @param {string} text */
function pushText(found, text) {
  for (const [i, line] of text.split(/(?: {2,}|\\)\n/).entries()) {
    if (i > 0) found.push({ kind: 'br' });
    const joined = line.replaceAll('\n', ' ');
    if (joined) found.push({ text: joined });
  }
}
