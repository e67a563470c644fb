/** @import { Value } from '../../js/dom.js' */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attribute } from '../../js/dom.js';

test('an attribute says what its kind can say', () => {
  /** @type {[string, Value, string|null][]} */
  const table = [
    // absent means something else than off or false
    ['autocorrect', 'off', 'off'],
    ['autocorrect', false, 'off'],
    ['autocorrect', true, 'on'],
    ['autocapitalize', 'characters', 'characters'],
    ['autocapitalize', false, 'off'],
    ['autocomplete', 'nickname', 'nickname'],
    ['autocomplete', false, 'off'],
    ['spellcheck', false, 'false'],
    ['spellcheck', true, 'true'],
    ['draggable', false, 'false'],
    ['contenteditable', false, 'false'],
    ['translate', false, 'no'],
    ['translate', true, 'yes'],
    ['writingsuggestions', false, 'false'],
    // true, false and others are words
    ['aria-hidden', true, 'true'],
    ['aria-expanded', false, 'false'],
    ['aria-invalid', 'spelling', 'spelling'],
    ['data-open', false, 'false'],
    ['data-count', 0, '0'],
    // there, or not
    ['hidden', true, ''],
    ['hidden', false, null],
    ['hidden', 'until-found', 'until-found'],
    ['disabled', false, null],
    ['readonly', true, ''],
    ['novalidate', true, ''],
    ['open', false, null],
    // texts and numbers
    ['title', '', ''],
    ['tabindex', -1, '-1'],
    ['maxlength', 40, '40'],
    ['dir', undefined, null],
    ['title', null, null],
    ['for', 'f1', 'f1'],
  ];
  for (const [name, value, want] of table) assert.equal(attribute(name, value), want, `${name} ${value}`);
});
