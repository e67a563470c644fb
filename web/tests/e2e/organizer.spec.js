/** @import { Page } from '@playwright/test' */
import { readFile } from 'node:fs/promises';
import { claim, expect, join, test } from './base.js';
import { look } from './look.js';
import { Server } from './server.js';

const broken = `hunt: night-market
title: The Night Market
mode: solo
challenges:
  - id: lamp
    title: The green lamp
    pionts: 100
    proof: {text: moth}
  - id: stall
    title: The last stall
    description: What hangs there?
    points: 60
    proof: {review: {prompt: Tell what you saw}}
badges:
  - {id: friend, title: Friend of the market, when: {manual: true}}
`;

/** Signs in by the link. @param {Page} page @param {Server} server @param {string} [at] */
async function signIn(page, server, at = '') {
  await page.goto(`${server.url}/organizer#token=${server.organizerToken}`);
  await expect(page.getByRole('heading', { name: 'Hunts' })).toBeVisible();
  expect(page.url()).not.toContain('token');
  if (at) await page.goto(`${server.url}/organizer#/${at}`);
}

/** @param {Page} page @param {string} name */
const tab = (page, name) => page.getByRole('navigation').getByRole('link', { name }).click();

/** @param {Page} page @param {string} name */
async function order(page, name) {
  await page.locator('.desk-head').getByRole('button', { name }).click();
}

/** @param {Page} page @param {string} name */
async function confirmed(page, name) {
  await order(page, name);
  await page.getByRole('dialog').getByRole('button', { name }).click();
}

