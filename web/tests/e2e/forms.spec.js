/** @import { Locator, Page } from '@playwright/test' */
/** @import { Server } from './server.js' */
import { claim, expect, join, stop, test } from './base.js';

// Every form says what is wrong beside the field, keeps what was typed, and
// loses nothing on a reload.

/**
 * The error belongs to the field, for eyes and for screen readers.
 * @param {Page} page @param {Locator} field @param {string|RegExp} text
 */
async function refusedBeside(page, field, text) {
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  const ids = (await field.getAttribute('aria-describedby')) ?? '';
  const error = page.locator(
    ids
      .split(' ')
      .map((id) => `#${id}.field-error`)
      .join(),
  );
  await expect(error).toBeVisible();
  await expect(error).toContainText(text);
}

const kinds = {
  hunt: 'kinds',
  title: 'Kinds',
  mode: 'solo',
  challenges: [
    { id: 'word', title: 'The word', points: 10, proof: { text: 'moth' } },
    { id: 'sum', title: 'The sum', points: 10, proof: { number: { value: 8 } } },
    {
      id: 'door',
      title: 'The door',
      points: 10,
      proof: { choice: { options: ['Red', 'Blue'], answer: 'Blue' } },
    },
    { id: 'sign', title: 'The sign', points: 10, proof: { code: 'OWL' } },
    { id: 'rock', title: 'The rock', points: 10, proof: { location: { lat: 1, lon: 2, radius: '50m' } } },
    { id: 'tale', title: 'The tale', points: 10, proof: { review: { prompt: 'Tell' } } },
  ],
  badges: [{ id: 'friend', title: 'Friend', when: { manual: true } }],
};
const relay = {
  hunt: 'relay',
  title: 'Relay',
  mode: 'team',
  join_code: 'SESAME',
  challenges: [{ id: 'one', title: 'One', points: 10, proof: { text: 'yes' } }],
};

test('the way in: name, code and team', async ({ open, server }) => {
  await server.open(relay);
  const page = await open();
  await page.goto(`${server.url}/h/relay`);
  const name = page.getByLabel('Your name');
  const code = page.getByLabel('Code of the hunt');
  const invite = page.getByLabel('Invitation code');
  const submit = page.getByRole('button', { name: 'Join the hunt' });
  await submit.click();
  await refusedBeside(page, name, 'Type a name first.');
  await name.fill('Ada');
  await submit.click();
  await refusedBeside(page, code, 'This hunt needs a code.');
  await code.fill('wrong');
  await page.getByLabel('Join a team').check();
  await submit.click();
  await refusedBeside(page, invite, 'Type the code that your team shared.');
  await invite.fill('nonsense');

  await page.reload();
  await expect(name).toHaveValue('Ada');
  await expect(code).toHaveValue('wrong');
  await expect(invite).toHaveValue('nonsense');
  await submit.click();
  await refusedBeside(page, code, 'That is not the code of this hunt.');
  await code.fill('sesame');
  await page.getByLabel('Found a team').check();
  const team = page.getByLabel('Name of the team');
  await team.fill('\u202Eevil');
  await submit.click();
  await refusedBeside(page, team, 'name');
  await expect(code).toHaveValue('sesame');
  await team.fill('The Moths');
  await submit.click();
  await expect(page.getByText('0 of 1 found')).toBeVisible();
});

test('a German player reads in German what the server refuses', async ({ open, server }) => {
  await server.open(relay);
  const page = await open({ locale: 'de-DE' });
  await page.goto(`${server.url}/h/relay`);
  await page.getByLabel('Dein Name').fill('\u202Eevil');
  await page.getByLabel('Code').first().fill('sesame');
  await page.locator('.entry button[type=submit]').click();
  await page.locator('.entry input:visible').last().fill('Motten');
  await page.locator('.entry button[type=submit]').click();
  await refusedBeside(page, page.getByLabel('Dein Name'), 'Diesen Namen nimmt der Server nicht');
});

