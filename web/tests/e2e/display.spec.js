/** @import { Page } from '@playwright/test' */

import { claim, expect, join, test } from './base.js';
import { crowd } from './crowd.js';

const PROJECTOR = { viewport: { width: 1920, height: 1080 } };

const NAMES = [
  'The Night Otters',
  'Ada',
  'مستكشفو الميناء القديم',
  'Zwölf Boxkämpfer jagen Viktor quer übers',
  'カンテラ探検隊',
  '🦉🦉🦉 Owls of Lower Harbour 🏮',
  'Bo',
  'Ελένη & Νίκος',
  'Grün ist die Heide',
  'WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW',
  'Les Lanternes Rouges',
  'פנס בלילה',
];

const TITLES = [
  'Locked Gate',
  'Rope Lane',
  'The Heron',
  'Fish Market',
  'Salt Stairs',
  'Beam',
  'Old Crane',
  'Tide Mark',
];

/** @param {string} hunt @param {Record<string, any>} [over] */
function harbour(hunt, over = {}) {
  return {
    hunt,
    title: 'Old Harbour by Lantern Light',
    mode: 'solo',
    challenges: TITLES.map((title, i) => ({
      id: `c${i}`,
      title,
      points: 100 + 25 * i,
      bonus: [50, 30, 10],
      proof: { text: 'yes' },
    })),
    badges: [{ id: 'owl', title: 'Night Owl', icon: '🦉', points: 20, when: { solves: 3 } }],
    ...over,
  };
}

/** @param {string} path @param {object} json @param {any} server @param {string} hunt */
function order(server, hunt, path, json) {
  return server.organizer(`/hunts/${hunt}/${path}`, {
    method: 'POST',
    json: { id: crypto.randomUUID(), ...json },
  });
}

/** @param {Page} page @param {string} name @param {boolean} [still] what moves is shown at its end */
async function shot(page, name, still = true) {
  const wider = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    return [scrollWidth - clientWidth, scrollHeight - clientHeight];
  });
  expect(wider, `${name} scrolls`).toEqual([0, 0]);
  await page.screenshot({
    path: `tests/screenshots/display-${name}.png`,
    animations: still ? 'disabled' : 'allow',
  });
}

/** The names as the board shows them, from the top. @param {Page} page */
function ranking(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('.place:not([data-out], [data-dark])')]
      .map((node) => ({
        rank: Number(node.querySelector('.place-rank')?.textContent),
        name: node.querySelector('.place-name')?.textContent ?? '',
      }))
      .sort((a, b) => a.rank - b.rank)
      .map((row) => row.name),
  );
}

test('a display sees what two players find, within a second', async ({ open, server }) => {
  const display = await open(PROJECTOR);
  await display.goto(`${server.url}/h/lantern-walk/display`);
  await expect(display.getByText('Nobody is on the board yet')).toBeVisible();
  await expect(display.getByRole('img', { name: 'QR code' })).toBeVisible();
  const ada = await open();
  const bo = await open();
  await join(ada, server, 'Ada');
  await join(bo, server, 'Bo');
  await expect.poll(() => ranking(display)).toHaveLength(2);

  const seen = display.evaluate(
    () =>
      new Promise((resolve) => {
        const look = () =>
          [...document.querySelectorAll('.place')].some(
            (p) => Number(p.querySelector('.place-points')?.textContent) > 0,
          )
            ? resolve(Date.now())
            : requestAnimationFrame(look);
        look();
      }),
  );
  await claim(ada, 'locked-gate', 'darkness');
  const [award] = (await server.ledger('lantern-walk')).filter(
    (/** @type {any} */ e) => e.type === 'awarded',
  );
  expect(Number(await seen) - award.at).toBeLessThan(1000);
  await expect.poll(() => ranking(display)).toEqual(['Ada', 'Bo']);
  await expect(display.locator('.ticker')).toContainText('Ada');
  await expect(display.locator('.moment-card')).toContainText('First to find it');
  await expect(display.locator('.moment-card')).toContainText('Locked Gate');
  await claim(bo, 'locked-gate', 'night');
  await expect(display.locator('.place', { hasText: 'Bo' }).locator('.place-points')).not.toHaveText('0');
});

