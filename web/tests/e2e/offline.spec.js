/** @import { WebSocketRoute } from '@playwright/test' */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { claim, expect, join, points, stop, test } from './base.js';
import { phone } from './phone.js';

const HALF_A_MINUTE = 30_000;

/** @param {any} server @param {string} challenge */
async function awards(server, challenge) {
  const entries = await server.ledger('lantern-walk');
  return entries.filter((/** @type {any} */ e) => e.type === 'awarded' && e.challenge === challenge);
}

test('a claim made while the server is dead gets its verdict when it is back, once', async ({
  open,
  server,
}) => {
  const page = await open();
  await join(page, server, 'Ada');
  await server.kill();
  const gate = await claim(page, 'locked-gate', 'darkness');
  await expect(gate.getByText('Kept on this device.')).toBeVisible();
  await expect(page.getByText(/As of \d\d:\d\d:\d\d, reconnecting/)).toBeVisible();
  await server.start();
  await expect(gate.getByText('Found!')).toBeVisible();
  await expect(page.getByText(/reconnecting/)).toBeHidden();
  expect(await awards(server, 'locked-gate')).toHaveLength(1);
});

test('a verdict that was lost on the way is the original one', async ({ open, server }) => {
  const page = await open();
  /** @type {any[]} */
  const claims = [];
  /** @type {any[]} */
  const verdicts = [];
  let losing = true;
  await page.routeWebSocket('**/ws', (/** @type {WebSocketRoute} */ socket) => {
    const upstream = socket.connectToServer();
    socket.onMessage((frame) => {
      for (const m of [JSON.parse(String(frame))].flat()) if (m.type === 'claim') claims.push(m);
      upstream.send(frame);
    });
    upstream.onMessage((frame) => {
      const found = [JSON.parse(String(frame))].flat().filter((m) => m.type === 'verdict');
      verdicts.push(...found);
      if (found.length && losing) {
        losing = false;
        socket.close({ code: 1012 });
        upstream.close();
      } else socket.send(frame);
    });
  });
  await join(page, server, 'Ada');
  const gate = await claim(page, 'locked-gate', 'darkness');
  await expect(gate.getByText('Found!')).toBeVisible();
  await expect.poll(() => verdicts.length).toBeGreaterThan(1);
  expect(new Set(claims.map((c) => c.id)).size).toBe(1);
  expect(claims.length).toBeGreaterThan(1);
  expect(verdicts.at(-1)).toMatchObject({
    outcome: 'awarded',
    replay: true,
    seq: verdicts[0].seq,
    points: verdicts[0].points,
  });
  const [award, ...more] = await awards(server, 'locked-gate');
  expect(more).toEqual([]);
  expect(award.id).toBe(claims[0].id);
});

test('a reload keeps an unanswered claim', async ({ open, server }) => {
  const page = await open();
  await join(page, server, 'Ada');
  await server.kill();
  await claim(page, 'locked-gate', 'darkness');
  const kept = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('veltrix:outbox:')));
  const [key] = await kept();
  await server.start();
  await page.reload();
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  await expect.poll(kept).toEqual([]);
  const [award, ...more] = await awards(server, 'locked-gate');
  expect(more).toEqual([]);
  expect(key).toBe(`veltrix:outbox:${award.id}`);
});

const trio = {
  hunt: 'trio',
  title: 'Three trees',
  mode: 'solo',
  challenges: ['oak', 'elm', 'ash'].map((id) => ({ id, title: id, points: 10, proof: { text: id } })),
};

