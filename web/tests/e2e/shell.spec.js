import { claim, expect, join, points, test } from './base.js';

/** Waits until the page would come back without a network. @param {import('@playwright/test').Page} page */
function shellIsKept(page) {
  return page.evaluate(() => navigator.serviceWorker.ready.then(() => null));
}

test('a reload without a network shows the last state, and keeps new claims', async ({ open, server }) => {
  const page = await open();
  await join(page, server, 'Ada');
  await claim(page, 'locked-gate', 'darkness');
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  const won = await points(page);
  await shellIsKept(page);
  // The phone is put away: the page keeps what it shows.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await server.kill();
  await page.context().setOffline(true);
  await page.reload();
  await expect(page.getByText(/Offline, as of \d\d:\d\d:\d\d/)).toBeVisible();
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  expect(await points(page)).toBe(won);
  const lane = await claim(page, 'rope-lane', '12', 'Your number');
  await expect(lane.getByText('Kept on this device.')).toBeVisible();
  await page.reload();
  await expect(page.locator('#c-rope-lane')).toHaveAttribute('data-status', 'sending');
  await server.start();
  await page.context().setOffline(false);
  await expect(page.getByText('2 of 11 found')).toBeVisible({ timeout: 40_000 });
  await expect(page.locator('.status')).not.toHaveClass(/shown/);
  const awards = (await server.ledger('lantern-walk')).filter(
    (entry) => entry.type === 'awarded' && entry.challenge === 'rope-lane',
  );
  expect(awards).toHaveLength(1);
});

test('only the shell is kept, and the network comes first', async ({ open, server }) => {
  const page = await open();
  await join(page, server, 'Ada');
  await shellIsKept(page);
  const paths = await page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await (await caches.open(names[0])).keys();
    return [names.length, ...requests.map((request) => new URL(request.url).pathname)];
  });
  expect(paths[0]).toBe(1);
  expect(paths).toContain('/h/-');
  for (const path of paths.slice(1)) expect(path).toMatch(/^\/($|h\/-$|static\/|manifest)/);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith('/static/js/play.js')),
    page.reload(),
  ]);
  expect(answer.status()).toBe(200);
  await expect(page.getByRole('region', { name: 'Your standing' })).toBeVisible();
  await page.goto(`${server.url}/h/lantern-walk/display`);
  await expect(page.getByText('Join with your phone')).toBeVisible();
});

test('a page that lacks a part says so, and loads again by itself', async ({ browser, server }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
  let failing = true;
  await context.route(/\/(lang\/en|views\/head|display\/head)\.js$/, (route) =>
    failing ? route.abort() : route.continue(),
  );
  const pages = await Promise.all(
    ['/', '/h/lantern-walk#code=x', '/h/lantern-walk/display', '/organizer'].map(async (path) => {
      const page = await context.newPage();
      await page.goto(server.url + path);
      return page;
    }),
  );
  for (const page of pages) await expect(page.getByText('Still loading.')).toBeVisible();
  await expect(pages[1].locator('.starting')).toHaveCSS('opacity', '1');
  await pages[1].screenshot({ path: 'tests/screenshots/starting.png' });
  failing = false;
  await Promise.all([
    expect(pages[0].getByRole('heading', { name: 'The Lantern Walk' })).toBeVisible({ timeout: 30_000 }),
    expect(pages[1].getByLabel('Your name')).toBeVisible({ timeout: 30_000 }),
    expect(pages[2].getByText('The Lantern Walk')).toBeVisible({ timeout: 30_000 }),
    expect(pages[3].getByLabel('Organizer token')).toBeVisible({ timeout: 30_000 }),
  ]);
  for (const page of pages) await expect(page.getByText('Still loading.')).toBeHidden();
  expect(new URL(pages[1].url()).hash).toBe('#code=x');
  await context.close();
});
