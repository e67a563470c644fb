import { claim, claimsOf, expect, join, stop, test } from './base.js';

const hunt = {
  hunt: 'once',
  title: 'Once',
  mode: 'solo',
  challenges: ['oak', 'elm', 'ash', 'fir', 'yew'].map((id) => ({
    id,
    title: `The ${id}`,
    points: 100,
    proof: { text: id },
  })),
};

test('a press that slips claims once', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  const claims = claimsOf(page);
  await join(page, server, 'Ada', 'once');
  const field = async (/** @type {string} */ id, text = id) => {
    const answer = (await stop(page, id)).getByLabel('Your answer');
    await answer.fill(text);
    await answer.focus();
    return answer;
  };
  const button = (/** @type {string} */ id) =>
    page.locator(`#c-${id}`).getByRole('button', { name: 'Claim it' });
  const told = (/** @type {string} */ id) => page.locator(`#c-${id} .field-error`);

  await field('oak');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.locator('#c-oak').getByText('Found!')).toBeVisible();

  // The answer to a wrong claim comes between two presses, and stays.
  await field('elm', 'wrong');
  await page.keyboard.press('Enter');
  await expect(told('elm')).toHaveText(/\w/);
  await page.keyboard.press('Enter');
  await expect(told('elm')).toHaveText(/\w/);

  await field('ash', 'wrong');
  for (let i = 0; i < 20; i++) await page.keyboard.down('Enter'); // held down
  await page.keyboard.up('Enter');
  await expect(told('ash')).toHaveText(/\w/);

  await field('fir', 'wrong');
  await button('fir').dblclick();
  await expect(told('fir')).toHaveText(/\w/);

  await field('yew', 'wrong');
  await page.keyboard.press('Enter');
  await button('yew').click();
  await expect(told('yew')).toHaveText(/\w/);

  expect(claims.map((c) => `${c.challenge} ${c.proof.text}`)).toEqual([
    'oak oak',
    'elm wrong',
    'ash wrong',
    'fir wrong',
    'yew wrong',
  ]);
});

test('several kept claims of one challenge end as one find', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  await join(page, server, 'Ada', 'once');
  await server.kill();
  await claim(page, 'oak', 'oak');
  await expect(page.locator('#c-oak').getByText('Kept on this device.')).toBeVisible();
  // As an older page or a second tab would have left them.
  await page.evaluate(() => {
    const [key] = Object.keys(localStorage).filter((name) => name.startsWith('veltrix:outbox:'));
    const kept = JSON.parse(localStorage.getItem(key) ?? '');
    for (const [text, late] of /** @type {const} */ ([
      ['beech', -2],
      ['oak', 1],
      ['birch', 2],
    ])) {
      const id = crypto.randomUUID();
      const copy = { ...kept, id, proof: { text }, at: kept.at + late };
      localStorage.setItem(`veltrix:outbox:${id}`, JSON.stringify(copy));
    }
  });
  await page.addInitScript(() => {
    /** @type {string[]} */
    const told = [];
    Object.assign(globalThis, { told });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes)
        for (const node of addedNodes)
          if (node instanceof Element && node.matches('.moment, .spoken p'))
            told.push(node.textContent ?? '');
    }).observe(document, { childList: true, subtree: true });
  });
  const { href } = new URL(page.url());
  await page.goto('about:blank'); // this page would send them first, and the next one say what came meanwhile
  await server.start();
  await page.goto(href);
  await expect(page.getByText('1 of 5 found')).toBeVisible();
  await expect
    .poll(() => page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith('veltrix:outbox:'))))
    .toEqual([]);
  await expect(page.locator('.moment')).toHaveText(/The oak is found/);
  await expect(page.locator('.spoken p')).toHaveText(/The oak is found/);
  const told = await page.evaluate(() => /** @type {any} */ (globalThis).told);
  expect(told.filter((/** @type {string} */ text) => !text.includes('The oak is found'))).toEqual([]);
  const oak = await stop(page, 'oak');
  await expect(oak.getByText('Found!')).toBeVisible();
  await expect(oak.locator('.field-error')).toBeHidden();
  const awards = (await server.ledger('once')).filter((e) => e.type === 'awarded');
  expect(awards.map((e) => [e.challenge, e.points])).toEqual([['oak', 100]]);
});
