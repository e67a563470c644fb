/** @import { Page } from '@playwright/test' */
/** @import { Open } from './base.js' */
/** @import { Server } from './server.js' */
import { claim, expect, join, points, stop, test } from './base.js';
import { look } from './look.js';

const school = () => ({
  hunt: 'fair',
  title: 'The Fair',
  mode: 'solo',
  limit: '90m',
  divisions: [
    { id: 'school', title: 'Schools' },
    { id: 'open', title: 'Open' },
  ],
  challenges: [
    { id: 'one', title: 'One', points: 10, proof: { text: 'uno' } },
    { id: 'two', title: 'Two', points: 10, proof: { text: 'due' }, requires: ['one'] },
  ],
});

/** @param {Open} open @param {Server} server @param {string} hash */
async function deskAt(open, server, hash) {
  const desk = await open({ viewport: { width: 1280, height: 900 } });
  await desk.goto(`${server.url}/organizer#token=${encodeURIComponent(server.organizerToken)}`);
  await expect(desk.getByRole('heading', { name: 'Hunts' })).toBeVisible();
  await desk.goto(`${server.url}/organizer${hash}`);
  return desk;
}

/** @param {Page} page @param {Server} server @param {string} name */
async function enterFair(page, server, name) {
  await page.goto(`${server.url}/h/fair`);
  await page.getByLabel('Open', { exact: true }).check();
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.locator('.standing')).toBeVisible();
}

/** Fills in a correction and sends it. @param {Page} desk @param {string} kind @param {() => Promise<unknown>} fill @param {string} [send] */
async function correct(desk, kind, fill, send = kind) {
  await desk.getByText(kind, { exact: true }).first().click();
  await fill();
  await desk.getByLabel('Reason').fill(`because of ${kind}`);
  await desk.locator('.person form').getByRole('button', { name: send }).click();
}

const nothing = async () => {};

test('an entrant is renamed, moved, given time, let past and taken out, and told each', async ({
  open,
  server,
}) => {
  await server.open(school());
  const page = await open();
  await enterFair(page, server, 'Ada');
  await page.getByRole('button', { name: 'Start now' }).click();
  await expect(page.locator('.clock')).toHaveText(/1:(29|30):\d\d left/);
  const other = await open();
  await enterFair(other, server, 'Bo');
  const desk = await deskAt(open, server, '#/fair/entrants');
  await desk.getByRole('link', { name: /Ada/ }).click();

  await correct(desk, 'Rename', () => desk.getByLabel('New name').fill('Bo'));
  await expect(desk.locator('.person .field-error:visible')).toHaveText(/“Bo 2.*” is free\./);
  await expect(desk.getByLabel('New name')).toBeFocused();
  await look(desk, 'desk-rename');
  await correct(desk, 'Rename', () => desk.getByLabel('New name').fill('Ada Two'));
  await expect(page.locator('.moment').filter({ hasText: 'You are called Ada Two now' })).toContainText(
    'because of Rename',
  );
  await expect(desk.locator('.person-name')).toHaveText('Ada Two');

  await correct(desk, 'Change division', () =>
    desk.locator('.person').getByLabel('Division', { exact: true }).selectOption('Schools'),
  );
  await expect(page.locator('.standing')).toContainText('in Schools');
  await correct(desk, 'Give time', () => desk.getByLabel('Minutes').fill('30'));
  await expect(page.locator('.clock')).toHaveText(/1:59:\d\d left|2:00:00 left/);
  await correct(
    desk,
    'Let skip',
    () => desk.locator('.person').getByLabel('Stop').selectOption('One'),
    'Let it skip',
  );
  await expect(page.locator('#c-one')).toContainText('Skipped');
  await expect(page.locator('#c-two')).toHaveAttribute('data-status', 'ready');
  await expect(desk.locator('.person')).toContainText('may skip One');
  await look(desk, 'desk-entrant', { fullPage: true });
  await correct(
    desk,
    'Take a skip back',
    () => desk.locator('.person').getByLabel('Stop').selectOption('One'),
    'Take the skip back',
  );
  await expect(page.locator('#c-one')).not.toContainText('Skipped');

  await correct(desk, 'Hide', nothing);
  await expect(desk.locator('.person')).toContainText('Hidden');
  await correct(desk, 'Show again', nothing);
  await expect(desk.locator('.person .facts').first()).not.toContainText('Hidden');
  await correct(desk, 'Ban', nothing);
  await desk.getByRole('dialog').getByRole('button', { name: 'Ban' }).click();
  await expect(page.getByText('You cannot take part in this hunt any more')).toBeVisible();
  await correct(desk, 'Lift the ban', nothing);
  await expect(desk.locator('.person .facts').first()).not.toContainText('Banned');
  await page.reload();
  await expect(page.locator('.standing')).toBeVisible();
});

