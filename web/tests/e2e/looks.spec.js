/** @import { Server } from './server.js' */
import { claim, expect, join, stop, test } from './base.js';
import { look } from './look.js';

const HOUR = 3_600_000;

/** One challenge for each kind of proof, with everything that a stop can show. */
const gallery = {
  hunt: 'gallery',
  title: 'The Gallery',
  description: 'One of **each kind**, side by side.',
  mode: 'solo',
  challenges: [
    {
      id: 'riddle',
      title: 'The riddle',
      category: 'words',
      description: 'What is always in front of you and cannot be seen?',
      points: 100,
      bonus: [20],
      attempts: { max: 3 },
      proof: { text: 'the future' },
      hints: [{ id: 'h', title: 'A nudge', text: 'It has not come yet.', cost: 0 }],
    },
    {
      id: 'sum',
      title: 'The sum',
      points: { initial: 80, minimum: 20, decay: 5, function: 'linear' },
      proof: { number: { value: 8 } },
      hints: [{ id: 'h', title: 'A push', text: 'Count again.', cost: 10 }],
    },
    {
      id: 'door',
      title: 'The door',
      points: 30,
      proof: { choice: { options: ['Red', 'Blue'], answer: 'Red' } },
    },
    {
      id: 'crates',
      title: 'The crates',
      points: 30,
      proof: { choice: { options: ['Salt', 'Ice', 'Tar'], answer: ['Salt', 'Tar'] } },
    },
    { id: 'sign', title: 'The sign', points: 40, proof: { code: 'OWL-7' } },
    { id: 'rock', title: 'The rock', points: 50, proof: { location: { lat: 1, lon: 2, radius: '50m' } } },
    { id: 'steps', title: 'The steps', points: 20, proof: { event: { type: 'step', count: 3 } } },
    { id: 'tale', title: 'The tale', points: 60, proof: { review: { prompt: 'Tell what you saw' } } },
    { id: 'cellar', title: 'The cellar', points: 10, proof: { text: 'x' }, requires: ['riddle', 'sum'] },
  ],
  badges: [
    { id: 'owl', title: 'Owl', icon: '🦉', when: { solves: 1 } },
    { id: 'all', title: 'All of it', icon: '✨', points: 50, when: { solves: 9 } },
  ],
};

const one = [{ id: 'one', title: 'One', points: 10, proof: { text: 'yes' } }];

/** A lobby with a hunt of every phase. @param {Server} server */
async function fillLobby(server) {
  await server.open(gallery);
  await server.open({ hunt: 'old', title: 'Last winter', mode: 'solo', challenges: one });
  await server.phase('old', 'closed');
  const relay = { title: 'The relay', mode: 'team', join_code: 'SESAME', challenges: one };
  await server.open({ hunt: 'relay', ...relay });
  const opens = new Date(Date.now() + 5 * HOUR).toISOString();
  await server.organizer('/hunts/dawn', {
    method: 'PUT',
    json: { hunt: 'dawn', title: 'The dawn round', mode: 'solo', opens, challenges: one },
  });
}

for (const [name, width, height, schemes] of /** @type {const} */ ([
  ['phone', 390, 844, ['dark', 'light']],
  ['desk', 1280, 800, ['dark', 'light']],
  ['wide', 1920, 1080, ['dark']],
])) {
  for (const colorScheme of schemes) {
    test(`${name}, ${colorScheme}`, async ({ open, server }) => {
      await fillLobby(server);
      const page = await open({ viewport: { width, height }, colorScheme });
      await page.addInitScript(() => Object.assign(globalThis, { BarcodeDetector: class {} }));
      let taken = 0;
      const shot = (/** @type {string} */ what) =>
        look(page, `${name}-${colorScheme}-${++taken}-${what}`, { contrastOnly: colorScheme === 'light' });

      await page.goto(server.url);
      await expect(page.getByRole('link', { name: 'The Gallery' })).toBeVisible();
      await expect(page.getByText(/opens in [45]:\d\d:\d\d/)).toBeVisible();
      await shot('lobby');
      await page.goto(`${server.url}/h/relay`);
      await page.getByRole('button', { name: 'Join the hunt' }).click();
      await expect(page.locator('.entry .field-error:visible')).toBeVisible();
      await shot('entry');
      await join(page, server, 'Ada', 'gallery');
      const riddle = await claim(page, 'riddle', 'the past');
      await expect(riddle.locator('.field-error')).toBeVisible();
      await shot('wrong');
      await claim(page, 'riddle', 'the future');
      await expect(riddle.getByText('Found!')).toBeVisible();
      await shot('found');
      const sum = await stop(page, 'sum');
      await sum.getByRole('button', { name: 'Take the hint' }).click();
      await expect(sum.getByText('It costs 10 points')).toBeVisible();
      await shot('hint');
      for (const id of ['door', 'crates', 'sign', 'rock', 'steps', 'tale', 'cellar']) {
        await stop(page, id);
        await shot(id);
      }
      if (name === 'phone') await page.getByRole('button', { name: 'Board' }).click();
      await shot('board');
      if (name === 'phone') await page.getByRole('button', { name: 'Yours' }).click();
      await shot('yours');
      await server.phase('gallery', 'closed');
      await expect(page.getByRole('heading', { name: 'The walk is over' })).toBeVisible();
      await page.mouse.wheel(0, -9999);
      await shot('podium');
      await page.goto(`${server.url}/h/dawn`);
      await page.getByRole('button', { name: 'Join the hunt' }).click();
      await expect(page.getByText('You are in.')).toBeVisible();
      await shot('soon');
      await page.goto(`${server.url}/h/nowhere`);
      await expect(page.getByRole('heading', { name: 'There is no such hunt here' })).toBeVisible();
      await shot('unknown');
    });
  }
}
