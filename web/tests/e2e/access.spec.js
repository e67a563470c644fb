/** @import { Page } from '@playwright/test' */
import { claim, expect, join, stop, test } from './base.js';
import { look, serious, sideways } from './look.js';

/**
 * Presses Tab until the wanted element has the focus, and demands that the focus
 * can be seen at every stop on the way.
 * @param {Page} page @param {string} name accessible name, or its beginning @param {string} [role]
 */
async function tabTo(page, name, role = '') {
  /** @type {string[]} */
  const passed = [];
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = /** @type {HTMLElement} */ (document.activeElement);
      const labels = /** @type {HTMLInputElement} */ (e).labels;
      const visible = [e, e.closest('label'), e.querySelector('*')].some((node) => {
        if (!node) return false;
        const style = getComputedStyle(node);
        return (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none';
      });
      const box = (labels?.[0] && e.offsetWidth < 4 ? labels[0] : e).getBoundingClientRect();
      return {
        name: (e.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? e.textContent ?? '').trim(),
        role: e.getAttribute('role') ?? e.localName,
        visible: visible && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
      };
    });
    passed.push(`${at.role} ${at.name.slice(0, 40)}`);
    if (at.role !== 'body' && at.role !== 'html')
      expect(at.visible, `the focus on “${passed.at(-1)}” can be seen`).toBe(true);
    if (at.name.startsWith(name) && (!role || at.role === role)) return;
  }
  throw new Error(`Tab never came to ${name}: ${passed.join(' | ')}`);
}

const hunt = {
  hunt: 'keys',
  title: 'Keys',
  mode: 'solo',
  challenges: [
    {
      id: 'word',
      title: 'The word',
      points: 20,
      proof: { text: 'moth' },
      hints: [{ id: 'h', title: 'A wing', text: 'It flies to light.', cost: 5 }],
    },
    { id: 'sum', title: 'The sum', points: 10, proof: { number: { value: 8 } }, requires: ['word'] },
    {
      id: 'door',
      title: 'The door',
      points: 10,
      proof: { choice: { options: ['Red', 'Blue'], answer: 'Blue' } },
      requires: ['word'],
    },
    { id: 'sign', title: 'The sign', points: 10, proof: { code: 'OWL' }, requires: ['word'] },
    { id: 'rock', title: 'The rock', points: 10, proof: { location: { lat: 1, lon: 2, radius: '9m' } } },
    { id: 'tale', title: 'The tale', points: 10, proof: { review: { prompt: 'Tell' } } },
  ],
  badges: [{ id: 'friend', title: 'Friend', when: { manual: true } }],
};

test('the keyboard alone plays a whole hunt', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  const type = page.keyboard.type.bind(page.keyboard);
  const press = page.keyboard.press.bind(page.keyboard);
  await page.goto(server.url);
  await expect(page.getByRole('link', { name: 'Keys' })).toBeVisible();
  await tabTo(page, 'Keys', 'a');
  await press('Enter');
  await expect(page.getByLabel('Your name')).toBeVisible();
  await tabTo(page, 'Your name');
  await type('Kay');
  await press('Enter');
  await expect(page.getByText('0 of 6 found')).toBeVisible();

  const found = (/** @type {string} */ id) => expect(page.locator(`#c-${id} .found`)).toBeFocused();
  await tabTo(page, 'The word', 'summary');
  await press('Enter');
  await tabTo(page, 'Your answer');
  await type('bee');
  await press('Enter');
  await expect(page.locator('#c-word .field-error')).toBeVisible();
  await expect(page.getByLabel('Your answer')).toBeFocused(); // selected: typing replaces it
  await type('moth');
  await press('Enter');
  await found('word');
  await tabTo(page, 'On to the next one');
  await press('Enter');
  await expect(page.getByLabel('Your number')).toBeFocused();
  await type('8');
  await press('Enter');
  await found('sum');
  await tabTo(page, 'On to the next one');
  await press('Enter');
  await expect(page.getByLabel('Red')).toBeFocused();
  await press('ArrowDown');
  await expect(page.getByLabel('Blue')).toBeChecked();
  await press('Enter');
  await found('door');
  await tabTo(page, 'On to the next one');
  await press('Enter');
  await expect(page.getByLabel('The code you found')).toBeFocused();
  await type('owl');
  await press('Enter');
  await found('sign');
  await tabTo(page, 'On to the next one');
  await press('Enter');
  await expect(page.getByLabel('Latitude')).toBeFocused();
  await type('1');
  await tabTo(page, 'Longitude');
  await type('2');
  await press('Enter');
  await found('rock');
  await tabTo(page, 'On to the next one');
  await press('Enter');
  await expect(page.getByLabel('Tell')).toBeFocused();
  await type('A net of onions');
  await tabTo(page, 'Claim it', 'button');
  await press('Enter');
  await expect(page.getByText('An organizer looks at your claim.')).toBeVisible();
  await tabTo(page, 'Yours', 'button');
  await press('Enter');
  await expect(page.locator('.own-log')).toContainText('The sign');
  // The page is not a trap: Tab leaves its end for its beginning.
  for (let i = 0; i < 60 && !(await page.locator('.skip').evaluate((e) => e === document.activeElement)); i++)
    await press('Tab');
  await expect(page.locator('.skip')).toBeFocused();
});

