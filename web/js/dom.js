/** @import { Block, Inline } from './markdown.js' */
import { parse } from './markdown.js';

/** @typedef {Node|string|number|null|undefined|false} Child */
/** @typedef {string|number|boolean|null|undefined} Value */
/** @typedef {Record<string, (event: Event) => void>} Listeners */
/** @typedef {{[name: string]: Value|Listeners, on?: Listeners}} Props */

/** What an input holds now. Attributes of these names only say what it holds at first. */
const PROPERTIES = new Set(['value', 'checked', 'muted']);

/** The words for true and false in attributes that have a meaning of their own when they are absent. */
const WORDS = new Map([
  ['autocapitalize', ['on', 'off']],
  ['autocomplete', ['on', 'off']],
  ['autocorrect', ['on', 'off']],
  ['contenteditable', ['true', 'false']],
  ['draggable', ['true', 'false']],
  ['spellcheck', ['true', 'false']],
  ['translate', ['yes', 'no']],
  ['writingsuggestions', ['true', 'false']],
]);

/** The text of an attribute, or null for none. @param {string} name @param {Value} value */
export function attribute(name, value) {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'boolean') return String(value);
  if (/^(aria|data)-/.test(name)) return String(value);
  const words = WORDS.get(name);
  if (words) return words[value ? 0 : 1];
  return value ? '' : null;
}

/**
 * Makes an element: p.note is a p of class note. The attributes, by their names
 * in HTML, may be left out; on holds listeners. Strings among the children become
 * text, never markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K|`${K}.${string}`} what @param {Props|Child} [props] @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(what, props, ...children) {
  const [tag, ...classes] = what.split('.');
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(' ');
  if (!props || typeof props !== 'object' || props instanceof Node) append(node, [props]);
  else for (const [name, value] of Object.entries(props)) set(node, name, value);
  append(node, children);
  return /** @type {HTMLElementTagNameMap[K]} */ (node);
}

/** @param {Element} node @param {string} name @param {Value|Listeners} value */
function set(node, name, value) {
  if (value && typeof value === 'object')
    for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
  else if (!PROPERTIES.has(name)) {
    const text = attribute(name, value);
    if (text !== null) node.setAttribute(name, text);
  } else if (value !== undefined && value !== null) Reflect.set(node, name, value);
}

/** @param {Element} node @param {Child[]} children */
function append(node, children) {
  for (const child of children)
    if (child || child === 0) node.append(child instanceof Node ? child : String(child));
}

/** @param {Element} node @param {...Child} children */
export function fill(node, ...children) {
  node.replaceChildren();
  append(node, children);
}

/** Changes a node's text where it differs, in place: a new text node would be styled again. @param {Node} node @param {string|number} text */
export function setText(node, text) {
  const { firstChild } = node;
  const words = firstChild && !firstChild.nextSibling && firstChild instanceof Text ? firstChild : null;
  if (words && words.data !== String(text)) words.data = String(text);
  else if (!words && node.textContent !== String(text)) node.textContent = String(text);
}

/** Text of players and organizers, in whatever script and direction. @param {string} text @param {string} [name] class */
export function foreign(text, name) {
  return el('bdi', { class: name }, text);
}

/** For screen readers only. @param {string} text */
export function spoken(text) {
  return el('span.spoken', text);
}

/**
 * Gives parent one child for each item, in order, and keeps the nodes of items
 * that stay.
 * @template T
 * @param {Element} parent @param {T[]} items @param {(item: T) => string} keyOf
 * @param {(item: T) => {node: Element, update(item: T): void}} make
 */
export function keyed(parent, items, keyOf, make) {
  const held = lists.get(parent) ?? new Map();
  lists.set(parent, held);
  const wanted = new Set(items.map(keyOf));
  for (const [key, view] of held) {
    if (wanted.has(key)) continue;
    view.node.remove();
    held.delete(key);
  }
  /** @type {Element|null} */
  let at = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let view = held.get(key);
    if (!view) {
      view = make(item);
      held.set(key, view);
    }
    if (at && view.node === at) at = at.nextElementSibling;
    else parent.insertBefore(view.node, at);
    view.update(item);
  }
}

/** A view for keyed that never changes. @param {Element} node */
export function fixed(node) {
  return { node, update() {} };
}

/** @type {WeakMap<Element, Map<string, {node: Element, update(item: unknown): void}>>} */
const lists = new WeakMap();

/** A Markdown text as nodes. @param {string} source @returns {HTMLElement} */
export function prose(source) {
  return el('div.prose', { dir: 'auto' }, ...parse(source).map(blockNode));
}

/** @param {Block} block @returns {HTMLElement} */
function blockNode(block) {
  if (block.kind === 'p') return el('p', { dir: 'auto' }, ...block.children.map(inlineNode));
  if (block.kind === 'blockquote')
    return el('blockquote', ...block.lines.map((line) => el('p', { dir: 'auto' }, ...line.map(inlineNode))));
  return el(
    block.kind,
    null,
    ...block.items.map((item) => el('li', { dir: 'auto' }, ...item.map(inlineNode))),
  );
}

/** @param {Inline} inline @returns {Node} */
function inlineNode(inline) {
  if (!('kind' in inline)) return document.createTextNode(inline.text);
  if (inline.kind === 'br') return el('br');
  if (inline.kind === 'code') return el('code', inline.text);
  const children = inline.children.map(inlineNode);
  if (inline.kind === 'link')
    return el('a', { href: inline.href, rel: 'noopener noreferrer', target: '_blank' }, ...children);
  return el(inline.kind, null, ...children);
}

/**
 * The lantern mark: lit or dark by its class.
 * @param {string} name class
 */
export function lantern(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 32');
  svg.setAttribute('class', `lantern ${name}`);
  svg.setAttribute('aria-hidden', 'true');
  for (const [d, part] of LANTERN) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    path.setAttribute('class', part);
    svg.append(path);
  }
  return svg;
}

const LANTERN = [
  ['M8 7a4 4 0 0 1 8 0', 'frame'],
  ['M6 10.5 8.5 7h7L18 10.5z', 'cap'],
  ['M7 11h10l1.5 14h-13z', 'glass'],
  ['M12 14.2c2.2 2.9 2.9 4.2 2.9 5.7a2.9 2.9 0 0 1-5.8 0c0-1.5.7-2.8 2.9-5.7z', 'flame'],
  ['M4.5 25h15v3h-15z', 'cap'],
];
