/** @import { Browser, BrowserContextOptions, Page } from '@playwright/test' */
import { test as base, expect } from '@playwright/test';
import { Server } from './server.js';

export { expect };

/** @typedef {(options?: BrowserContextOptions) => Promise<Page>} Open a page of a browser context of its own */
/** @typedef {import('@playwright/test').PlaywrightTestArgs & {server: Server, open: Open}} Fixtures */
/** @typedef {import('@playwright/test').PlaywrightWorkerArgs} WorkerFixtures */

const fixtures = {
  server: async (
    /** @type {{browserName: string}} */ { browserName: _ },
    /** @type {(server: Server) => Promise<void>} */ use,
  ) => {
    const server = new Server();
    await server.start();
    await use(server);
    await server.remove();
  },
  open: async (
    /** @type {{browser: Browser}} */ { browser },
    /** @type {(open: Open) => Promise<void>} */ use,
  ) => {
    /** @type {string[]} */
    const complaints = [];
    /** @type {import('@playwright/test').BrowserContext[]} */
    const contexts = [];
    await use(async (options) => {
      const context = await browser.newContext({
        viewport: { width: 390, height: 844 },
        colorScheme: 'dark',
        ...options,
      });
      contexts.push(context);
      context.on('page', (page) => watch(page, complaints));
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(complaints).toEqual([]);
  },
};

/** Collects what a page should never report. @param {Page} page @param {string[]} complaints */
function watch(page, complaints) {
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('console', (message) => {
    // The browser itself logs lost connections and refusals; any other error is the page's.
    if (
      message.type() === 'error' &&
      !/ERR_(CONNECTION|FAILED|INTERNET|NETWORK)|WebSocket|error occurred when fetching the script|status of 4(00|01|03|09|12|22|26|29)/.test(
        message.text(),
      )
    ) {
      complaints.push(message.text());
    }
  });
}

/**
 * A test with the real server, where no page may report an error.
 * @type {import('@playwright/test').TestType<Fixtures, WorkerFixtures>}
 */
export const test = base.extend(/** @type {any} */ (fixtures));

/**
 * Opens a hunt and joins it under a name.
 * @param {Page} page @param {Pick<Server, 'url'>} server @param {string} name @param {string} [hunt]
 */
export async function join(page, server, name, hunt = 'lantern-walk') {
  await page.goto(`${server.url}/h/${hunt}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join the hunt' }).click();
  await expect(page.getByRole('region', { name: 'Your standing' })).toBeVisible();
}

/** One stop of the trail, unfolded. @param {Page} page @param {string} id */
export async function stop(page, id) {
  const details = page.locator(`#c-${id}`);
  if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
  return details;
}

/** Claims with a typed answer. @param {Page} page @param {string} id @param {string} answer @param {string} [label] */
export async function claim(page, id, answer, label = 'Your answer') {
  const details = await stop(page, id);
  await details.getByLabel(label).fill(answer);
  await details.getByRole('button', { name: /^(Claim|Try) it$/ }).click();
  return details;
}

/** @param {Page} page @returns {Promise<number>} the points that the page shows */
export async function points(page) {
  return Number((await page.locator('.points-number').textContent())?.replace(/[^\d]/g, ''));
}

/** The claims that a page sends from now on; call it before the page connects. @param {Page} page @returns {any[]} */
export function claimsOf(page) {
  /** @type {any[]} */
  const claims = [];
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) =>
      claims.push(...[JSON.parse(String(payload))].flat().filter((m) => m.type === 'claim')),
    ),
  );
  return claims;
}
