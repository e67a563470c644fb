/** @import { WebSocketRoute } from '@playwright/test' */
import { claim, expect, join, points, test } from './base.js';

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
