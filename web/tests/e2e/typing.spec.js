import { claim, claimsOf, expect, join, stop, test } from './base.js';

const hunt = {
  hunt: 'typing',
  title: 'Typing',
  mode: 'solo',
  challenges: [
    { id: 'word', title: 'The word', points: 10, proof: { text: 'moth' } },
    { id: 'year', title: 'The year', points: 10, proof: { number: { value: 1874 } } },
    { id: 'length', title: 'The length', points: 10, proof: { number: { value: 1.874 } } },
    { id: 'sign', title: 'The sign', points: 10, proof: { code: 'OWL' } },
    {
      id: 'rock',
      title: 'The rock',
      points: 10,
      proof: { location: { lat: 53.551, lon: 1.5, radius: '50m' } },
    },
  ],
};

test('a keyboard leaves an answer as it is typed', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  await join(page, server, 'Ada', 'typing');
  for (const [id, label, capitals] of [
    ['word', 'Your answer', 'off'],
    ['year', 'Your number', 'off'],
    ['sign', 'The code you found', 'characters'],
    ['rock', 'Latitude', 'off'],
  ]) {
    const field = (await stop(page, id)).getByLabel(label);
    const attributes = await field.evaluate((node) =>
      ['autocapitalize', 'autocomplete', 'autocorrect', 'spellcheck'].map((name) => node.getAttribute(name)),
    );
    expect(attributes, id).toEqual([capitals, 'off', 'off', 'false']);
    expect(await field.evaluate((/** @type {HTMLInputElement} */ node) => node.spellcheck), id).toBe(false);
  }
});

test('the browser takes every attribute as it was meant', async ({ open, server }) => {
  const page = await open();
  await page.goto(server.url);
  /** @type {[string, Record<string, any>, string, any][]} tag, attributes, property of the node, its value */
  const table = [
    ['input', { spellcheck: false }, 'spellcheck', false],
    ['input', { autocorrect: 'off' }, 'autocorrect', false],
    ['input', { autocorrect: true }, 'autocorrect', true],
    ['input', { autocapitalize: 'off' }, 'autocapitalize', 'none'],
    ['div', { draggable: false }, 'draggable', false],
    ['img', { draggable: false }, 'draggable', false],
    ['div', { translate: false }, 'translate', false],
    ['div', { contenteditable: false }, 'contentEditable', 'false'],
    ['div', { hidden: false }, 'hidden', false],
    ['div', { hidden: true }, 'hidden', true],
    ['div', { 'aria-expanded': false }, 'ariaExpanded', 'false'],
    ['div', { tabindex: -1 }, 'tabIndex', -1],
    ['input', { readonly: true }, 'readOnly', true],
    ['input', { maxlength: 40 }, 'maxLength', 40],
    ['input', { type: 'text', value: 'a' }, 'value', 'a'],
    ['input', { type: 'radio', value: 'a', checked: true }, 'checked', true],
    ['form', { novalidate: true }, 'noValidate', true],
    ['label', { for: 'x' }, 'htmlFor', 'x'],
    ['video', { muted: true }, 'muted', true],
    ['button', { disabled: false }, 'disabled', false],
  ];
  const made = await page.evaluate(async (rows) => {
    const { el } = await import(`${location.origin}/static/js/dom.js`);
    return rows.map(([tag, attributes, property]) => el(tag, attributes)[property]);
  }, table);
  for (const [i, [tag, attributes, property, want]] of table.entries())
    expect(made[i], `${tag} ${JSON.stringify(attributes)}: ${property}`).toBe(want);
});

test('a number that can be two is asked about, and then sent once', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  const claims = claimsOf(page);
  await join(page, server, 'Ada', 'typing');
  const year = await stop(page, 'year');
  const field = year.getByLabel('Your number');
  await field.fill('1,874');
  await field.press('Enter');
  await field.press('Enter'); // a second press chooses nothing
  await expect(year.getByText('Do you mean 1874 or 1.874?')).toBeVisible();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await field.press('Tab');
  await expect(year.getByRole('button', { name: '1874', exact: true })).toBeFocused();
  await page.screenshot({ path: 'tests/screenshots/either.png' });
  await field.fill('1,8745');
  await expect(year.getByRole('button', { name: '1874', exact: true })).toHaveCount(0);
  await field.fill('1,874');
  await field.press('Enter');
  expect(claims).toEqual([]);
  await year.getByRole('button', { name: '1.874' }).click();
  await expect(year.locator('.field-error')).not.toBeEmpty();
  await expect(field).toHaveValue('1,874');
  await field.fill('1.874,0');
  await field.press('Enter');
  await expect(year.getByText('Found!')).toBeVisible();
  expect(claims.map((c) => c.proof)).toEqual([{ number: 1.874 }, { number: 1874 }]);
});

test('units and words are named, in German too', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open({ locale: 'de-DE' });
  const claims = claimsOf(page);
  await page.goto(`${server.url}/h/typing`);
  await page.getByLabel('Dein Name').fill('Ada');
  await page.locator('.entry button[type=submit]').click();
  const length = await stop(page, 'length');
  const field = length.getByRole('textbox');
  const error = length.locator('.field-error');
  for (const [typed, said] of [
    ['1,87 m', 'Gib nur die Zahl ein, ohne „m“.'],
    ['acht', 'Gib eine Zahl in Ziffern ein, zum Beispiel 42 oder 3,5.'],
    ['1.874', 'Meinst du 1874 oder 1,874?'],
  ]) {
    await field.fill(typed);
    await field.press('Enter');
    await expect(error).toHaveText(said);
  }
  await length.getByRole('button', { name: '1,874', exact: true }).click();
  await expect(length.getByText('Gefunden!')).toBeVisible();
  expect(claims.map((c) => c.proof)).toEqual([{ number: 1.874 }]);
});

test('coordinates have one reading', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  await join(page, server, 'Ada', 'typing');
  const rock = await stop(page, 'rock');
  await rock.getByLabel('Latitude').fill('53,551');
  await claim(page, 'rock', '1.500', 'Longitude');
  await expect(rock.getByText('Found!')).toBeVisible();
});