test('the day of an organizer', async ({ open, server }) => {
  const desk = await open({ viewport: { width: 1280, height: 800 } });
  await signIn(desk, server);

  // A file with a mistake is uploaded, and the mistake is shown at its line.
  await desk.getByRole('link', { name: 'New hunt' }).click();
  await desk.getByLabel('Upload a file').setInputFiles({
    name: 'night-market.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from(broken),
  });
  const text = desk.getByLabel('Hunt file (YAML)');
  await expect(text).toHaveValue(broken);
  const finding = desk.locator('.findings li.error', { hasText: 'Line 7' });
  await expect(finding).toContainText('points');
  await finding.getByRole('button').click();
  await expect(text).toBeFocused();
  expect(
    await text.evaluate((/** @type {HTMLTextAreaElement} */ e) =>
      e.value.slice(e.selectionStart, e.selectionEnd),
    ),
  ).toContain('pionts: 100');

  // An id that cannot be one is named, though the file has other mistakes, too.
  await text.fill(broken.replace('hunt: night-market', 'hunt: Night Market'));
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await expect(desk.getByText('no id of a hunt that can be used')).toBeVisible();
  await expect(
    desk.locator('.findings li.error', { hasText: '"Night Market" cannot be an id.' }),
  ).toBeVisible();
  await text.fill(broken);

  // Applying is refused; a reload loses nothing; then the mistake is corrected.
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await expect(desk.getByText('the hunt file has errors')).toBeVisible();
  await desk.reload();
  await expect(text).toHaveValue(broken);
  await text.fill(broken.replace('pionts', 'points'));
  await expect(desk.locator('.lint')).toContainText('Maximum score 160');
  await expect(desk.locator('.findings li.error')).toHaveCount(0);
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await expect(desk.locator('.plan')).toContainText('night-market is new');
  await desk.getByRole('button', { name: 'Apply as revision 1' }).click();
  await expect(desk.getByRole('heading', { name: 'The Night Market' })).toBeVisible();
  await expect(desk.locator('.desk-title')).toContainText('Draft');

  // The hunt is opened, claims come in, and the numbers show them.
  await tab(desk, 'Live');
  await confirmed(desk, 'Open the hunt');
  await expect(desk.locator('.desk-title')).toContainText('Open');
  const player = await open();
  await join(player, server, 'Ada', 'night-market');
  await claim(player, 'lamp', 'bee');
  await expect(player.locator('#c-lamp .field-error')).toBeVisible();
  await claim(player, 'lamp', 'moth');
  await expect(player.locator('#c-lamp').getByText('Found!')).toBeVisible();
  const lamp = desk.getByRole('row', { name: 'The green lamp' });
  await expect(lamp.getByRole('cell')).toHaveText(['1', '1']);
  await expect(desk.locator('.outcomes')).toContainText('awarded');

  // Points are corrected: a reason is required, and a preview shows the change.
  await tab(desk, 'Entrants');
  await desk.getByLabel('Search by name or id').fill('AD');
  await desk.getByRole('link', { name: 'Ada' }).click();
  await desk.getByLabel('Points', { exact: true }).fill('-10');
  await expect(desk.locator('.preview')).toContainText('100 → 90');
  await desk.getByRole('button', { name: 'Adjust points' }).click();
  await expect(desk.getByText('Say why: the entrant is told it.')).toBeVisible();
  await expect(desk.getByLabel('Points', { exact: true })).toHaveValue('-10');
  await desk.getByLabel('Reason').fill('Left the lamp on');
  await desk.getByRole('button', { name: 'Adjust points' }).click();
  await expect(desk.locator('.told')).toContainText('Ada: −10, now 90 points.');
  await expect(desk.locator('.history li').first()).toContainText('Left the lamp on');
  await expect(player.locator('.points-number')).toHaveText('90');

  // A badge is given by hand.
  await desk.getByText('Give', { exact: true }).click();
  await desk.getByLabel('What to give').selectOption('Friend of the market');
  await desk.getByLabel('Reason').fill('Held the ladder');
  await desk.getByRole('button', { name: 'Give it' }).click();
  await expect(desk.locator('.history')).toContainText('earned Friend of the market');

  // A claim waits for a decision.
  await claim(player, 'stall', 'A net of onions', 'Tell what you saw');
  await tab(desk, 'Reviews');
  await expect(desk.getByText('A net of onions')).toBeVisible();
  await desk.getByRole('button', { name: 'Approve' }).click();
  await expect(desk.getByText('Nothing waits for a decision.')).toBeVisible();
  await expect(player.locator('.points-number')).toHaveText('150');

  // Pause, resume, freeze, reveal, announce, close.
  await order(desk, 'Pause');
  await expect(player.getByText('The clock stands still')).toBeVisible();
  await order(desk, 'Resume');
  await expect(player.getByText('The clock stands still')).toBeHidden();
  await order(desk, 'Freeze the board');
  await expect(desk.locator('.desk-title')).toContainText('board frozen');
  await confirmed(desk, 'Reveal the board');
  await expect(desk.locator('.desk-title')).not.toContainText('board frozen');
  await tab(desk, 'Live');
  await desk.getByRole('button', { name: 'Announce' }).click();
  await expect(desk.getByText('Write what to announce.')).toBeVisible();
  await desk.getByLabel('Announcement').fill('Soup is ready');
  await desk.getByRole('button', { name: 'Announce' }).click();
  await expect(player.locator('.moment').getByText('Soup is ready')).toBeVisible();
  await order(desk, 'Close the hunt');
  await desk.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(desk.locator('.desk-title')).toContainText('Open');
  await confirmed(desk, 'Close the hunt');
  await expect(desk.locator('.desk-title')).toContainText('Closed');

  // The ledger shows all of it, and the results are downloaded.
  await tab(desk, 'Ledger');
  for (const said of ['found The green lamp', 'Left the lamp on', 'Soup is ready', 'hunt is closed'])
    await expect(desk.locator('.ledger')).toContainText(said);
  await tab(desk, 'Share');
  await expect(desk.getByAltText('QR code')).toHaveJSProperty('complete', true);
  expect(
    await desk.getByAltText('QR code').evaluate((/** @type {HTMLImageElement} */ e) => e.naturalWidth),
  ).toBeGreaterThan(0);
  const download = desk.waitForEvent('download');
  await desk.getByRole('button', { name: 'Download CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('night-market-results.csv');
  expect(await readFile(await file.path(), 'utf8')).toMatch(
    /^\ufeffrank,entrant,name,points,solved,badges,division,state,started,finished,penalties\n1,\w+,Ada,150,2,1,,,,,0\n$/,
  );
});

test('a command without an answer is sent again under its id', async ({ open, server }) => {
  const desk = await open({ viewport: { width: 1280, height: 800 } });
  const player = await open();
  await join(player, server, 'Ada');
  await claim(player, 'locked-gate', 'darkness');
  await expect(player.locator('#c-locked-gate').getByText('Found!')).toBeVisible();
  const had = (await (await server.organizer('/hunts/lantern-walk/board')).json()).rows[0].points;
  await signIn(desk, server, 'lantern-walk/entrants');
  await desk.getByRole('link', { name: 'Ada' }).click();
  await desk.getByLabel('Points', { exact: true }).fill('5');
  await desk.getByLabel('Reason').fill('Well told');
  await expect(desk.locator('.preview')).toContainText(`${had} → ${had + 5}`);

  // The command is carried out, but its answer is lost.
  await desk.route('**/adjustments', async (route) => {
    await route.fetch();
    await route.abort();
  });
  await desk.getByRole('button', { name: 'Adjust points' }).click();
  await expect(desk.getByText('it counts once')).toBeVisible();
  await expect(desk.getByLabel('Reason')).toHaveValue('Well told');
  await desk.unroute('**/adjustments');
  await desk.reload();
  await expect(desk.getByText('No answer yet: Adjust points: Ada')).toBeVisible();
  await expect(desk.getByLabel('Reason')).toHaveValue('Well told');
  await desk.getByRole('button', { name: 'Adjust points' }).click();
  await expect(desk.locator('.told')).toContainText(`now ${had + 5}`);
  await expect(desk.getByText('No answer yet')).toBeHidden();
  const adjusted = (await server.ledger('lantern-walk')).filter((e) => e.type === 'adjusted');
  expect(adjusted.map((e) => e.points)).toEqual([5]);
});

test('only the right token opens the desk, and it is gone after signing out', async ({ open, server }) => {
  const page = await open();
  await page.goto(`${server.url}/organizer`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('The token is missing.')).toBeVisible();
  await page.getByLabel('Organizer token').fill(server.organizerToken);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Hunts' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Hunts' })).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(server.organizerToken);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Organizer token')).toBeVisible();
  expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain(server.organizerToken);
});

