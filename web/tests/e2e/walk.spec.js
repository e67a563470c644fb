/** @import { Page } from '@playwright/test' */
/** @import { Server } from './server.js' */
import { claim, expect, points, stop, test } from './base.js';

test('a player walks the whole demo hunt', async ({ open, server }) => {
  const page = await open();
  await page.goto(server.url);
  await page.getByRole('link', { name: 'The Lantern Walk' }).click();
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.getByText('Type a name first.')).toBeVisible();
  await page.getByLabel('Your name').fill('Ada');
  await page.keyboard.press('Enter');
  await expect(page.getByText('0 of 11 found')).toBeVisible();

  await gate(page);
  await choices(page);
  await hintAndNumbers(page);
  await answers(page);
  await position(page);
  await review(page, server);

  await expect(page.getByText('11 of 11 found')).toBeVisible();
  const { rows } = await (
    await fetch(`${server.url}/api/v1/hunts/lantern-walk/board?offset=0&limit=10`)
  ).json();
  expect(rows[0]).toMatchObject({ name: 'Ada', solved: 11 });
  await expect.poll(() => points(page)).toBe(rows[0].points);
  const total = (await server.ledger('lantern-walk')).reduce((sum, entry) => sum + (entry.points ?? 0), 0);
  expect(rows[0].points).toBe(total);

  await page.getByRole('button', { name: 'Yours' }).click();
  await expect(page.getByText('Badge: Seven Doors')).toBeVisible();
  await server.phase('lantern-walk', 'closed');
  await expect(page.getByRole('heading', { name: 'The walk is over' })).toBeVisible();
  await expect(page.locator('.final:not(.finish)')).toContainText('1st of 1');
});

/** A wrong answer, a free hint, and the right answer. @param {Page} page */
async function gate(page) {
  await expect(page.locator('#c-rope-lane')).toHaveAttribute('data-status', 'locked');
  const details = await claim(page, 'locked-gate', 'fog');
  const field = details.getByLabel('Your answer');
  await expect(details.locator('.field-error')).toBeVisible();
  await expect(field).toHaveValue('fog');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await details.getByRole('button', { name: 'Take the hint' }).click();
  await expect(details.getByText('as soon as you blow your lantern out')).toBeVisible();
  await field.fill('  The  DARK ');
  await details.getByRole('button', { name: 'Claim it' }).click();
  await expect(details.getByText('Found!')).toBeVisible();
  await expect(page.getByText('1 of 11 found')).toBeVisible();
  await expect(page.locator('#c-rope-lane')).toHaveAttribute('data-status', 'ready');
}

/** @param {Page} page */
async function choices(page) {
  const inns = await stop(page, 'night-rooms');
  await inns.getByRole('button', { name: 'Claim it' }).click();
  await expect(inns.getByText('Choose something first.')).toBeVisible();
  await inns.getByLabel('The Cat').check();
  await inns.getByRole('button', { name: 'Claim it' }).click();
  await expect(inns.locator('.field-error')).toContainText('One attempt left.');
  await expect(inns.getByLabel('The Cat')).toBeChecked();
  const toll = await stop(page, 'toll-house');
  for (const crate of ['Candles', 'Fireflies', 'Embers from the smithy'])
    await toll.getByLabel(crate).check();
  await toll.getByRole('button', { name: 'Claim it' }).click();
  await expect(toll.getByText('Found!')).toBeVisible();
  await stop(page, 'night-rooms');
  await inns.getByLabel('The Bell').check();
  await inns.getByRole('button', { name: 'Claim it' }).click();
  await expect(inns.getByText('Found!')).toBeVisible();
}

/** A hint that costs points, and numbers. @param {Page} page */
async function hintAndNumbers(page) {
  const lane = await stop(page, 'rope-lane');
  const before = await points(page);
  await lane.getByRole('button', { name: 'Take the hint' }).click();
  await lane.getByRole('button', { name: 'Not now' }).click();
  await lane.getByRole('button', { name: 'Take the hint' }).click();
  await expect(lane.getByText(`It costs 10 points; you keep ${before - 10}.`)).toBeVisible();
  await lane.getByRole('button', { name: 'Yes, take it' }).click();
  await expect(lane.getByText('Which ones did he meet twice?')).toBeVisible();
  await expect.poll(() => points(page)).toBe(before - 10);
  await claim(page, 'rope-lane', 'twelve', 'Your number');
  await expect(lane.getByText('Type a number')).toBeVisible();
  await claim(page, 'rope-lane', '12', 'Your number');
  await expect(lane.getByText('Found!')).toBeVisible();
  const light = await claim(page, 'hurry-of-light', '1,0', 'Your number');
  await expect(light.getByText('Found!')).toBeVisible();
}

/** @param {Page} page */
async function answers(page) {
  const solve = async (/** @type {string} */ id, /** @type {string} */ answer, label = 'Your answer') => {
    const details = await claim(page, id, answer, label);
    await expect(details.getByText('Found!')).toBeVisible();
  };
  await solve('eavesdropping', 'The tide waits for no one');
  await solve('roman-stone', '1874');
  await solve('nets-and-gulls', ' glow', 'The code you found');
  await expect(page.locator('#c-last-lantern')).toHaveAttribute('data-status', 'ready');
  await solve('last-lantern', 'a lantern');
}