test('the keyboard alone asks for a hint, and the focus comes back from the question', async ({
  open,
  server,
}) => {
  await server.open({ ...hunt, challenges: [hunt.challenges[5], { ...hunt.challenges[0], id: 'again' }] });
  const page = await open();
  await join(page, server, 'Kay', 'keys');
  const { rows } = await (await fetch(`${server.url}/api/v1/hunts/keys/board`)).json();
  await server.organizer('/hunts/keys/adjustments', {
    method: 'POST',
    json: { id: crypto.randomUUID(), entrant: rows[0].entrant, points: 9, reason: 'a start' },
  });
  await expect(page.locator('.points-number')).toHaveText('9');
  await stop(page, 'again');
  await tabTo(page, 'Take the hint');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Yes, take it' })).toBeFocused();
  await tabTo(page, 'Not now');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Take the hint' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(page.getByText('It flies to light.')).toBeFocused();
});

test('the keyboard alone corrects, and the focus comes back from dialogs', async ({ open, server }) => {
  await server.open(hunt);
  await join(await open(), server, 'Kay', 'keys');
  const desk = await open({ viewport: { width: 1280, height: 800 } });
  const type = desk.keyboard.type.bind(desk.keyboard);
  const press = desk.keyboard.press.bind(desk.keyboard);
  await desk.goto(`${server.url}/organizer`);
  await expect(desk.getByLabel('Organizer token')).toBeFocused();
  await type(server.organizerToken);
  await press('Enter');
  await expect(desk.getByRole('link', { name: 'Keys' })).toBeVisible();
  await tabTo(desk, 'Keys', 'a');
  await press('Enter');
  await expect(desk.getByRole('row', { name: 'The word' })).toBeVisible();

  // A dialog: it takes the focus, keeps it, and gives it back.
  await tabTo(desk, 'Close the hunt');
  await press('Enter');
  const dialog = desk.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await press('Escape');
  await expect(dialog).toBeHidden();
  await expect(desk.getByRole('button', { name: 'Close the hunt' })).toBeFocused();

  await tabTo(desk, 'Entrants', 'a');
  await press('Enter');
  await tabTo(desk, 'Search by name or id');
  await type('ka');
  await tabTo(desk, '1Kay', 'a');
  await press('Enter');
  await tabTo(desk, 'Points', 'input');
  await type('-5');
  await expect(desk.locator('.preview')).toContainText('0 → −5');
  await press('Enter');
  await expect(desk.getByLabel('Reason')).toBeFocused(); // it was missing
  await type('Ran on the quay');
  await tabTo(desk, 'Adjust points', 'button');
  await press('Enter');
  await expect(desk.locator('.told')).toContainText('Kay: −5');
  await expect(desk.getByRole('button', { name: 'Adjust points' })).toBeFocused();

  for (let i = 0; i < 9; i++) await press('Shift+Tab'); // back to the kinds
  await tabTo(desk, 'Adjust points', 'input');
  await press('ArrowDown');
  await expect(desk.getByLabel('Give', { exact: true })).toBeChecked();
  await tabTo(desk, 'What to give');
  await type('Friend');
  await tabTo(desk, 'Reason');
  await type('Held the ladder');
  await tabTo(desk, 'Give it', 'button');
  await press('Enter');
  await expect(desk.locator('.history')).toContainText('earned Friend');

  // The desk asks before what cannot be undone, and No leaves everything as it was.
  await desk.getByLabel('Ban', { exact: true }).focus();
  await press('Space');
  await tabTo(desk, 'Reason');
  await type('Broke the lamp');
  await tabTo(desk, 'Ban', 'button');
  await press('Enter');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await press('Enter');
  await expect(dialog).toBeHidden();
  await expect(desk.locator('form').getByRole('button', { name: 'Ban' })).toBeFocused();
  await expect(desk.getByLabel('Reason')).toHaveValue('Broke the lamp');
});

test('at 200 and 400 percent nothing is cut off or scrolls sideways', async ({ open, server }) => {
  await server.open(hunt);
  for (const [zoom, width, height] of [
    [200, 640, 400],
    [400, 320, 256],
  ]) {
    const page = await open({ viewport: { width, height } });
    const fits = async (/** @type {string} */ what) => {
      expect.soft(await sideways(page), `${what} at ${zoom} %`).toBe(0);
      const outside = await page.locator('button:visible, input:visible, a:visible').evaluateAll((nodes) =>
        nodes
          .filter((node) => {
            const box = node.getBoundingClientRect();
            return box.width > 2 && (box.left < -1 || box.right > innerWidth + 1);
          })
          .map((node) => node.outerHTML.slice(0, 90)),
      );
      expect.soft(outside, `${what} at ${zoom} %`).toEqual([]);
    };
    await page.goto(server.url);
    await expect(page.getByRole('link', { name: 'Keys' })).toBeVisible();
    await fits('lobby');
    await join(page, server, `Kay at ${zoom}`, 'keys');
    await stop(page, 'rock');
    await fits('challenge');
    await page.screenshot({ path: `tests/screenshots/zoom-${zoom}.png` });
    for (const tab of ['Board', 'Yours']) {
      await page.locator('.tabs').getByRole('button', { name: tab }).click();
      await fits(tab);
    }
    await page.goto(`${server.url}/organizer#token=${server.organizerToken}`);
    await page.getByRole('link', { name: 'Keys' }).click();
    await expect(page.getByRole('row', { name: 'The word' })).toBeVisible();
    await fits('live');
    for (const tab of ['Entrants', 'Hunt file', 'Ledger', 'Share']) {
      await page.getByRole('navigation').getByRole('link', { name: tab }).click();
      await fits(tab);
    }
    await page.context().close();
  }
});

