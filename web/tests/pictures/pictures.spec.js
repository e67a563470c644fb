import { claim, expect, join, stop, test } from '../e2e/base.js';
import { crowd } from '../e2e/crowd.js';

const IMAGES = new URL('../../../docs/images/', import.meta.url).pathname;
const NAMES = [
  'The Night Otters',
  'Ada',
  'Les Lanternes Rouges',
  'Grün ist die Heide',
  'Bo',
  'Ελένη & Νίκος',
];
/** @type {[string, string|number, number][]} challenge, answer, how many find it */
const FOUND = [
  ['locked-gate', 'darkness', 6],
  ['rope-lane', 12, 5],
  ['eavesdropping', 'The tide waits for no one', 3],
];

test('the pictures of the README', async ({ open, server }) => {
  const players = await crowd(await open(), server, 'lantern-walk', NAMES);
  const display = await open({ viewport: { width: 1920, height: 1080 } });
  await display.goto(`${server.url}/h/lantern-walk/display`);
  for (const [challenge, answer, finders] of FOUND)
    for (let i = 0; i < finders; i++) expect(await players.claim(i, challenge, answer)).toBe('awarded');
  await expect(display.locator('.tick').first()).not.toBeEmpty();
  await display.keyboard.press('Escape');
  await expect(display.locator('.moment-card')).toBeHidden();
  await display.screenshot({ path: `${IMAGES}display.png`, animations: 'disabled' });

  const player = await open({ viewport: { width: 1280, height: 960 } });
  await join(player, server, 'Wren');
  await claim(player, 'locked-gate', 'darkness');
  await expect(player.locator('#c-locked-gate').getByText('Found!')).toBeVisible();
  await stop(player, 'rope-lane');
  await player.mouse.move(0, 0);
  await player.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await player.screenshot({ path: `${IMAGES}player.png`, animations: 'disabled' });

  const desk = await open({ viewport: { width: 1280, height: 960 } });
  await desk.goto(`${server.url}/organizer#token=${encodeURIComponent(server.organizerToken)}`);
  await desk.getByRole('link', { name: 'The Lantern Walk' }).click();
  await expect(desk.locator('.figure').first()).toBeVisible();
  await expect(desk.locator('.bars tbody tr, .bars tr').first()).toBeVisible();
  await desk.mouse.move(0, 0);
  await desk.screenshot({ path: `${IMAGES}organizer.png`, animations: 'disabled' });
});
