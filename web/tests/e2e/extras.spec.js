import { claim, expect, join, stop, test } from './base.js';

const signs = {
  hunt: 'signs',
  title: 'Signs',
  mode: 'solo',
  challenges: [
    { id: 'post', title: 'The post', points: 10, proof: { code: 'OWL-7' } },
    { id: 'tree', title: 'The tree', points: 20, proof: { text: 'oak' } },
  ],
};

test('the page speaks German where the browser does, and changes on request', async ({ open, server }) => {
  const page = await open({ locale: 'de-AT' });
  await page.goto(`${server.url}/h/lantern-walk`);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.getByLabel('Dein Name').fill('Ada');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByLabel('Your name')).toHaveValue('Ada');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.getByText('0 of 11 found')).toBeVisible();
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Which way tonight?' })).toBeVisible();
});

test('drafts and the history survive a reload, and missed news is summed up', async ({ open, server }) => {
  await server.open(signs);
  const page = await open();
  await join(page, server, 'Ada', 'signs');
  await claim(page, 'tree', 'oak');
  await expect(page.getByText('1 of 2 found')).toBeVisible();
  const post = await stop(page, 'post');
  await post.getByLabel('The code you found').fill('OWL');
  const order = (/** @type {string} */ text) =>
    server.organizer('/hunts/signs/announcements', {
      method: 'POST',
      json: { id: crypto.randomUUID(), text },
    });
  await order('Soup is ready');
  await expect(page.locator('.moment').getByText('Soup is ready')).toBeVisible();
  await expect(page.locator('.own-log')).toContainText('Soup is ready');

  await page.goto('about:blank');
  await order('The soup is cold');
  const { rows } = await (await fetch(`${server.url}/api/v1/hunts/signs/board`)).json();
  await server.organizer('/hunts/signs/adjustments', {
    method: 'POST',
    json: { id: crypto.randomUUID(), entrant: rows[0].entrant, points: 5, reason: 'for patience' },
  });
  await page.goto(`${server.url}/h/signs`);
  const summary = page.locator('.moment', { hasText: 'While you were away' });
  await expect(summary).toContainText('Corrected: for patience');
  await expect(summary).toContainText('The soup is cold');
  await expect(summary).not.toContainText('Soup is ready');
  await expect(page.locator('.standing-change')).toContainText('+5 points');
  await expect(page.locator('.own-log')).toContainText('Soup is ready');
  await stop(page, 'post');
  await expect(post.getByLabel('The code you found')).toHaveValue('OWL');
});

test('the camera reads a sign where the browser can; where it may not, the code is typed', async ({
  open,
  server,
}) => {
  await server.open(signs);
  const page = await open();
  await page.addInitScript(() => {
    let asked = 0;
    Object.assign(globalThis, {
      BarcodeDetector: class {
        async detect() {
          return [{ rawValue: `${location.origin}/h/signs#claim=post&code=OWL-7` }];
        }
      },
    });
    navigator.mediaDevices.getUserMedia = async () => {
      if (!asked++) throw new DOMException('no', 'NotAllowedError');
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')?.fillRect(0, 0, 9, 9);
      return canvas.captureStream(10);
    };
  });
  await join(page, server, 'Ada', 'signs');
  const post = await stop(page, 'post');
  await expect(post.getByText('Your browser asks you first.')).toBeVisible();
  await post.getByRole('button', { name: 'Scan with the camera' }).click();
  await expect(post.getByText('The browser may not use the camera.')).toBeVisible();
  await post.getByRole('button', { name: 'Scan with the camera' }).click();
  await expect(post.getByLabel('The code you found')).toHaveValue('OWL-7');
  await post.getByRole('button', { name: 'Claim it' }).click();
  await expect(post.getByText('Found!')).toBeVisible();
});

test('a closed hunt shows who was first', async ({ open, server }) => {
  await server.open(signs);
  const page = await open();
  await join(page, server, 'Ada', 'signs');
  await claim(page, 'tree', 'oak');
  await expect(page.getByText('1 of 2 found')).toBeVisible();
  await server.phase('signs', 'closed');
  await expect(page.locator('.podium')).toContainText('Ada');
  const guest = await open();
  await guest.goto(`${server.url}/h/signs`);
  await expect(guest.locator('.podium')).toContainText('20 points');
});