for (const [name, width, height] of /** @type {const} */ ([
  ['desk', 1920, 1080],
  ['phone', 390, 844],
])) {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    test(`looks: ${name}, ${colorScheme}`, async ({ open, server }) => {
      const page = await open({ viewport: { width, height }, colorScheme });
      const shot = (/** @type {string} */ what, fullPage = false) =>
        look(page, `organizer-${name}-${colorScheme}-${what}`, {
          fullPage,
          contrastOnly: colorScheme === 'light',
        });
      const player = await open();
      await join(player, server, 'Ada');
      await claim(player, 'locked-gate', 'fog');
      await expect(player.locator('#c-locked-gate .field-error')).toBeVisible();
      await claim(player, 'locked-gate', 'darkness');
      await expect(player.locator('#c-locked-gate').getByText('Found!')).toBeVisible();
      await join(await open(), server, 'ليلى نور الدين والفانوس الكبير', 'lantern-walk');
      await page.goto(`${server.url}/organizer`);
      await shot('door');
      await signIn(page, server);
      await expect(page.getByRole('link', { name: 'The Lantern Walk' })).toBeVisible();
      await shot('hunts');
      await page.getByRole('link', { name: 'The Lantern Walk' }).click();
      await expect(page.getByRole('row', { name: 'Locked Gate' })).toBeVisible();
      await shot('live', true);
      await order(page, 'Close the hunt');
      await shot('sure');
      await page.keyboard.press('Escape');
      await tab(page, 'Entrants');
      await expect(page.locator('.row')).toHaveCount(2);
      await shot('entrants');
      await page.getByRole('link', { name: 'Ada' }).click();
      await page.getByLabel('Points', { exact: true }).fill('-20');
      await expect(page.locator('.preview dl')).toBeVisible();
      await shot('entrant', true);
      await tab(page, 'Hunt file');
      const text = page.getByLabel('Hunt file (YAML)');
      await expect(text).toHaveValue(/lantern-walk/);
      await text.fill(
        (await text.inputValue())
          .replace('    points: 50', '    pionts: 50')
          .replace('mode: solo', 'mode: duo'),
      );
      await expect(page.locator('.findings li').nth(1)).toBeVisible();
      await page.locator('.findings button').nth(1).click();
      await shot('findings', true);
      await text.fill(
        (await text.inputValue()).replace('pionts: 50', 'points: 55').replace('mode: duo', 'mode: solo'),
      );
      await page.getByRole('button', { name: 'Show the plan' }).click();
      await expect(page.locator('.plan')).toBeVisible();
      await shot('plan', true);
      await tab(page, 'Ledger');
      await expect(page.locator('.ledger tbody tr').nth(3)).toBeVisible();
      await shot('ledger');
      await tab(page, 'Reviews');
      await expect(page.getByText('Nothing waits')).toBeVisible();
      await tab(page, 'Share');
      await expect(page.getByAltText('QR code')).toBeVisible();
      await shot('share', true);
    });
  }
}
