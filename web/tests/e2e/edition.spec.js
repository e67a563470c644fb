/** @import { Page } from '@playwright/test' */
/** @import { Open } from './base.js' */
/** @import { Server } from './server.js' */
import { claim, expect, points, stop, test } from './base.js';
import { look } from './look.js';

const HOUR = 3_600_000;
const in_ = (/** @type {number} */ ms) => new Date(Date.now() + ms).toISOString();

/** What a hunt of the second edition can ask for and say. */
const full = () => ({
  hunt: 'edition',
  title: 'The Second Edition',
  description: 'A walk with **everything** in it.',
  mode: 'solo',
  links: { privacy: 'https://example.org/privacy', imprint: 'https://example.org/imprint' },
  practice: true,
  finish: {
    text: 'You stand **where it began**. Come in, there is soup.',
    when: { challenges: ['gate', 'tower'] },
  },
  divisions: [
    { id: 'school', title: 'Schools', code: 'APPLE' },
    { id: 'open', title: 'Open' },
  ],
  challenges: [
    {
      id: 'gate',
      title: 'The gate',
      category: 'harbour',
      description: 'Which fish hangs over the gate?',
      points: 100,
      penalty: 5,
      attempts: { max: 5 },
      proof: { text: 'pike' },
      solved: 'The pike opens one eye. *Look up*, it says.',
      solution: 'A **pike**: it hangs there since 1874.',
      replies: [{ text: ['fish', 'herring'], say: 'Warm. It has more teeth.' }],
      hints: [
        { id: 'h1', title: 'Where to look', text: 'Above the arch.', cost: 10 },
        { id: 'h2', title: 'A push', text: 'It bites.', cost: 0, after: '20m' },
      ],
    },
    {
      id: 'tower',
      title: 'The tower',
      points: { initial: 500, minimum: 100, decay: 5, per: '1m', function: 'time' },
      proof: { text: 'owl' },
      solution: 'An owl.',
      requires: { points: 60, challenges: ['gate'] },
    },
    {
      id: 'cellar',
      title: 'The cellar',
      points: 10,
      proof: { text: 'x' },
      requires: { solves: 3, after: '15m' },
    },
    { id: 'noon', title: 'The noon bell', points: 10, proof: { text: 'x' }, opens: in_(20 * 60_000) },
    {
      id: 'tale',
      title: 'A tale',
      optional: true,
      points: { up_to: 80 },
      proof: { review: { prompt: 'Tell one' } },
    },
  ],
});

