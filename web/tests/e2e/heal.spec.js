import { claim, expect, join, points, test } from './base.js';

/** @param {import('./server.js').Server} server @param {string} challenge @returns {Promise<any[]>} */
async function awards(server, challenge) {
  return (await server.ledger('lantern-walk')).filter(
    (e) => e.type === 'awarded' && e.challenge === challenge,
  );
}

test('a server that lost its history gets from the page what it had acknowledged', async ({
  open,
  server,
}) => {
  const page = await open();
  await join(page, server, 'Ada');
  await claim(page, 'locked-gate', 'darkness');
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  await server.kill();
  server.backUp(); // everything after this will be lost
  await server.start();
  await expect(page.getByText(/reconnecting/)).toBeHidden();
  await claim(page, 'rope-lane', '12', 'Your number');
  await expect(page.locator('#c-rope-lane').getByText('Found!')).toBeVisible();
  await claim(page, 'hurry-of-light', '1', 'Your number');
  await expect(page.getByText('3 of 11 found')).toBeVisible();
  const had = await points(page);
  const acknowledged = [...(await awards(server, 'rope-lane')), ...(await awards(server, 'hurry-of-light'))];
  expect(acknowledged).toHaveLength(2);

  await server.kill();
  server.restore();
  await server.start();
  const told = page.locator('.moment', { hasText: 'The server lost a part of its history' });
  await expect(told).toContainText('Your latest 2 finds were sent again, and nothing of yours is missing.');
  await expect(told).toHaveCount(1);
  await expect(page.locator('.moment')).toHaveCount(1); // the finds are not celebrated a second time
  await expect(page.getByText('3 of 11 found')).toBeVisible();
  await expect.poll(() => points(page)).toBe(had);
  for (const award of acknowledged) {
    const [again, ...more] = await awards(server, award.challenge);
    expect(more).toEqual([]);
    expect([again.id, again.points]).toEqual([award.id, award.points]);
  }
  await page.screenshot({ path: 'tests/screenshots/heal.png' });

  // Loading the page again does not say it twice.
  await page.reload();
  await expect(page.getByText('3 of 11 found')).toBeVisible();
  await expect(page.locator('.moment')).toHaveCount(0);
});

test('a page that was closed meanwhile heals too, even if the server forgot that it had joined', async ({
  open,
  server,
}) => {
  await server.open({
    hunt: 'signs',
    title: 'Signs',
    mode: 'solo',
    join_code: 'SESAME',
    challenges: [{ id: 'tree', title: 'The tree', points: 20, proof: { text: 'oak' } }],
  });
  const page = await open();
  await page.goto(`${server.url}/h/signs`);
  await page.getByLabel('Your name').waitFor(); // until then the page is still fetching its parts
  await server.kill();
  server.backUp();
  await server.start();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Code of the hunt').fill('sesame');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await claim(page, 'tree', 'oak');
  await expect(page.getByText('1 of 1 found')).toBeVisible();
  const [award] = (await server.ledger('signs')).filter((e) => e.type === 'awarded');
  await page.goto('about:blank');
  await server.kill();
  server.restore();
  await server.start();
  expect((await server.ledger('signs')).some((e) => e.type === 'joined')).toBe(false);

  await page.goto(`${server.url}/h/signs`);
  await expect(page.getByText('1 of 1 found')).toBeVisible();
  await expect(page.locator('.moment')).toContainText('Your latest find was sent again');
  const again = (await server.ledger('signs')).filter((e) => e.type === 'awarded');
  expect(again.map((e) => [e.id, e.points])).toEqual([[award.id, award.points]]);
});