test('everybody gets more time, and may pass a stop', async ({ open, server }) => {
  await server.open(school());
  const page = await open();
  await enterFair(page, server, 'Ada');
  await page.getByRole('button', { name: 'Start now' }).click();
  const desk = await deskAt(open, server, '#/fair/live');
  await desk.getByText('For everybody', { exact: true }).click();
  const [time, skip] = [desk.locator('.everyone form').first(), desk.locator('.everyone form').last()];
  await time.getByLabel('Minutes').fill('15');
  await time.getByLabel('Reason').fill('Rain');
  await time.getByRole('button').click();
  await expect(page.locator('.clock')).toHaveText(/1:4[45]:\d\d left/);
  await expect(page.locator('.moment').filter({ hasText: 'More time' })).toContainText('Rain');
  await skip.getByLabel('Stop').selectOption('One');
  await skip.getByLabel('Reason').fill('The sign is gone');
  await look(desk, 'desk-everyone', { fullPage: true });
  await skip.getByRole('button').click();
  await expect(page.locator('#c-two')).toHaveAttribute('data-status', 'ready');
  await expect(page.locator('#c-one')).toContainText('Skipped');
  await skip.getByLabel('Stop').selectOption('One');
  await skip.getByLabel('Take it back').check();
  await skip.getByLabel('Reason').fill('It is back');
  await skip.getByRole('button').click();
  await expect(page.locator('#c-one')).not.toContainText('Skipped');
});

test('a team’s player moves to another team, and its page goes along', async ({ open, server }) => {
  await server.open({ ...school(), mode: 'team', limit: undefined, divisions: undefined });
  const found = async (/** @type {string} */ name, /** @type {string} */ team) => {
    const page = await open();
    await page.goto(`${server.url}/h/fair`);
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Name of the team').fill(team);
    await page.getByRole('button', { name: 'Join the hunt' }).click();
    await expect(page.locator('.standing')).toBeVisible();
    return page;
  };
  const ada = await found('Ada', 'Moths');
  await claim(ada, 'one', 'uno');
  await expect.poll(() => points(ada)).toBe(10);
  await found('Bo', 'Owls');
  const desk = await deskAt(open, server, '#/fair/entrants');
  await desk.getByRole('link', { name: /Moths/ }).click();
  await correct(
    desk,
    'Move a player',
    async () => {
      await desk.getByLabel('Player', { exact: true }).selectOption('Ada');
      await desk.getByLabel('To', { exact: true }).selectOption('Owls');
    },
    'Move the player',
  );
  await expect.poll(() => points(ada)).toBe(0);
  await ada.getByRole('button', { name: 'Yours' }).click();
  await expect(ada.locator('.team-name')).toHaveText('Owls');
  await expect(ada.locator('.members li')).toHaveCount(2);
});

