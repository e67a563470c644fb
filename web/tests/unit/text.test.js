import assert from 'node:assert/strict';
import { test } from 'node:test';
import { number, ordinal, signed, span } from '../../js/format.js';
import { uuid } from '../../js/ids.js';
import { parse, parseInline } from '../../js/markdown.js';
import { t } from '../../js/views/strings.js';

test('paragraphs, lists and quotations', () => {
  const blocks = parse('One\ntwo\n\n- a\n- b\n  more\n\n1. x\n2) y\n\n> line one\n> line two');
  assert.deepEqual(
    blocks.map((b) => b.kind),
    ['p', 'ul', 'ol', 'blockquote'],
  );
  assert.deepEqual(blocks[0], { kind: 'p', children: [{ text: 'One two' }] });
  assert.deepEqual(blocks[1], { kind: 'ul', items: [[{ text: 'a' }], [{ text: 'b   more' }]] });
  assert.deepEqual(blocks[3], {
    kind: 'blockquote',
    lines: [[{ text: 'line one' }], [{ text: 'line two' }]],
  });
});

test('emphasis over lines, strong with emphasis inside, code, breaks', () => {
  assert.deepEqual(parseInline('*a\nb*'), [{ kind: 'em', children: [{ text: 'a b' }] }]);
  assert.deepEqual(parseInline('**a *b* c**'), [
    { kind: 'strong', children: [{ text: 'a ' }, { kind: 'em', children: [{ text: 'b' }] }, { text: ' c' }] },
  ]);
  assert.deepEqual(parseInline('`*x*` snake_case_name'), [
    { kind: 'code', text: '*x*' },
    { text: ' snake_case_name' },
  ]);
  assert.deepEqual(parseInline('a  \nb'), [{ text: 'a' }, { kind: 'br' }, { text: 'b' }]);
});

test('links lead to http and https only', () => {
  assert.deepEqual(parseInline('[map](https://example.org/a?b=c)'), [
    { kind: 'link', href: 'https://example.org/a?b=c', children: [{ text: 'map' }] },
  ]);
  for (const bad of [
    '[x](javascript:alert(1))',
    '[x](data:text/html,1)',
    '<img src=x onerror=alert(1)>',
    '[x](//evil)',
  ]) {
    assert.deepEqual(parseInline(bad), [{ text: bad }]);
  }
});

test('hostile repetition is rendered in time', { timeout: 60_000 }, () => {
  for (const piece of ['*', '**', '_', '`', '[', '[x](', '> ', '*a_b`', '**a*']) {
    assert.ok(parse(piece.repeat(20_000)).length > 0, piece);
  }
});

test('figures', () => {
  assert.equal(number(5321), '5,321');
  assert.equal(signed(-10), '−10');
  assert.equal(signed(10), '+10');
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 102].map(ordinal), [
    '1st',
    '2nd',
    '3rd',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '102nd',
  ]);
  assert.equal(span(65_000), '1:05');
  assert.equal(span(3_600_000), '1:00:00');
  assert.equal(span(9_000), '0:09');
  assert.equal(span(-5), '0:00');
  assert.equal(span(3 * 24 * 3_600_000), '3 d 0 h');
  assert.equal(
    t.trail.locked([t.lack.finds(['A', 'B', 'C'])]),
    'First find A, B, and C; then this one shows itself.',
  );
});

test('claim ids are UUIDs, in secure contexts and others', () => {
  const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(uuid(), form);
  const secure = crypto.randomUUID;
  Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
  try {
    const made = new Set(Array.from({ length: 1_000 }, uuid));
    assert.equal(made.size, 1_000);
    for (const id of made) assert.match(id, form);
  } finally {
    Object.defineProperty(crypto, 'randomUUID', { value: secure, configurable: true });
  }
});