test('offline for half a minute with three claims made, then online: three original verdicts', async ({
  open,
  server,
}) => {
  await server.open(trio);
  const page = await open();
  /** @type {any[]} */
  const claims = [];
  /** @type {any[]} */
  const verdicts = [];
  /** @type {WebSocketRoute[]} */
  const sockets = [];
  let deaf = false;
  await page.routeWebSocket('**/ws', (/** @type {WebSocketRoute} */ socket) => {
    sockets.push(socket);
    const upstream = socket.connectToServer();
    const gather = (/** @type {any} */ frame, /** @type {string} */ type, /** @type {any[]} */ into) =>
      into.push(...[JSON.parse(String(frame))].flat().filter((m) => m.type === type));
    socket.onMessage((frame) => {
      gather(frame, 'claim', claims);
      upstream.send(frame);
    });
    upstream.onMessage((frame) => {
      gather(frame, 'verdict', verdicts);
      if (!deaf) socket.send(frame);
    });
  });
  await join(page, server, 'Ada', 'trio');

  // The first claim is decided, but its verdict is lost with the network; two more are made without one.
  deaf = true;
  await claim(page, 'oak', 'oak');
  await expect.poll(() => verdicts.length).toBe(1);
  const since = Date.now();
  await page.context().setOffline(true);
  await sockets.at(-1)?.close({ code: 1011 });
  deaf = false;
  await claim(page, 'elm', 'beech');
  await expect(page.locator('#c-elm').getByText('Kept on this device.')).toBeVisible();
  await claim(page, 'ash', 'ash');
  await expect(page.getByText(/^Offline, as of \d\d:\d\d:\d\d\. 3 claims kept\.$/)).toBeVisible();
  await page.screenshot({ path: 'tests/screenshots/offline.png' });
  await page.waitForTimeout(Math.max(0, since + HALF_A_MINUTE - Date.now())); // half a minute is what this test is about
  expect(verdicts).toHaveLength(1);
  await page.context().setOffline(false);

  await expect(page.getByText('2 of 3 found')).toBeVisible();
  await expect(page.getByText(/Offline|reconnecting/)).toBeHidden();
  const elm = await stop(page, 'elm');
  await expect(elm.locator('.field-error')).toBeVisible();
  await expect(elm.getByLabel('Your answer')).toHaveValue('beech');
  const of = (/** @type {any[]} */ list, /** @type {string} */ id) => list.filter((m) => m.challenge === id);
  for (const id of ['oak', 'elm', 'ash']) expect(new Set(of(claims, id).map((c) => c.id)).size).toBe(1);
  const [first, again] = of(verdicts, 'oak');
  expect(again).toMatchObject({ outcome: 'awarded', replay: true, seq: first.seq, points: first.points });
  expect(of(verdicts, 'elm').map((v) => [v.outcome, v.replay])).toEqual([['wrong', undefined]]);
  expect(of(verdicts, 'ash').map((v) => [v.outcome, v.replay])).toEqual([['awarded', undefined]]);
  const awarded = (await server.ledger('trio')).filter((e) => e.type === 'awarded');
  expect(awarded.map((e) => [e.challenge, e.id])).toEqual(
    ['oak', 'ash'].map((id) => [id, of(claims, id)[0].id]),
  );
  expect(await points(page)).toBe(20);
});

test('a claim survives a battery that dies the moment after', async ({ server }) => {
  const profile = mkdtempSync(path(tmpdir(), 'veltrix-phone-'));
  const { page, kill } = await phone(profile);
  await join(page, server, 'Ada');
  await server.kill();
  const gate = await claim(page, 'locked-gate', 'darkness');
  await expect(gate.getByText('Waiting …')).toBeVisible();
  await expect.poll(() => page.evaluate(onDisk)).toContainEqual(expect.stringMatching(/^veltrix:outbox:/));
  await kill();

  await server.start();
  const later = await phone(profile);
  await later.page.goto(`${server.url}/h/lantern-walk`);
  await expect(later.page.getByText('1 of 11 found')).toBeVisible();
  await expect(later.page.locator('.masthead-who')).toContainText('Ada');
  expect(await awards(server, 'locked-gate')).toHaveLength(1);
  await later.kill();
  rmSync(profile, { recursive: true, maxRetries: 5, retryDelay: 100 });
});