/** @param {Page} page */
async function position(page) {
  const beam = await stop(page, 'beam');
  await beam.getByRole('button', { name: 'Use my position' }).click();
  await expect(beam.locator('.field-error:visible')).toContainText(/type the coordinates/i);
  await beam.getByLabel('Latitude').fill('943');
  await beam.getByRole('button', { name: 'Claim it' }).click();
  await expect(beam.getByText('Latitude is a number')).toBeVisible();
  await beam.getByLabel('Latitude').fill('43.3858');
  await beam.getByLabel('Longitude').fill('−8.4064');
  await beam.getByRole('button', { name: 'Claim it' }).click();
  await expect(beam.getByText('Found!')).toBeVisible();
}

/** A claim that an organizer decides; it stays in review over a reload. @param {Page} page @param {Server} server */
async function review(page, server) {
  await claim(page, 'own-light', 'The comet over the ferry', 'Which light was it');
  const note = page.getByText('An organizer looks at your claim.');
  await expect(note).toBeVisible();
  await page.reload();
  await stop(page, 'own-light');
  await expect(note).toBeVisible();
  const { reviews } = await (await server.organizer('/hunts/lantern-walk/reviews')).json();
  await server.organizer(`/hunts/lantern-walk/reviews/${reviews[0].id ?? reviews[0].claim}`, {
    method: 'POST',
    json: { approve: true, reason: 'a fine comet' },
  });
  await expect(page.locator('#c-own-light').getByText('Found!')).toBeVisible();
}

test('a link brings the code of a challenge', async ({ open, server }) => {
  const page = await open();
  await server.open({
    hunt: 'signs',
    title: 'Signs',
    mode: 'solo',
    join_code: 'SESAME',
    challenges: [{ id: 'post', title: 'The post', points: 10, proof: { code: 'OWL-7' } }],
  });
  await page.goto(`${server.url}/h/signs#claim=post&code=owl-7`);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Code of the hunt').fill('wrong');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.getByText('That is not the code of this hunt.')).toBeVisible();
  await expect(page.getByLabel('Code of the hunt')).toHaveValue('wrong');
  await page.getByLabel('Code of the hunt').fill('sesame');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.getByLabel('The code you found')).toHaveValue('owl-7');
  await page.getByRole('button', { name: 'Claim it' }).click();
  await expect(page.getByText('Found!')).toBeVisible();
});

test('a sign of another hunt, or of a locked stop, says so', async ({ open, server }) => {
  await server.open({
    hunt: 'signs',
    title: 'Signs',
    mode: 'solo',
    challenges: [
      { id: 'gate', title: 'The gate', points: 10, proof: { text: 'moth' } },
      { id: 'post', title: 'The post', points: 10, proof: { code: 'OWL-7' }, requires: ['gate'] },
    ],
  });
  const page = await open();
  await page.goto(`${server.url}/h/signs#claim=tower&code=X`);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.locator('.moment')).toContainText('This sign is not part of this hunt');
  await page.goto(`${server.url}/h/signs#claim=post&code=OWL-7`); // only the part after the # differs, as for a page that is open
  const told = page.locator('.moment', { hasText: 'You found a sign of “The post”' });
  await expect(told).toContainText('First find The gate');
  await told.getByRole('button', { name: 'Close' }).click();
  await claim(page, 'gate', 'moth');
  await expect(page.getByLabel('The code you found')).toHaveValue('OWL-7'); // the code was kept until now
});

test('a team is founded, joined by its code, and earns together', async ({ open, server }) => {
  await server.open({
    hunt: 'relay',
    title: 'Relay',
    mode: 'team',
    challenges: [{ id: 'one', title: 'One', points: 10, proof: { text: 'yes' } }],
  });
  const first = await open();
  await first.goto(`${server.url}/h/relay`);
  await first.getByLabel('Your name').fill('Ada');
  await first.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(first.getByText('Give the team a name.')).toBeVisible();
  await first.getByLabel('Name of the team').fill('The Moths');
  await first.getByRole('button', { name: 'Join the hunt' }).click();
  await first.getByRole('button', { name: 'Yours' }).click();
  const code = (await first.locator('.invite').textContent()) ?? '';

  const second = await open();
  await second.goto(`${server.url}/h/relay`);
  await second.getByLabel('Your name').fill('Bo');
  await second.getByLabel('Join a team').check();
  await second.getByLabel('Invitation code').fill('nonsense');
  await second.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(second.locator('.entry .field-error:visible')).toBeVisible();
  await second.getByLabel('Invitation code').fill(code);
  await second.getByRole('button', { name: 'Join the hunt' }).click();
  await claim(second, 'one', 'yes');
  await expect(second.getByText('Found!')).toBeVisible();
  await expect.poll(() => points(first)).toBe(10);
  await expect(first.locator('.own-log')).toContainText('One');
});
