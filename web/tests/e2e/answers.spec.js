import { claim, expect, join, points, test } from './base.js';
import { look } from './look.js';

/** @param {string|string[]} text */
const fair = (text) => ({
  hunt: 'fair',
  title: 'The Fair',
  mode: 'solo',
  challenges: [
    { id: 'one', title: 'One', points: 10, proof: { text: 'uno' } },
    { id: 'two', title: 'Two', points: 20, bonus: [5], proof: { text } },
  ],
});

for (const language of /** @type {const} */ (['en', 'de']))
  test(`what everybody answers is seen, and granted after a correction (${language})`, async ({
    open,
    server,
  }) => {
    const { t } = await import(`../../js/organizer/lang/${language}.js`);
    await server.open(fair('due'));
    const players = [];
    for (const [name, answer] of [
      ['Ada', 'Herring'],
      ['Bo', 'herring!'],
      ['Cy', 'cod'],
    ]) {
      const page = await open();
      await join(page, server, name, 'fair');
      await claim(page, 'two', answer);
      await expect(page.locator('#c-two .field-error')).toBeVisible();
      players.push(page);
    }
    const desk = await open({ viewport: { width: 1280, height: 900 }, locale: language });
    await desk.goto(`${server.url}/organizer#token=${server.organizerToken}`);
    await expect(desk.getByRole('heading', { name: t.hunts })).toBeVisible();
    await desk.goto(`${server.url}/organizer#/fair/live`);
    await desk.getByText(t.answers.title).click();
    const row = desk.locator('.answers-table tbody tr');
    await expect(row).toHaveCount(1);
    await expect(row.getByRole('cell').first()).toHaveText('3');
    await expect(row).toContainText('2 × Herring');
    await row.getByRole('button', { name: t.answers.allOf('Two') }).click();
    const items = desk.locator('.answers-list li');
    await expect(items).toHaveText([/^2\s*Herring$/, /^1\s*cod$/]);
    await expect(desk.getByRole('button', { name: t.answers.grant })).toHaveCount(0);

    await server.organizer('/hunts/fair', { method: 'PUT', json: fair(['due', 'herring']) });
    await desk.getByRole('button', { name: t.answers.look }).click();
    await expect(items.first()).toContainText(t.answers.right);
    await expect(desk.getByRole('button', { name: t.answers.grant })).toHaveCount(1);
    await look(desk, `answers-${language}`);
    await desk.getByRole('button', { name: t.answers.grant }).click();
    const dialog = desk.getByRole('dialog');
    await expect(dialog).toContainText(t.answers.would(2, 0));
    await expect(dialog.locator('.preview li')).toHaveText(['Ada +25 → 25', 'Bo +20 → 20']);
    await look(desk, `answers-grant-${language}`);
    await dialog.getByRole('button', { name: t.answers.yes(2) }).click();
    await expect(dialog.getByText(t.people.reasonMissing)).toBeVisible();
    expect(await points(players[0])).toBe(0);
    await dialog.getByLabel(t.people.reason).fill('The sign says so');
    await dialog.getByRole('button', { name: t.answers.yes(2) }).click();
    await expect(dialog).toBeHidden();
    await expect(desk.locator('.told')).toContainText(t.answers.done(2, 'Two', 0));
    await expect(players[0].locator('.points-number')).toHaveText('25');
    await expect(players[1].locator('.points-number')).toHaveText('20');
    await expect(players[2].locator('.points-number')).toHaveText('0');

    // Again it is nobody's; and what was typed stays where it belongs.
    await desk.getByRole('button', { name: t.answers.grant }).click();
    await expect(dialog).toContainText(t.answers.would(0, 2));
    await expect(dialog.getByRole('button')).toHaveCount(1);
    await dialog.getByRole('button', { name: t.cancel }).click();
    await expect(players[2].locator('body')).not.toContainText(/herring/i);
  });