test('a hunt from the countdown to the podium', async ({ open, server }) => {
  test.setTimeout(180_000); // ten places are called, slowly on purpose
  const hunt = 'harbour';
  const opens = new Date(Date.now() + 3_600_000).toISOString();
  const closes = new Date(Date.now() + 3 * 3_600_000).toISOString();
  await server.organizer(`/hunts/${hunt}`, { method: 'PUT', json: harbour(hunt, { opens, closes }) });
  const display = await open(PROJECTOR);
  await display.goto(`${server.url}/h/${hunt}/display`);
  await expect(display.getByText('The hunt opens in')).toBeVisible();
  const players = await crowd(await open(), server, hunt, NAMES);
  await expect(display.getByText('12 are here')).toBeVisible();
  await shot(display, '1-before');

  await server.phase(hunt, 'open');
  await expect(display.getByText('Closes in')).toBeVisible();
  for (const [i, solves] of [7, 6, 5, 6, 4, 3, 2, 3, 1, 2, 1, 0].entries()) {
    for (let c = 0; c < solves; c++) {
      expect(await players.claim(i, `c${(c + i) % TITLES.length}`, 'yes')).toBe('awarded');
    }
  }
  await expect(display.locator('.moment-card')).toBeVisible();
  await shot(display, '2-moment');
  await expect.poll(async () => (await ranking(display)).length).toBe(10);
  await display.keyboard.press('Escape');
  await expect(display.locator('.moment-card')).toBeHidden();
  const leader = (await ranking(display))[0];
  await expect(display.locator('.line-names')).toContainText(leader);
  await shot(display, '3-play');
  for (const [name, width, height] of /** @type {[string, number, number][]} */ ([
    ['720', 1280, 720],
    ['4k', 3840, 2160],
  ])) {
    await display.setViewportSize({ width, height });
    await shot(display, `3-play-${name}`);
  }
  await display.setViewportSize(PROJECTOR.viewport);
  await display.keyboard.press('l');
  await shot(display, '3-play-light');
  await display.keyboard.press('l');

  await order(server, hunt, 'announcements', {
    text: 'The ferry leaves at nine. Be back at the pier with your lantern by then.',
  });
  await expect(display.getByText('The ferry leaves at nine')).toBeVisible();
  await shot(display, '4-notice');
  await display.keyboard.press('Escape');
  await server.phase(hunt, 'paused');
  await expect(display.getByText('The clock stands still')).toBeVisible();
  await expect(display.getByText('The ferry leaves at nine')).toBeHidden();
  await shot(display, '5-paused');
  await server.phase(hunt, 'open');

  const before = await ranking(display);
  await server.phase(hunt, 'freeze');
  await expect(display.getByText('The board is frozen')).toBeVisible();
  for (const c of [1, 2, 3, 4, 5, 6, 7]) await players.claim(6, `c${c}`, 'yes');
  await server.phase(hunt, 'closed');
  await expect(display.getByText('The hunt is over')).toBeVisible();
  expect(await ranking(display)).toEqual(before);
  await shot(display, '6-frozen');

  await server.phase(hunt, 'reveal');
  await expect(display.locator('.call-place')).toHaveText('Place 10');
  await expect(display.locator('.call-name')).not.toBeEmpty();
  const called = await ranking(display);
  expect(called).toHaveLength(1);
  await expect.poll(async () => (await ranking(display)).length, { timeout: 30_000 }).toBe(8);
  await expect(display.locator('.call-place')).toHaveText('Place 2');
  await shot(display, '7-reveal-suspense');
  await expect.poll(async () => (await ranking(display)).length, { timeout: 30_000 }).toBe(10);
  await expect(display.locator('.call-place')).toHaveText('The winner');
  await shot(display, '8-reveal-winner');
  const rows = (await (await fetch(`${server.url}/api/v1/hunts/${hunt}/board?limit=10`)).json()).rows;
  expect(await ranking(display)).toEqual(rows.map((/** @type {any} */ row) => row.name));
  await display.keyboard.press('Enter');
  await expect(display.locator('.podium')).toBeVisible();
  await expect(display.locator('.step[data-rank="1"]')).toContainText(rows[0].name);
  await shot(display, '9-podium', false);
  await display.keyboard.press('l');
  await shot(display, '9-podium-light', false);
});