test('claims of every kind', async ({ open, server }) => {
  await server.open(kinds);
  const page = await open();
  await join(page, server, 'Ada', 'kinds');
  /** @type {[string, string, string, string|RegExp, string][]} */
  const typed = [
    ['word', 'Your answer', 'bee', /\w/, 'The word'],
    ['sum', 'Your number', 'eight', 'Type a number', 'The sum'],
    ['sign', 'The code you found', 'CROW', /\w/, 'The sign'],
  ];
  for (const [id, label, text, error] of typed) {
    const details = await stop(page, id);
    await details.getByRole('button', { name: 'Claim it' }).click();
    await refusedBeside(page, details.getByLabel(label), 'Answer first.');
    await details.getByLabel(label).fill(text);
    await details.getByRole('button', { name: 'Claim it' }).click();
    await refusedBeside(page, details.getByLabel(label), error);
    await expect(details.getByLabel(label)).toHaveValue(text);
  }
  const door = await stop(page, 'door');
  await door.getByRole('button', { name: 'Claim it' }).click();
  await refusedBeside(page, door.getByLabel('Red'), 'Choose something first.');
  await door.getByLabel('Red').check();
  await door.getByRole('button', { name: 'Claim it' }).click();
  await refusedBeside(page, door.getByLabel('Red'), /\w/);
  const rock = await stop(page, 'rock');
  await rock.getByLabel('Latitude').fill('943');
  await rock.getByLabel('Longitude').fill('2');
  await rock.getByRole('button', { name: 'Claim it' }).click();
  await refusedBeside(page, rock.getByLabel('Latitude'), 'Latitude is a number');
  const tale = await stop(page, 'tale');
  await tale.getByRole('button', { name: 'Claim it' }).click();
  await refusedBeside(page, tale.getByLabel('Tell'), 'Answer first.');
  await tale.getByLabel('Tell').fill('A net of onions');

  await page.reload();
  await expect(page.getByText('0 of 6 found')).toBeVisible();
  for (const [id, label, text] of typed) {
    const details = await stop(page, id);
    await expect(details.getByLabel(label)).toHaveValue(text);
  }
  await stop(page, 'door');
  await expect(door.getByLabel('Red')).toBeChecked();
  await stop(page, 'rock');
  await expect(rock.getByLabel('Latitude')).toHaveValue('943');
  await expect(rock.getByLabel('Longitude')).toHaveValue('2');
  await stop(page, 'tale');
  await expect(tale.getByLabel('Tell')).toHaveValue('A net of onions');
});

/** @param {Page} page @param {Server} server @param {string} at */
async function atDesk(page, server, at) {
  await page.goto(`${server.url}/organizer#token=${server.organizerToken}`);
  await expect(page.getByRole('heading', { name: 'Hunts', exact: true })).toBeVisible();
  await page.goto(`${server.url}/organizer#/${at}`);
}

