import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ApiError } from '../../js/api.js';
import { t as de } from '../../js/organizer/lang/de.js';
import { t as en } from '../../js/organizer/lang/en.js';
import { command, orders } from '../../js/organizer/orders.js';

/** @type {any[]} */
let sent = [];
/** @param {(body: any) => Response} answer */
function server(answer) {
  globalThis.fetch = async (_, init) => {
    const body = JSON.parse(String(init?.body));
    sent.push(body);
    return answer(body);
  };
}
const lost = () => {
  throw new TypeError('network');
};
const done = () => Response.json({ seq: 1 });

afterEach(() => {
  sent = [];
  orders.length = 0;
});

test('the same command after a lost answer has the same id', async () => {
  server(lost);
  await assert.rejects(command('/a', { points: 5 }, 'five'), ApiError);
  assert.deepEqual(
    orders.map((o) => [o.label, o.lost]),
    [['five', true]],
  );
  server(done);
  await command('/a', { points: 5 }, 'five');
  assert.equal(sent.length, 2);
  assert.equal(sent[0].id, sent[1].id);
  assert.deepEqual(orders, []);
});

test('another command, or one after an answer, has an id of its own', async () => {
  server(lost);
  await assert.rejects(command('/a', { points: 5 }, ''), ApiError);
  server(done);
  await command('/a', { points: 6 }, '');
  await command('/b', { points: 5 }, '');
  await command('/b', { points: 5 }, '');
  assert.equal(new Set(sent.map((body) => body.id)).size, 4);
  assert.equal(orders.length, 1);
});

test('a refusal is an answer; a busy server gives none', async () => {
  server(() => Response.json({ code: 'conflict', detail: 'no' }, { status: 409 }));
  await assert.rejects(command('/a', {}, ''), { code: 'conflict', message: 'no' });
  assert.equal(orders.length, 0);
  server(() => Response.json({ code: 'busy', retry_after: 100 }, { status: 503 }));
  await assert.rejects(command('/a', {}, ''), { code: 'busy' });
  assert.equal(orders.length, 1);
});

test('a command that its path names is sent without an id', async () => {
  server(done);
  await command('/reviews/x', { approve: true }, '', true);
  assert.deepEqual(sent, [{ approve: true }]);
});

test('both languages have the same texts', () => {
  /** @param {any} texts @param {string} at @returns {string[]} */
  const names = (texts, at = '') =>
    typeof texts === 'object'
      ? Object.keys(texts).flatMap((k) => names(texts[k], `${at}.${k}`))
      : [`${at} ${typeof texts}`];
  assert.deepEqual(names(de), names(en));
});
