import { expect, test } from './base.js';
import { FaultyProxy } from './proxy.js';

/** What the server says about a fault. @param {FaultyProxy} proxy */
async function problemOf(proxy) {
  const response = await fetch(`${proxy.url}/ws?origin=${encodeURIComponent(proxy.url)}`);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const { code, detail } = await response.json();
  return { code, said: detail.slice(1) }; // a page makes a sentence of it
}

for (const [fault, code] of /** @type {const} */ ([
  ['upgrade', 'no_upgrade'],
  ['host', 'origin'],
]))
  test(`a proxy with a wrong ${fault} is named on every page, until it is right`, async ({
    open,
    server,
  }) => {
    const proxy = new FaultyProxy();
    await proxy.start(server.url);
    proxy.fault = fault;
    const problem = await problemOf(proxy);
    expect(problem.code).toBe(code);

    const player = await open();
    await player.goto(`${proxy.url}/h/lantern-walk`);
    await expect(player.locator('.status')).toContainText(problem.said);
    await expect(player.locator('.status')).toContainText('The live connection does not get through.');
    await player.screenshot({ path: `tests/screenshots/proxy-${fault}.png` });
    const display = await open({ viewport: { width: 1280, height: 720 } });
    await display.goto(`${proxy.url}/h/lantern-walk/display`);
    await expect(display.locator('.stale')).toContainText(problem.said);
    await display.screenshot({ path: `tests/screenshots/proxy-${fault}-display.png` });
    const desk = await open({ viewport: { width: 1280, height: 800 } });
    await desk.goto(`${proxy.url}/organizer#token=${server.organizerToken}`);
    await expect(desk.locator('.trouble')).toContainText(problem.said);
    await desk.screenshot({ path: `tests/screenshots/proxy-${fault}-desk.png` });

    proxy.fault = '';
    await expect(player.getByRole('button', { name: 'Join the hunt' })).toBeVisible({ timeout: 40_000 });
    await expect(player.locator('.status')).not.toHaveClass(/shown/);
    await expect(display.locator('.stale')).toBeHidden({ timeout: 40_000 });
    await expect(desk.locator('.trouble')).toBeHidden({ timeout: 40_000 });
    await proxy.stop();
  });

test('a connection that breaks for a moment names nothing', async ({ open, server }) => {
  const proxy = new FaultyProxy();
  await proxy.start(server.url);
  const page = await open();
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => request.url().includes('/ws?') && asked.push(request.url()));
  let welcomes = 0;
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('"welcome"')) welcomes++;
    }),
  );
  await page.goto(`${proxy.url}/h/lantern-walk`);
  await expect.poll(() => welcomes).toBe(1);
  proxy.cut();
  await expect.poll(() => welcomes).toBe(2);
  expect(asked).toEqual([]);
  await proxy.stop();
});
