/** @import { Page } from '@playwright/test' */
import axe from 'axe-core';
import { expect } from './base.js';

/** How far the page can be scrolled sideways. @param {Page} page */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/**
 * The serious and critical findings of axe-core, each with its place and reason.
 * @param {Page} page @param {boolean} [contrastOnly] all else was looked at in another colour scheme
 * @returns {Promise<string[]>}
 */
export async function serious(page, contrastOnly = false) {
  // Through the protocol: the page's policy forbids a script element.
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
 * Checks how a page looks: it fits its window, axe finds nothing serious, and a
 * picture of it is kept.
 * @param {Page} page @param {string} name of the picture @param {{fullPage?: boolean, contrastOnly?: boolean}} [options]
 */
export async function look(page, name, { fullPage = false, contrastOnly = false } = {}) {
  expect.soft(await sideways(page), `${name} scrolls sideways`).toBe(0);
  await page.screenshot({ path: `tests/screenshots/${name}.png`, animations: 'disabled', fullPage });
  expect.soft(await serious(page, contrastOnly), name).toEqual([]);
}
