/** @import { CDPSession, Page } from '@playwright/test' */
import { Feed } from '../feed/feed.js';
import { HUNT, Shuffle } from '../feed/shuffle.js';
import { expect, test } from './base.js';

// Days of a big screen in some seconds: thousands of changes, lost connections
// and announcements, while the clock runs ahead. The feed takes the server's
// place: no real hunt produces that much in the time of a test.

const HOUR = 3_600_000;

/** What the page holds after a collection of garbage. @param {CDPSession} devtools */
async function held(devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const value = (/** @type {string} */ name) => metrics.find((m) => m.name === name)?.value ?? 0;
  return {
    nodes: value('Nodes'),
    listeners: value('JSEventListeners'),
    heap: value('JSHeapUsedSize'),
  };
}

/**
 * @param {Page} page @param {Feed} feed @param {Shuffle} shuffle
 * @param {number} boards @param {(i: number) => Promise<void>} [between] what else happens
 */
async function feedBoards(page, feed, shuffle, boards, between) {
  for (let i = 0; i < boards; i++) {
    const base = shuffle.seq;
    const now = Date.now();
    const events = Array.from({ length: 10 }, () => shuffle.change(now).events[0]);
    await feed.send([{ type: 'ticker', hunt: HUNT, events, skipped: 0 }, shuffle.delta(now, base)]);
    await between?.(i);
  }
  // The notice comes last: once it was shown, the page has taken everything in.
  const text = `Nothing is missing at ${shuffle.seq}`;
  await feed.send({ type: 'notice', hunt: HUNT, seq: shuffle.seq, at: Date.now(), text });
  await page.keyboard.press('Escape');
  await expect(page.locator('.notice')).toBeHidden();
}

test('a display does not grow in days of changes', async ({ open }) => {
  const shuffle = new Shuffle(50, 50);
  const feed = new Feed(shuffle.watching(Date.now()));
  await feed.start();
  try {
    const page = await open({ viewport: { width: 1920, height: 1080 } });
    await page.clock.install();
    await page.goto(`${feed.url}/h/${HUNT}/display?top=20`);
    await expect(page.locator('.place:not([data-out])')).toHaveCount(20);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    await feedBoards(page, feed, shuffle, 300);
    const before = await held(devtools);

    await feedBoards(page, feed, shuffle, 3000, async (i) => {
      if (i % 50 === 0) await page.clock.fastForward(HOUR); // 60 hours in all
      if (i % 500 !== 250) return;
      const asked = feed.heard.length;
      feed.watching = {
        ...shuffle.watching(Date.now()),
        missed: [{ type: 'notice', hunt: HUNT, seq: shuffle.seq, at: Date.now() - HOUR, text: `News ${i}` }],
      };
      feed.disconnect();
      await expect
        .poll(async () => {
          await page.clock.fastForward(2_000);
          return feed.heard.length;
        })
        .toBeGreaterThan(asked);
      expect(feed.heard.at(-1)).toMatchObject({ type: 'watch', since: { epoch: 'e-1' } });
      await expect(page.locator('.notice')).toContainText(`News ${i}`);
      await expect(page.locator('.notice-kind')).toContainText(/\d\d:\d\d/);
      await page.keyboard.press('Escape');
    });
    const after = await held(devtools);
    expect(after.listeners - before.listeners).toBeLessThan(10);
    expect(after.nodes - before.nodes).toBeLessThan(100);
    expect(after.heap - before.heap).toBeLessThan(1_000_000);
    expect(await page.locator('body *').count()).toBeLessThan(700);
  } finally {
    await feed.stop();
  }
});

test('another history: the display watches again and starts from the new one', async ({ open }) => {
  const shuffle = new Shuffle(5, 50);
  const feed = new Feed(shuffle.watching(Date.now()));
  await feed.start();
  try {
    const page = await open({ viewport: { width: 1920, height: 1080 } });
    await page.goto(`${feed.url}/h/${HUNT}/display`);
    await expect(page.locator('.place:not([data-out])')).toHaveCount(5);
    feed.watching = { ...new Shuffle(2, 50).watching(Date.now()), epoch: 'e-2', reset: true };
    await feed.send({ type: 'reset', hunt: HUNT, epoch: 'e-2', seq: 1 });
    await expect(page.locator('.place:not([data-out])')).toHaveCount(2);
    expect(feed.heard).toHaveLength(2);
    expect(feed.heard[1].since).toEqual({ epoch: 'e-1', seq: 1 });
  } finally {
    await feed.stop();
  }
});