/** @param {Page} page @param {Server} server @param {string} hunt @param {string} name */
async function enter(page, server, hunt, name) {
  await page.goto(`${server.url}/h/${hunt}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join the hunt' }).click();
}

/** The page at 390 and at 1280 px. @param {Page} page @param {string} name */
async function both(page, name) {
  await look(page, `${name}-phone`, { fullPage: true });
  await page.setViewportSize({ width: 1280, height: 900 });
  await look(page, `${name}-desktop`, { fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
}

test('a division is chosen, and a name that is taken comes with a free one', async ({ open, server }) => {
  await server.open(full());
  const first = await open();
  await enter(first, server, 'edition', 'Ada');
  await expect(first.getByText('Choose where you belong.')).toBeVisible();
  await expect(first.getByRole('link', { name: 'Privacy' })).toHaveAttribute(
    'href',
    'https://example.org/privacy',
  );
  await first.getByLabel('Schools').check();
  await first.getByLabel('Code of the division').fill('pear');
  await first.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(first.getByText('That is not a division of this hunt, or not its code.')).toBeVisible();
  await both(first, 'edition-division');
  await first.getByLabel('Code of the division').fill('apple');
  await first.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(first.locator('.standing')).toContainText('Schools');

  const second = await open();
  await second.goto(`${server.url}/h/edition`);
  await second.getByLabel('Open').check();
  await second.getByLabel('Your name').fill('ada');
  await second.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(second.getByText('Somebody in this hunt has a name like that already.')).toBeVisible();
  await both(second, 'edition-name');
  await second.getByRole('button', { name: /^Take “/ }).click();
  await expect(second.locator('.standing')).toContainText('Open');
});

/** Joins as Ada, in the open division. @param {Open} open @param {Server} server */
async function ada(open, server) {
  await server.open(full());
  const page = await open();
  await page.goto(`${server.url}/h/edition`);
  await page.getByLabel('Open').check();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.locator('.standing')).toBeVisible();
  return page;
}

test('near, wrong with a penalty, found with a story, and the end of the walk', async ({ open, server }) => {
  const page = await ada(open, server);
  const gate = await claim(page, 'gate', 'Herring');
  await expect(gate.locator('.remark')).toHaveText('Warm. It has more teeth.');
  await expect(gate.getByLabel('Your answer')).toHaveValue('Herring');
  await expect(gate).toContainText('5 attempts left · a wrong answer costs 5 points');
  await expect(gate).toContainText(/from \d\d:\d\d on, in/);
  await both(page, 'edition-near');
  await claim(page, 'gate', 'cat');
  await expect(gate.locator('.field-error')).toContainText('4 attempts left.');
  await expect(gate.locator('.remark')).toBeHidden();

  const tower = await stop(page, 'tower');
  await expect(tower).toContainText('First find The gate and get to 60 points; then this one shows itself.');
  await expect(await stop(page, 'cellar')).toContainText(/First find 3 more and wait until .*; then/);
  await expect(page.locator('#c-noon')).toContainText(/Opens in \d/);
  await both(page, 'edition-locked');

  await claim(page, 'gate', 'pike');
  await expect(gate.locator('.story')).toContainText('The pike opens one eye.');
  await expect(page.locator('.moment').filter({ hasText: '“The tower” has opened' })).toBeVisible();
  await expect(tower).toHaveAttribute('data-status', 'ready');
  await both(page, 'edition-story');
  const before = await points(page);
  await claim(page, 'tower', 'cat'); // no penalty here
  await expect(tower.locator('.field-error')).toBeVisible();
  expect(await points(page)).toBe(before);
  await claim(page, 'tower', 'owl');
  await expect(page.locator('.finish')).toContainText('You stand where it began.');
  await both(page, 'edition-finish');
  await page.reload();
  await expect(page.locator('.finish')).toContainText('You stand where it began.');
  await expect((await stop(page, 'gate')).locator('.story')).toContainText('The pike opens one eye.');
});

test('a penalty is counted, also on the other device', async ({ open, server }) => {
  const page = await ada(open, server);
  await claim(page, 'gate', 'pike');
  await expect.poll(() => points(page)).toBe(100);
  const other = await page.context().newPage();
  await other.goto(`${server.url}/h/edition`);
  await expect.poll(() => points(other)).toBe(100);
  await server.organizer('/hunts/edition', { method: 'PUT', json: withPenalty(full()) });
  const tower = await claim(page, 'tower', 'cat');
  await expect(tower.locator('.field-error')).toContainText('It cost 5 points.');
  await expect.poll(() => points(page)).toBe(95);
  await expect.poll(() => points(other)).toBe(95);
  await expect(other.locator('.moment').filter({ hasText: 'A wrong answer of your team' })).toBeVisible();
});

/** @param {ReturnType<typeof full>} hunt */
function withPenalty(hunt) {
  return { ...hunt, challenges: hunt.challenges.map((c) => (c.id === 'tower' ? { ...c, penalty: 5 } : c)) };
}

test('after the close one can try on, and the answers are there', async ({ open, server }) => {
  const page = await ada(open, server);
  await claim(page, 'gate', 'pike');
  await expect(page.locator('#c-gate .story')).toBeVisible();
  await server.phase('edition', 'closed');
  await expect(page.getByRole('heading', { name: 'The walk is over' })).toBeVisible();
  await page.getByRole('button', { name: 'Trail' }).click();
  const tower = await stop(page, 'tower');
  await expect(tower.locator('.solution')).toContainText('An owl.');
  await expect(tower).toContainText('it brings no points');
  const before = await points(page);
  await claim(page, 'tower', 'cat');
  await expect(tower.locator('.field-error')).toBeVisible();
  await claim(page, 'tower', 'owl');
  await expect(tower.locator('.remark')).toHaveText('That is right. It brings no points any more.');
  expect(await points(page)).toBe(before);
  await both(page, 'edition-practice');
});

test('a claim that is not accepted comes back with its reason', async ({ open, server }) => {
  const page = await ada(open, server);
  const tale = await claim(page, 'tale', 'Once upon a time', 'Tell one');
  await expect(tale).toContainText('An organizer looks at your claim.');
  const { reviews } = await (await server.organizer('/hunts/edition/reviews')).json();
  const decide = (/** @type {object} */ json) =>
    server.organizer(`/hunts/edition/reviews/${reviews[0].claim}`, { method: 'POST', json });
  await decide({ approve: false, reason: 'Too short' });
  await expect(tale.locator('.field-error')).toHaveText('Not accepted: Too short. You can hand in again.');
  await expect(tale.getByRole('button', { name: 'Claim it' })).toBeEnabled();
  await both(page, 'edition-declined');
});

const timed = (/** @type {string} */ limit) => ({
  hunt: 'clock',
  title: 'Against the Clock',
  mode: 'team',
  team: { size: 2 },
  limit,
  challenges: [
    { id: 'one', title: 'One', points: 10, proof: { text: 'yes' } },
    { id: 'two', title: 'Two', points: 10, proof: { text: 'no' }, requires: { after: '20m' } },
  ],
});

test('a team starts its own clock together', async ({ open, server }) => {
  await server.open(timed('90m'));
  const first = await open();
  await first.goto(`${server.url}/h/clock`);
  await first.getByLabel('Your name').fill('Ada');
  await first.getByLabel('Name of the team').fill('The Moths');
  await first.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(first.getByRole('button', { name: 'Start now' })).toBeVisible();
  await both(first, 'edition-start');
  await first.getByRole('button', { name: 'Yours' }).click();
  const code = (await first.locator('.invite').textContent()) ?? '';

  const second = await open();
  const join = async (/** @type {Page} */ page, /** @type {string} */ name) => {
    await page.goto(`${server.url}/h/clock`);
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Join a team').check();
    await page.getByLabel('Invitation code').fill(code);
    await page.getByRole('button', { name: 'Join the hunt' }).click();
  };
  await join(second, 'Bo');
  await expect(second.getByRole('button', { name: 'Start now' })).toBeVisible();
  await expect(first.locator('.members .here')).toHaveCount(2);
  await both(first, 'edition-team');
  const third = await open();
  await join(third, 'Cy');
  await expect(third.getByText('This team has no room for another player.')).toBeVisible();

  await second.getByRole('button', { name: 'Start now' }).click();
  await expect(second.locator('.clock')).toHaveText(/1:(29|30):\d\d left/);
  await expect(first.locator('.clock')).toHaveText(/1:(29|30):\d\d left/);
  await expect(first.locator('.moment').filter({ hasText: 'Your time runs' })).toBeVisible();
  await first.getByRole('button', { name: 'Trail' }).click();
  await expect(await stop(first, 'two')).toContainText('wait until 20 min after the start');
  await both(first, 'edition-clock');
  await second.close();
  await expect(first.locator('.members .here')).toHaveCount(1);
  await claim(first, 'one', 'yes');
  await expect(first.locator('#c-one')).toContainText('Found!');
});

test('when one’s own time is over, nothing is taken any more', async ({ open, server }) => {
  const { challenges } = timed('');
  await server.open({ ...timed('3s'), mode: 'solo', team: undefined, challenges: challenges.slice(0, 1) });
  const page = await open();
  await enter(page, server, 'clock', 'Ada');
  await page.getByRole('button', { name: 'Start now' }).click();
  const one = await stop(page, 'one');
  await expect(page.locator('.clock')).toHaveText('Time is over');
  await expect(one).toContainText('Your time is over.');
  await expect(one.getByRole('button', { name: 'Claim it' })).toBeHidden();
  await both(page, 'edition-over');
});

test('what opens by time shows itself to everybody who is there', async ({ open, server }) => {
  await server.open({
    hunt: 'bells',
    title: 'Bells',
    mode: 'solo',
    challenges: [
      { id: 'one', title: 'One', points: 10, proof: { text: 'yes' } },
      {
        id: 'two',
        title: 'Two',
        points: 10,
        description: 'Ding.',
        proof: { text: 'yes' },
        opens: in_(8_000),
      },
    ],
    closes: in_(HOUR),
  });
  const page = await open();
  await enter(page, server, 'bells', 'Ada');
  await expect(page.locator('#c-two')).toHaveAttribute('data-status', 'early');
  const one = await stop(page, 'one');
  await one.getByLabel('Your answer').fill('half an ans');
  await expect(page.locator('#c-two')).toHaveAttribute('data-status', 'ready');
  await expect(page.locator('.moment').filter({ hasText: '“Two” has opened' })).toBeVisible();
  await expect(one.getByLabel('Your answer')).toHaveValue('half an ans');
  await expect(one.getByLabel('Your answer')).toBeFocused();
});

test('the second edition speaks German', async ({ open, server }) => {
  await server.open(full());
  const page = await open({ locale: 'de-DE' });
  await page.goto(`${server.url}/h/edition`);
  await page.getByLabel('Dein Name').fill('Ada');
  await page.getByRole('button', { name: 'Mitmachen' }).click();
  await expect(page.getByText('Wähle, wo du dazugehörst.')).toBeVisible();
  await page.getByLabel('Open').check();
  await page.getByRole('button', { name: 'Mitmachen' }).click();
  const gate = await stop(page, 'gate');
  await gate.getByLabel('Deine Antwort').fill('cat');
  await gate.getByRole('button', { name: 'Antworten' }).click();
  await expect(gate.locator('.field-error')).toContainText('Noch 4 Versuche.');
  await expect(gate).toContainText('falsch kostet 5 Punkte');
  await both(page, 'edition-german');
  const tower = await stop(page, 'tower');
  await expect(tower).toContainText('Zuerst The gate finden und auf 60 Punkte kommen; dann zeigt sie sich.');
  await expect(page.locator('#c-noon')).toContainText(/Öffnet in \d/);
});

test('a hunt with a code says what it is before one is in', async ({ open, server }) => {
  await server.open({ ...full(), join_code: 'SESAME' });
  const page = await open();
  await page.goto(`${server.url}/h/edition`);
  await expect(page.getByRole('heading', { name: 'The Second Edition' })).toBeVisible();
  await expect(page.getByText('The challenges show themselves once you are in.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Imprint' })).toBeVisible();
  await both(page, 'edition-outside');
  await page.getByLabel('Open').check();
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Code of the hunt').fill('sesame');
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.locator('#c-gate')).toBeVisible();
});
