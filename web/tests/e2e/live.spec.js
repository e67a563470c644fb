import { claim, expect, join, points, stop, test } from './base.js';

test('two pages see each other at once', async ({ open, server }) => {
  const ada = await open();
  const bo = await open({ viewport: { width: 1280, height: 800 } });
  await join(ada, server, 'Ada');
  await join(bo, server, 'Bo');
  await claim(ada, 'locked-gate', 'darkness');
  await expect(ada.locator('#c-locked-gate').getByText('Found!')).toBeVisible();

  const leader = bo.locator('.board .row').first();
  await expect(leader).toContainText('Ada');
  await expect(bo.locator('.ticker')).toContainText('Ada found Locked Gate');
  await expect(bo.getByText('2nd of 2', { exact: true })).toBeVisible();
  await expect(bo.locator('#c-locked-gate .stop-worth')).toContainText('60');

  await claim(bo, 'locked-gate', 'night');
  await expect(bo.locator('#c-locked-gate').getByText('Found!')).toBeVisible();
  await ada.getByRole('button', { name: 'Board' }).click();
  await expect(ada.locator('.ticker')).toContainText('Bo found Locked Gate');
  expect(await points(ada)).toBeGreaterThan(await points(bo));
});

test('a second device of the same player hears of the award', async ({ open, server }) => {
  const phone = await open();
  await join(phone, server, 'Ada');
  const desk = await phone.context().newPage();
  await desk.goto(`${server.url}/h/lantern-walk`);
  await expect(desk.getByText('0 of 11 found')).toBeVisible();
  await claim(phone, 'locked-gate', 'darkness');
  await expect(desk.getByText('1 of 11 found')).toBeVisible();
  await expect(desk.locator('.moment').getByText('Locked Gate is found')).toBeVisible();
  await expect(desk.locator('#c-rope-lane')).toHaveAttribute('data-status', 'ready');
});

test('announcements, a pause and what an organizer takes back arrive', async ({ open, server }) => {
  const page = await open();
  await join(page, server, 'Ada');
  await claim(page, 'locked-gate', 'darkness');
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  const order = (/** @type {string} */ path, /** @type {object} */ json) =>
    server.organizer(`/hunts/lantern-walk/${path}`, {
      method: 'POST',
      json: { id: crypto.randomUUID(), ...json },
    });

  await order('announcements', { text: 'Soup is ready' });
  await expect(page.locator('.moment').getByText('Soup is ready')).toBeVisible();
  await server.phase('lantern-walk', 'paused');
  await expect(page.getByText('The clock stands still')).toBeVisible();
  await server.phase('lantern-walk', 'open');
  await expect(page.getByText('The clock stands still')).toBeHidden();

  const { rows } = await (await fetch(`${server.url}/api/v1/hunts/lantern-walk/board`)).json();
  await order('revocations', {
    entrant: rows[0].entrant,
    challenge: 'locked-gate',
    reason: 'told it around',
  });
  await expect(page.getByText('0 of 11 found')).toBeVisible();
  await expect(page.locator('#c-rope-lane')).toHaveAttribute('data-status', 'locked');
  await page.getByRole('button', { name: 'Yours' }).click();
  await expect(page.locator('.own-log')).toContainText('told it around');
});

test('a hunt that is not open yet lights up by itself', async ({ open, server }) => {
  const definition = {
    hunt: 'soon',
    title: 'Soon',
    mode: 'solo',
    challenges: [{ id: 'one', title: 'One', points: 10, proof: { text: 'yes' } }],
  };
  await server.organizer('/hunts/soon', { method: 'PUT', json: definition });
  const page = await open();
  await join(page, server, 'Ada', 'soon');
  await expect(page.getByText('1 challenge waits in the dark')).toBeVisible();
  await server.phase('soon', 'open');
  const one = await stop(page, 'one');
  await expect(one.getByLabel('Your answer')).toBeVisible();
});
