import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patience, retryAfter } from '../../js/retry.js';

test('a time that the server asks for is kept, and a little more', () => {
  for (const ms of [1, 250, 3_000, 90_000]) {
    assert.equal(
      patience(ms, () => 0),
      ms,
    );
    const most = patience(ms, () => 0.999);
    assert.ok(most > ms && most <= 2 * ms && most < ms + 3_000, `${ms}: ${most}`);
  }
  const asked = (/** @type {Record<string, string>} */ headers) => retryAfter(new Response('', { headers }));
  assert.equal(asked({ 'Retry-After': '7' }), 7_000);
  assert.equal(asked({}), undefined);
  assert.equal(asked({ 'Retry-After': 'Fri, 31 Dec 1999 23:59:59 GMT' }), undefined);
});
