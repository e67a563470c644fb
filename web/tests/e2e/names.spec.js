import { claim, expect, join, points, stop, test } from './base.js';

const NAMES = ['constructor', 'valueof'];

test('a hunt may use the names that objects have', async ({ open, server }) => {
  await server.open({
    hunt: 'constructor',
    title: 'Names',
    mode: 'solo',
    challenges: NAMES.map((id) => ({
      id,
      title: `The ${id}`,
      points: 100,
      proof: { text: 'x' },
      attempts: { max: 3 },
      hints: [{ id: 'constructor', title: 'A nudge', text: 'It is x.', cost: 0 }],
    })),
    badges: NAMES.map((id) => ({ id, title: `Badge ${id}`, when: { challenges: [id] } })),
  });
  const page = await open();
  await join(page, server, 'constructor', 'constructor');
  await expect(page.getByText('0 of 2 found')).toBeVisible();
  await expect(page.locator('#c-constructor')).toHaveAttribute('data-status', 'ready');
  await expect(page.locator('#c-constructor .stop-worth')).toHaveText(/^100/);
  const first = await claim(page, 'constructor', 'wrong');
  await expect(first.getByText('2 attempts left').first()).toBeVisible();
  await first.getByRole('button', { name: 'Take the hint' }).click();
  await expect(first.getByText('It is x.')).toBeVisible();
  await claim(page, 'constructor', 'x');
  await expect(first.getByText('Found!')).toBeVisible();
  await expect(page.getByText('1 of 2 found')).toBeVisible();
  expect(await points(page)).toBe(100);
  await page.reload();
  await expect(page.getByText('1 of 2 found')).toBeVisible();
  await expect(await stop(page, 'valueof')).toHaveAttribute('data-status', 'ready');
  await page.getByRole('button', { name: 'Yours' }).click();
  await expect(page.getByText('Badges, 1 of 2')).toBeVisible();

  const display = await open({ viewport: { width: 1280, height: 720 } });
  await display.goto(`${server.url}/h/constructor/display`);
  await expect(display.locator('.place-name').filter({ hasText: 'constructor' })).toBeVisible();
  await expect(display.getByText('NaN')).toHaveCount(0);

  const desk = await open({ viewport: { width: 1280, height: 800 } });
  await desk.goto(`${server.url}/organizer#token=${server.organizerToken}`);
  await expect(desk.getByRole('heading', { name: 'Hunts', exact: true })).toBeVisible();
  await desk.goto(`${server.url}/organizer#/constructor/ledger`);
  await expect(desk.locator('.ledger')).toContainText('found The constructor');
  await expect(desk.locator('.ledger')).toContainText('earned Badge constructor');
});

test('an address with a broken escape leads nowhere and breaks nothing', async ({ open, server }) => {
  const page = await open();
  await page.goto(`${server.url}/organizer#token=${server.organizerToken}`);
  await expect(page.getByRole('heading', { name: 'Hunts', exact: true })).toBeVisible();
  for (const hash of ['#/lantern-walk/%E0%A4%A', '#/lantern-walk/entrants/%E0%A4%A', '#/%E0%A4%A', '#/%']) {
    await page.goto(`${server.url}/organizer${hash}`);
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
    await page.getByRole('link', { name: 'All hunts' }).click();
    await expect(page.getByRole('heading', { name: 'Hunts', exact: true })).toBeVisible();
  }
  for (const path of [
    '/h/lantern-walk#claim=%E0%A4%A',
    '/h/lantern-walk#%',
    '/h/lantern-walk?%E0%A4%A#code=%',
  ]) {
    await page.goto(`${server.url}${path}`);
    await expect(page.getByRole('button', { name: 'Join the hunt' })).toBeVisible();
  }
  await page.goto(`${server.url}/h/lantern-walk/display?top=%E0%A4%A#code=%E0%A4%A`);
  await expect(page.getByText('Join with your phone')).toBeVisible();
});