test('the forms of the desk', async ({ open, server }) => {
  await server.open(kinds);
  const player = await open();
  await join(player, server, 'Ada', 'kinds');
  await claim(player, 'tale', 'A net of onions', 'Tell');
  await expect(player.getByText('An organizer looks at your claim.')).toBeVisible();
  const desk = await open({ viewport: { width: 1280, height: 800 } });
  await atDesk(desk, server, 'kinds/live');

  // A review that waits is in sight on every tab.
  await expect(desk.getByRole('link', { name: /^Reviews.*one claim waits/ })).toBeVisible();
  await expect(desk).toHaveTitle(/^\(1\) Kinds/);

  const text = desk.getByLabel('Announcement');
  await desk.getByRole('button', { name: 'Announce' }).click();
  await refusedBeside(desk, text, 'Write what to announce.');
  await text.fill('Soup is ready');
  await desk.reload();
  await expect(text).toHaveValue('Soup is ready');

  await desk.getByRole('link', { name: 'Entrants' }).click();
  await desk.getByLabel('Search by name or id').fill('ad');
  await desk.getByRole('link', { name: 'Ada' }).click();
  const points = desk.getByLabel('Points', { exact: true });
  await points.fill('1.5');
  await desk.getByRole('button', { name: 'Adjust points' }).click();
  await refusedBeside(desk, points, 'A whole number other than 0');
  await desk.getByLabel('Give', { exact: true }).check();
  await desk.getByRole('button', { name: 'Give it' }).click();
  const what = desk.getByLabel('What to give');
  await refusedBeside(desk, what, 'Choose one.');
  await what.selectOption('The word');
  await desk.getByRole('button', { name: 'Give it' }).click();
  const reason = desk.getByLabel('Reason');
  await refusedBeside(desk, reason, 'Say why');
  await reason.fill('Saw it');
  await desk.reload();
  await expect(desk.getByLabel('Search by name or id')).toHaveValue('ad');
  await expect(desk.getByLabel('Give', { exact: true })).toBeChecked();
  await expect(what.locator('option:checked')).toHaveText('The word');
  await expect(reason).toHaveValue('Saw it');
  await desk.getByLabel('Adjust points').check();
  await expect(points).toHaveValue('1.5');

  await desk.getByRole('link', { name: 'Reviews' }).click();
  await desk.getByLabel('Reason').fill('Onions it is');
  await desk.reload();
  await expect(desk.getByLabel('Reason')).toHaveValue('Onions it is');
  await desk.getByRole('link', { name: 'Share' }).click();
  await desk.getByLabel('Code in the link').fill('OWL');
  await desk.reload();
  await expect(desk.getByLabel('Code in the link')).toHaveValue('OWL');
  await expect(desk.getByAltText('QR code')).toHaveAttribute('src', /scheme=http&code=OWL$/);
  await expect(desk.getByLabel('For players')).toHaveValue(`${server.url}/h/kinds#code=OWL`);

  await desk.getByRole('link', { name: 'Hunt file' }).click();
  const file = desk.getByLabel('Hunt file (YAML)');
  await expect(file).toHaveValue(/kinds/);
  await file.fill('title: no id');
  await desk.getByRole('button', { name: 'Show the plan' }).click();
  await refusedBeside(desk, file, 'The hunt file has errors.');
  await desk.reload();
  await expect(file).toHaveValue('title: no id');

  // Signing out asks first, because a draft would be lost; then the draft with its answers is forgotten.
  await desk.getByRole('button', { name: 'Sign out' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await expect(file).toHaveValue('title: no id');
  await desk.getByRole('button', { name: 'Sign out' }).click();
  await desk.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(desk.getByLabel('Organizer token')).toBeVisible();
  expect(await desk.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  await desk.getByLabel('Organizer token').fill('not the token');
  await desk.getByRole('button', { name: 'Sign in' }).click();
  await refusedBeside(desk, desk.getByLabel('Organizer token'), 'does not know this token');
  await expect(desk.getByLabel('Organizer token')).toHaveValue('not the token');
});

test('a banned entrant is found again, and a German desk shows refusals in German', async ({
  open,
  server,
}) => {
  await server.open(kinds);
  await join(await open(), server, 'Mallory', 'kinds');
  const { rows } = await (await fetch(`${server.url}/api/v1/hunts/kinds/board`)).json();
  const { entrant } = rows[0];
  const order = (/** @type {string} */ path, /** @type {object} */ json) =>
    server.organizer(`/hunts/kinds/${path}`, { method: 'POST', json: { id: crypto.randomUUID(), ...json } });
  await order('grants', { entrant, badge: 'friend', reason: 'early' });
  const desk = await open({ viewport: { width: 1280, height: 800 }, locale: 'de-DE' });
  await desk.goto(`${server.url}/organizer#token=${server.organizerToken}`);
  await expect(desk.getByRole('heading', { name: 'Schatzsuchen' })).toBeVisible();
  await desk.goto(`${server.url}/organizer#/kinds/entrants/${entrant}`);

  // Somebody else took back the badge that the form still offers.
  await desk.route('**/grants?dry_run=1', (route) => route.fulfill({ status: 503, json: { code: 'busy' } }));
  await desk.getByLabel('Zurücknehmen', { exact: true }).check();
  await desk.getByLabel('Was zurücknehmen').selectOption('Friend');
  await desk.getByLabel('Grund').fill('doppelt');
  const stats = await (await server.organizer('/hunts/kinds/stats')).text();
  await desk.route('**/stats', (route) => route.fulfill({ body: stats, contentType: 'application/json' }));
  await order('revocations', { entrant, badge: 'friend', reason: 'first' });
  await desk.getByRole('button', { name: 'Zurücknehmen' }).click();
  await expect(desk.getByText('Da ist nichts zurückzunehmen.').first()).toBeVisible();
  await expect(desk.getByLabel('Grund')).toHaveValue('doppelt');

  await desk.unroute('**/stats');
  await order('bans', { entrant, reason: 'bots' });
  await desk.getByRole('link', { name: 'Teilnehmer', exact: true }).click();
  const search = desk.getByLabel('Nach Name oder Kennung suchen');
  for (const what of ['mallo', entrant.slice(0, 6)]) {
    await search.fill(what);
    await expect(desk.locator('.people-list .row')).toContainText('MalloryGesperrt');
  }
  await desk.locator('.people-list .row').click();
  await expect(desk.locator('.person .facts')).toContainText('Gesperrt');
  await desk.getByRole('link', { name: 'Protokoll', exact: true }).click();
  await expect(desk.locator('.ledger')).toContainText('Mallory gesperrt');
});
