/** @import { WebSocketRoute } from '@playwright/test' */
import { expect, join, test } from './base.js';

test('a banned player is told so, and finds the way to the other hunts', async ({ open, server }) => {
  const page = await open();
  /** @type {WebSocketRoute[]} */
  const sockets = [];
  /** @type {any[]} */
  const sent = [];
  await page.routeWebSocket('**/ws', (/** @type {WebSocketRoute} */ socket) => {
    sockets.push(socket);
    const upstream = socket.connectToServer();
    socket.onMessage((frame) => {
      sent.push(...[JSON.parse(String(frame))].flat());
      upstream.send(frame);
    });
  });
  await join(page, server, 'Mallory');
  const asked = sent.length;
  const opened = sockets.length;
  sockets.at(-1)?.send(JSON.stringify({ type: 'left', hunt: 'lantern-walk', why: 'banned' }));
  await expect(page.getByRole('alert')).toContainText('You cannot take part in this hunt any more');
  await expect(page.getByRole('region', { name: 'Your standing' })).toBeHidden();
  await page.screenshot({ path: 'tests/screenshots/banned.png' });
  await page.getByRole('link', { name: 'All hunts' }).last().click();
  await expect(page.getByRole('link', { name: 'The Lantern Walk' })).toBeVisible();
  expect(sent.slice(asked)).toEqual([]);
  expect(sockets).toHaveLength(opened);
});

test('a player who was banned while away is told so by the server', async ({ open, server }) => {
  const page = await open();
  await join(page, server, 'Mallory');
  await page.goto(server.url);
  const { rows } = await (await fetch(`${server.url}/api/v1/hunts/lantern-walk/board`)).json();
  await server.organizer('/hunts/lantern-walk/bans', {
    method: 'POST',
    json: { id: crypto.randomUUID(), entrant: rows[0].entrant, reason: 'bots' },
  });
  let joins = 0;
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      joins += [JSON.parse(String(payload))].flat().filter((m) => /join|watch/.test(m.type)).length;
    }),
  );
  await page.goto(`${server.url}/h/lantern-walk`);
  await expect(page.getByRole('alert')).toContainText('You cannot take part in this hunt any more');
  expect(joins).toBe(1);
});

test('a newcomer who has to wait joins when it is his turn, and not before', async ({ open, server }) => {
  const page = await open();
  /** @type {number[]} */
  const asked = [];
  await page.route('**/api/v1/players', (route) => {
    asked.push(Date.now());
    if (asked.length === 3) return route.continue();
    const after = asked.length === 1 ? { headers: { 'Retry-After': '2' } } : {};
    const problem = { code: 'rate_limited', title: 'no', ...(asked.length === 2 && { retry_after: 1_500 }) };
    return route.fulfill({ status: 429, ...after, json: problem });
  });
  await page.goto(`${server.url}/h/lantern-walk`);
  await page.getByLabel('Your name').fill('Ada');
  const submit = page.locator('.entry button[type=submit]');
  await submit.click();
  await expect(page.getByText(/It is your turn in \d s/)).toBeVisible();
  await submit.click({ force: true });
  await expect(page.getByRole('region', { name: 'Your standing' })).toBeVisible();
  expect(asked).toHaveLength(3);
  expect(asked[1] - asked[0]).toBeGreaterThanOrEqual(2_000);
  expect(asked[2] - asked[1]).toBeGreaterThanOrEqual(1_500);
});
