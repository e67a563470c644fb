import { claim, expect, join, stop, test } from './base.js';
import { look } from './look.js';

const sizes = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desk', width: 1280, height: 800 },
  { name: 'wide', width: 1920, height: 1080 },
];

for (const { name, width, height } of sizes) {
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    test(`${name}, ${colorScheme}`, async ({ open, server }) => {
      const page = await open({ viewport: { width, height }, colorScheme });
      let taken = 0;
      const shot = (/** @type {string} */ what) => look(page, `${name}-${colorScheme}-${++taken}-${what}`);
      await page.goto(server.url);
      await expect(page.getByRole('link', { name: 'The Lantern Walk' })).toBeVisible();
      await shot('lobby');
      await page.goto(`${server.url}/h/lantern-walk`);
      await expect(page.getByRole('button', { name: 'Join the hunt' })).toBeVisible();
      await shot('entry');
      await join(page, server, 'Ada');
      await stop(page, 'locked-gate');
      await shot('challenge');
      const gate = await claim(page, 'locked-gate', 'fog');
      await expect(gate.locator('.field-error')).toBeVisible();
      await shot('wrong');
      await claim(page, 'locked-gate', 'darkness');
      await expect(gate.getByText('Found!')).toBeVisible();
      await shot('found');
      await stop(page, 'beam');
      await shot('location');
      if (name === 'phone') await page.getByRole('button', { name: 'Board' }).click();
      await shot('board');
      if (name === 'phone') await page.getByRole('button', { name: 'Yours' }).click();
      await shot('yours');
      await page.goto(`${server.url}/h/nowhere`);
      await expect(page.getByRole('heading', { name: 'There is no such hunt here' })).toBeVisible();
      await shot('unknown');
    });
  }
}