test('a vault that answers late still gives a claim back', async ({ open, server }) => {
  const page = await open();
  await join(page, server, 'Ada');
  await server.kill();
  await claim(page, 'locked-gate', 'darkness');
  await expect.poll(() => page.evaluate(onDisk)).toContainEqual(expect.stringMatching(/^veltrix:outbox:/));
  await page.goto('about:blank');
  await server.start();
  await page.addInitScript(() => {
    const all = IDBObjectStore.prototype.getAll;
    IDBObjectStore.prototype.getAll = function () {
      const asked = all.call(this);
      Object.defineProperty(asked, 'onsuccess', {
        set: (then) => asked.addEventListener('success', () => setTimeout(then, 2_000)),
      });
      return asked;
    };
    if (!sessionStorage.getItem('lost')) localStorage.clear(); // once, as a dead battery does
    sessionStorage.setItem('lost', 'yes');
  });
  await page.goto(`${server.url}/h/lantern-walk`);
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  expect(await awards(server, 'locked-gate')).toHaveLength(1);
});

test('the verdict of a claim that was sent before the reload is shown after it', async ({ open, server }) => {
  await server.open(trio);
  const page = await open();
  let sent = 0;
  await page.routeWebSocket('**/ws', (/** @type {WebSocketRoute} */ socket) => {
    const upstream = socket.connectToServer();
    socket.onMessage((frame) => {
      if (String(frame).includes('"claim"')) sent++;
      upstream.send(frame);
    });
    upstream.onMessage((frame) => {
      if (sent !== 1 || !String(frame).includes('"verdict"')) socket.send(frame); // the first one is lost
    });
  });
  await join(page, server, 'Ada', 'trio');
  await claim(page, 'oak', 'olive');
  await expect.poll(() => sent).toBe(1);
  await page.reload();
  const oak = await stop(page, 'oak');
  await expect(oak.locator('.field-error')).toBeVisible();
  await expect(oak.getByLabel('Your answer')).toHaveValue('olive');
  await expect.poll(() => sent).toBe(2);
});

test('a phone that loses its network says so and catches up', async ({ open, server }) => {
  const page = await open();
  const other = await open();
  /** @type {WebSocketRoute[]} */
  const sockets = [];
  await page.routeWebSocket('**/ws', (/** @type {WebSocketRoute} */ socket) => {
    sockets.push(socket);
    socket.connectToServer();
  });
  await join(page, server, 'Ada');
  await join(other, server, 'Bo');
  await page.context().setOffline(true);
  await sockets.at(-1)?.close({ code: 1011 });
  await claim(page, 'locked-gate', 'darkness');
  await claim(other, 'locked-gate', 'darkness');
  await expect(other.getByText('1 of 11 found')).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  expect(await awards(server, 'locked-gate')).toHaveLength(2);
  await expect.poll(() => points(page)).toBe((await awards(server, 'locked-gate'))[1].total);
});

test('a sign-in that the server does not know asks for a name again', async ({ open, server }) => {
  const page = await open();
  await page.goto(server.url);
  await page.evaluate(() =>
    localStorage.setItem(
      'veltrix:player',
      JSON.stringify({ player: 'p', name: 'Ghost', token: 'not-a-token' }),
    ),
  );
  await page.goto(`${server.url}/h/lantern-walk`);
  await expect(page.getByText('Your sign-in on this device is no longer valid.')).toBeVisible();
  await expect(page.getByLabel('Your name')).toBeVisible();
});

/** The keys of what has reached the disk. Runs in the page. @returns {Promise<string[]>} */
function onDisk() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open('veltrix', 1);
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const keys = asked.result.transaction('kept').objectStore('kept').getAllKeys();
      keys.onerror = () => reject(keys.error);
      keys.onsuccess = () => resolve(keys.result.map(String));
    };
  });
}