test('a hunt opens in step, closes and opens again', async ({ open, server }) => {
  const one = school().challenges.slice(0, 1);
  await server.organizer('/hunts/fair', {
    method: 'PUT',
    json: { hunt: 'fair', title: 'The Fair', mode: 'solo', challenges: one },
  });
  const page = await open();
  await join(page, server, 'Ada', 'fair');
  const desk = await deskAt(open, server, '#/fair/live');
  await desk.getByRole('button', { name: 'Open at a time' }).click();
  const dialog = desk.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Open at a time' }).click();
  await expect(dialog.getByText('Say when.')).toBeVisible();
  await dialog.getByLabel('Opens at').fill('2001-01-01T10:00');
  await dialog.getByRole('button', { name: 'Open at a time' }).click();
  await expect(dialog.getByText('This time has passed.')).toBeVisible();
  await dialog.getByLabel('Opens at').fill(
    await desk.evaluate(() => {
      const d = new Date(Date.now() + 40 * 60_000);
      return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    }),
  );
  await look(desk, 'desk-open-at');
  await dialog.getByRole('button', { name: 'Open at a time' }).click();
  await expect(page.locator('.countdown:visible')).toHaveText(/^(39|40):\d\d$/);
  await look(page, 'edition-draft-countdown');
  await server.phase('fair', 'open');
  await expect(page.locator('#c-one')).toBeVisible();

  await server.phase('fair', 'closed');
  await expect(page.getByRole('heading', { name: 'The walk is over' })).toBeVisible();
  await desk.getByRole('button', { name: 'Open again' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Open again' }).click();
  await expect(desk.locator('.desk-title .phase')).toHaveText('Open');
  await page.getByRole('button', { name: 'Trail' }).click();
  await claim(page, 'one', 'uno');
  await expect((await stop(page, 'one')).getByText('Found!')).toBeVisible();
});

test('a hunt whose end has passed asks for a new one', async ({ open, server }) => {
  const closes = new Date(Date.now() + 2_000).toISOString();
  await server.open({ ...school(), limit: undefined, divisions: undefined, closes });
  const desk = await deskAt(open, server, '#/fair/live');
  await desk.getByRole('button', { name: 'Open again' }).click();
  await expect(desk.getByRole('dialog')).toContainText('The time for closing in the file has passed.');
  await desk.getByRole('dialog').getByRole('button', { name: 'Open again' }).click();
  await expect(desk.locator('.desk-title .phase')).toHaveText('Open');
  await expect(desk.locator('.desk-title .facts')).not.toContainText('closes');
});

test('a file that would close the hunt now says so, and asks', async ({ open, server }) => {
  await server.open(school());
  const page = await open();
  await enterFair(page, server, 'Ada');
  const desk = await deskAt(open, server, '#/fair/file');
  const text = desk.getByLabel('Hunt file (YAML)');
  await expect(text).toHaveValue(/The Fair/);
  await text.fill(JSON.stringify({ ...school(), closes: '2001-01-01T10:00:00Z' }));
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await expect(desk.locator('.consequences')).toContainText('The file closes the hunt now. 1 entrant in it.');
  await look(desk, 'desk-consequences');
  await desk.getByRole('button', { name: /^Apply as revision/ }).click();
  const dialog = desk.getByRole('dialog');
  await expect(dialog).toContainText('The file closes the hunt now. 1 entrant in it.');
  await look(desk, 'desk-confirm');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(desk.locator('.desk-title .phase')).toHaveText('Open');
  await desk.getByRole('button', { name: /^Apply as revision/ }).click();
  await dialog.getByRole('button', { name: 'Apply it' }).click();
  await expect(desk.locator('.desk-title .phase')).toHaveText('Closed');
});

test('a file that somebody changed meanwhile is not overwritten', async ({ open, server }) => {
  await server.open(school());
  const desk = await deskAt(open, server, '#/fair/file');
  const text = desk.getByLabel('Hunt file (YAML)');
  await expect(text).toHaveValue(/The Fair/);
  await text.fill(JSON.stringify({ ...school(), title: 'Mine' }));
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await expect(desk.getByRole('button', { name: /^Apply as revision/ })).toBeVisible();
  await server.organizer('/hunts/fair', { method: 'PUT', json: { ...school(), title: 'Theirs' } });
  await desk.getByRole('button', { name: /^Apply as revision/ }).click();
  await expect(desk.locator('#file-error')).toContainText('Somebody has applied another file meanwhile.');
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await desk.getByRole('button', { name: /^Apply as revision/ }).click();
  await expect(desk.locator('h1')).toHaveText('Mine');
});

test('a deleted hunt lies in the bin and comes back', async ({ open, server }) => {
  await server.open(school());
  const page = await open();
  await enterFair(page, server, 'Ada');
  const desk = await deskAt(open, server, '#/fair/file');
  await desk.getByRole('button', { name: 'Delete the hunt' }).click();
  await expect(desk.getByRole('dialog')).toContainText('1 entrant in it lose');
  await desk.getByRole('dialog').getByRole('button', { name: 'Delete the hunt' }).click();
  await expect(page.getByText('There is no such hunt here')).toBeVisible();
  await desk.getByRole('link', { name: 'Bin' }).click();
  await expect(desk.getByText('The Fair')).toBeVisible();
  await look(desk, 'desk-bin');
  await desk.getByRole('button', { name: 'Restore' }).click();
  await desk.getByRole('dialog').getByLabel('Reason').fill('It was the wrong one');
  await desk.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await expect(desk.locator('.desk-title h1')).toHaveText('The Fair');
  await page.reload();
  await expect(page.locator('.standing')).toBeVisible();
});

test('an approval says how many points', async ({ open, server }) => {
  await server.open({
    hunt: 'tales',
    title: 'Tales',
    mode: 'solo',
    challenges: [
      { id: 'tale', title: 'A tale', points: { up_to: 80 }, proof: { review: { prompt: 'Tell one' } } },
    ],
  });
  const page = await open();
  await join(page, server, 'Ada', 'tales');
  await claim(page, 'tale', 'Once upon a time', 'Tell one');
  const desk = await deskAt(open, server, '#/tales/reviews');
  await desk.getByLabel('Points, up to 80').fill('90');
  await desk.getByRole('button', { name: 'Approve' }).click();
  await expect(desk.getByText('A whole number from 0 to 80.')).toBeVisible();
  await desk.getByLabel('Points, up to 80').fill('55');
  await desk.getByLabel('Reason').fill('Lovely, a bit short');
  await look(desk, 'desk-review');
  await desk.getByRole('button', { name: 'Approve' }).click();
  await expect.poll(() => points(page)).toBe(55);
  await expect(page.locator('#c-tale')).toContainText('“Lovely, a bit short”');
});