test('fifty awards at once are announced in a few sentences', async ({ open, server }) => {
  const many = Array.from({ length: 50 }, (_, i) => ({
    id: `c${i}`,
    title: `Lamp ${i}`,
    points: 1,
    proof: { text: 'x' },
  }));
  await server.open({ hunt: 'burst', title: 'Burst', mode: 'solo', challenges: many });
  const page = await open();
  await join(page, server, 'Ada', 'burst');
  // A screen reader would read these: texts that appear inside live regions.
  await page.evaluate(() => {
    /** @type {string[]} */
    const heard = [];
    Object.assign(globalThis, { heard });
    new MutationObserver((changes) => {
      for (const { target, addedNodes, type } of changes) {
        const at = target instanceof Element ? target : target.parentElement;
        const region = at?.closest('[aria-live], [role=status], [role=alert]');
        if (!region || region.getAttribute('aria-live') === 'off' || region.closest('[aria-busy=true]'))
          continue;
        const said = type === 'characterData' ? [target] : [...addedNodes];
        heard.push(...said.map((node) => node.textContent?.trim() ?? '').filter(Boolean));
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  const { rows } = await (await fetch(`${server.url}/api/v1/hunts/burst/board`)).json();
  const grant = (/** @type {{id: string}} */ c) =>
    server.organizer('/hunts/burst/grants', {
      method: 'POST',
      json: { id: crypto.randomUUID(), entrant: rows[0].entrant, challenge: c.id, reason: 'a storm' },
    });
  await Promise.all(many.map(grant));
  await expect(page.getByText('50 of 50 found')).toBeVisible();
  const heard = () => page.evaluate(() => /** @type {any} */ (globalThis).heard);
  await expect.poll(async () => (await heard()).join('|')).toContain('more, under “Yours”');
  const said = await heard();
  expect(said[0]).toMatch(/^Lamp \d+ is found/);
  expect(said.length, said.join(' | ')).toBeLessThan(10);
});

test('a short trail and one of 200', async ({ open, server }) => {
  const page = await open();
  const trail = (/** @type {number} */ n) =>
    Array.from({ length: n }, (_, i) => ({
      id: `c${i}`,
      title: `Lamp ${i}`,
      category: ['quay', 'hill', 'market'][i % 3],
      description: i === 1 ? 'The lamps go on and on. '.repeat(150) : 'Light it.',
      points: 10,
      proof: { text: 'x' },
    }));
  await server.open({ hunt: 'short', title: 'Short', mode: 'solo', challenges: trail(3) });
  await server.open({ hunt: 'long', title: 'Long', mode: 'solo', challenges: trail(200) });
  await join(page, server, 'Ada', 'short');
  await expect(page.locator('.stop')).toHaveCount(3);
  await expect(page.getByLabel('Category')).toBeHidden();
  await stop(page, 'c1');
  await look(page, 'trail-short');

  await page.goto(`${server.url}/h/long#claim=c7&code=x`);
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.locator('#c-c7')).toHaveAttribute('open', '');
  await claim(page, 'c7', 'x');
  await expect(page.locator('#c-c7').getByText('Found!')).toBeVisible();
  await expect(page.locator('.stop:visible')).toHaveCount(200);
  await page.getByLabel('Category').selectOption('hill');
  await expect(page.locator('.stop:visible')).toHaveCount(67);
  await page.getByLabel('Only what is left').check();
  await expect(page.locator('#c-c7')).toBeVisible(); // it is open
  await stop(page, 'c4');
  await expect(page.locator('#c-c7')).toBeHidden();
  await expect(page.locator('.stop:visible')).toHaveCount(66);
  expect(await sideways(page)).toBe(0);
  await page.screenshot({ path: 'tests/screenshots/trail-long.png' });
});

test('axe finds nothing serious on the big screen, dark and light', async ({ open, server }) => {
  const player = await open();
  await join(player, server, 'Ada');
  await claim(player, 'locked-gate', 'darkness');
  await expect(player.getByText('1 of 11 found')).toBeVisible();
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    const display = await open({ viewport: { width: 1920, height: 1080 }, colorScheme });
    await display.goto(`${server.url}/h/lantern-walk/display`);
    await expect(display.getByText('Ada').first()).toBeVisible();
    expect(await serious(display, colorScheme === 'light'), colorScheme).toEqual([]);
    await display.context().close();
  }
});
