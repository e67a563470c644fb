/** @import { Page } from '@playwright/test' */
import axe from 'axe-core';
import { expect } from './base.js';

/** How far the page can be scrolled sideways. @param {Page} page */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/**
 * What axe-core finds serious or critical, each with where and why.
 * @param {Page} page @param {boolean} [contrastOnly] all else was looked at in another colour scheme
 * @returns {Promise<string[]>}
 */
export async function serious(page, contrastOnly = false) {
  // Through the protocol rather than a script element, which the policy of the page forbids.
  await page.evaluate(`window.axe || (() => { ${axe.source} })()`);
  return page.evaluate(async (contrastOnly) => {
    const { violations } = await /** @type {any} */ (globalThis).axe.run(document, {
      resultTypes: ['violations'],
      runOnly: contrastOnly
        ? ['color-contrast']
        : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations
      .filter((/** @type {any} */ v) => v.impact === 'serious' || v.impact === 'critical')
      .flatMap((/** @type {any} */ v) =>
        v.nodes.map(
          (/** @type {any} */ n) => `${v.id}: ${n.target} ${n.failureSummary?.replace(/\s+/g, ' ')}`,
        ),
      );
  }, contrastOnly);
}

/**
 * Looks at a page as its visitors do: it fits, axe has nothing serious against
 * it, and a picture of it is kept.
 * @param {Page} page @param {string} name of the picture @param {{fullPage?: boolean, contrastOnly?: boolean}} [options]
 */
export async function look(page, name, { fullPage = false, contrastOnly = false } = {}) {
  expect.soft(await sideways(page), `${name} scrolls sideways`).toBe(0);
  await page.screenshot({ path: `tests/screenshots/${name}.png`, animations: 'disabled', fullPage });
  expect.soft(await serious(page, contrastOnly), name).toEqual([]);
}