test('a click skips the reveal', async ({ open, server }) => {
  const hunt = 'harbour';
  await server.open(harbour(hunt));
  const display = await open(PROJECTOR);
  await display.goto(`${server.url}/h/${hunt}/display`);
  const players = await crowd(await open(), server, hunt, ['Ada', 'Bo', 'Cy']);
  await players.claim(0, 'c0', 'yes');
  await server.phase(hunt, 'freeze');
  await expect(display.getByText('The board is frozen')).toBeVisible();
  await players.claim(1, 'c7', 'yes');
  await server.phase(hunt, 'reveal');
  await expect(display.locator('.call')).toBeVisible();
  await display.mouse.click(900, 500);
  await expect(display.locator('.call')).toBeHidden();
  expect((await ranking(display))[0]).toBe('Bo');
});

test('a server that restarts under the display', async ({ open, server }) => {
  const hunt = 'harbour';
  await server.open(harbour(hunt));
  const display = await open(PROJECTOR);
  await display.goto(`${server.url}/h/${hunt}/display`);
  const first = await crowd(await open(), server, hunt, ['Ada']);
  await first.claim(0, 'c0', 'yes');
  await expect.poll(() => ranking(display)).toEqual(['Ada']);
  await server.kill();
  await expect(display.getByText(/As of \d\d:\d\d:\d\d, reconnecting/)).toBeVisible();
  expect(await ranking(display)).toEqual(['Ada']);
  await shot(display, 'stale');
  await server.start();
  await expect(display.getByText(/reconnecting/)).toBeHidden({ timeout: 30_000 });
  const second = await crowd(await open(), server, hunt, ['Bo']);
  await second.claim(0, 'c7', 'yes');
  await expect.poll(() => ranking(display)).toEqual(['Bo', 'Ada']);
});

test('it does not grow, speaks German and keeps still where motion is unwanted', async ({ open, server }) => {
  const hunt = 'harbour';
  await server.open(harbour(hunt));
  const display = await open({ ...PROJECTOR, locale: 'de-DE', reducedMotion: 'reduce' });
  await display.goto(`${server.url}/h/${hunt}/display`);
  await expect(display.getByText('Noch steht niemand auf der Tafel')).toBeVisible();
  const nodes = () => display.evaluate(() => document.querySelectorAll('body *').length);
  const players = await crowd(await open(), server, hunt, NAMES);
  await players.claim(0, 'c0', 'yes');
  await expect(display.locator('.moment-card')).toContainText('Zuerst gefunden');
  await expect.poll(() => ranking(display)).toHaveLength(10);
  for (let c = 0; c < 4; c++) for (let i = 0; i < NAMES.length; i++) await players.claim(i, `c${c}`, 'yes');
  const filled = await nodes();
  for (let c = 4; c < 8; c++) for (let i = 0; i < NAMES.length; i++) await players.claim(i, `c${c}`, 'yes');
  await expect(display.locator('.place[data-leads] .place-found')).toHaveText('8 gefunden');
  expect(await nodes()).toBeLessThan(filled + 30); // ticker lines and cards differ in their number of nodes
  expect(await display.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('a hunt that is not there', async ({ open, server }) => {
  const display = await open(PROJECTOR);
  const answer = await display.goto(`${server.url}/h/nowhere/display`);
  expect(answer?.status()).toBe(200);
  await expect(display.getByText('There is no such hunt here')).toBeVisible();
});
