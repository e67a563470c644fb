import { claim, expect, join, test } from './base.js';

const ATTACK = '<img src=x onerror="document.title=1;alert(1)"><script>alert(2)</script>';
const LONG = 'Wolfeschlegelsteinhausenbergerdorffwelch'; // 40 letters and no space

const hunt = {
  hunt: 'hostile',
  title: `${ATTACK} צייד האוצרות`,
  description: `${ATTACK}\n\n[click](javascript:alert(3)) **bold** [fine](https://example.org/) \`${ATTACK}\``,
  mode: 'solo',
  challenges: [
    {
      id: 'one',
      title: `${ATTACK} سؤال`,
      description: `- ${ATTACK}\n- [x](data:text/html,alert(4))`,
      category: '<b onclick=alert(6)>quay</b>',
      points: 10,
      proof: { choice: { options: [ATTACK, 'يمين', LONG.repeat(3)], answer: 'يمين' } },
      hints: [{ id: 'h', title: ATTACK, text: ATTACK, cost: 0 }],
    },
  ],
  badges: [{ id: 'b', title: ATTACK, description: ATTACK, icon: '🦉', when: { solves: 1 } }],
};

test('texts of organizers and players run nothing and break nothing', async ({ open, server }) => {
  await server.open(hunt);
  const page = await open();
  await page.goto(server.url);
  await expect(page.getByRole('link', { name: '<img' })).toBeVisible();
  await join(page, server, '<svg onload=alert(5)> a', 'hostile');
  const others = [LONG, 'محمد بن عبد الرحمن', '👩‍👩‍👧‍👦🦉🏮', '雪'.repeat(40)];
  for (const name of others) {
    const other = await open();
    await join(other, server, name, 'hostile');
    await other.context().close();
  }
  const one = page.locator('#c-one');
  await one.locator('summary').click();
  await one.getByRole('button', { name: 'Take the hint' }).click();
  await one.getByLabel('يمين').check();
  await one.getByRole('button', { name: 'Claim it' }).click();
  await expect(one.getByText('Found!')).toBeVisible();
  await server.organizer('/hunts/hostile/announcements', {
    method: 'POST',
    json: { id: crypto.randomUUID(), text: ATTACK },
  });
  await expect(page.locator('.moment').filter({ hasText: 'From the organizer' })).toBeVisible();

  for (const tab of ['Trail', 'Board', 'Yours']) {
    await page.getByRole('button', { name: tab }).click();
    expect(await page.locator('main img, main script, main svg[onload]').count()).toBe(0);
    expect(await sideways(page), `${tab} fits the phone`).toBe(0);
    await page.screenshot({ path: `tests/screenshots/hostile-${tab.toLowerCase()}.png`, fullPage: true });
  }
  const links = await page
    .locator('.prose a')
    .evaluateAll((nodes) => nodes.map((a) => [a.getAttribute('href'), a.getAttribute('rel')]));
  expect(links).toEqual([['https://example.org/', 'noopener noreferrer']]);
  await page.setViewportSize({ width: 195, height: 422 }); // 200% zoom of a phone
  expect(await sideways(page), 'fits at 200%').toBe(0);
});

/** How far the page can be scrolled sideways. @param {import('@playwright/test').Page} page */
function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

test('a name that plays tricks is refused beside the field', async ({ open, server }) => {
  const page = await open();
  await page.goto(`${server.url}/h/lantern-walk`);
  const name = '\u202Eabc evil'; // turns the direction of the text after it
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.locator('.entry .field-error:visible')).not.toBeEmpty();
  await expect(page.getByLabel('Your name')).toHaveValue(name);
  await page.screenshot({ path: 'tests/screenshots/name-refused.png' });
});

test('the policy forbids what the page never does', async ({ open, server }) => {
  const page = await open();
  const response = await page.goto(`${server.url}/h/lantern-walk`);
  expect(response?.headers()['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
  await join(page, server, 'Ada');
  await claim(page, 'locked-gate', 'x');
  expect(await page.locator('body [style], [onclick]').count()).toBe(0);
});
