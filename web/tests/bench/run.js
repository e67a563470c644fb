/** @import { TickerMessage } from '../../js/types/protocol.js' */
/** @import { CDPSession, Page } from '@playwright/test' */
import { chromium } from '@playwright/test';
import { Feed } from '../feed/feed.js';
import { HUNT, Shuffle } from '../feed/shuffle.js';

// npm run bench: what 500 changes a second cost a page. It prints tables
// and asserts nothing: what counts as slow depends on the machine.

const SECONDS = 10;
const CHANGES = 500; // a second
const SCREEN = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 844 };
const VIEWS = {
  "Player's page, 50 rows": { view: 'player', viewport: SCREEN, updates: 60 },
  "Player's page on a phone, 50 rows": { view: 'player', viewport: PHONE, updates: 60 },
  'Display, top 10': { view: 'display&shown=10', viewport: SCREEN, updates: 25 },
  'Display, top 20': { view: 'display&shown=20', viewport: SCREEN, updates: 25 },
  'Display, 50 rows (it shows at most 20)': { view: 'display', viewport: SCREEN, updates: 25 },
};
const KINDS = {
  nothing: 'nothing arrives',
  neighbours: 'ten pass the one before',
  all: 'nearly all change places',
};
const PARTS = /** @type {const} */ ({
  script: 'ScriptDuration',
  style: 'RecalcStyleDuration',
  layout: 'LayoutDuration',
  all: 'TaskDuration',
  styles: 'RecalcStyleCount',
  layouts: 'LayoutCount',
});

/** The work of the main thread so far: seconds of its own time, and counts. @param {CDPSession} devtools */
async function spent(devtools) {
  const { metrics } = await devtools.send('Performance.getMetrics');
  const value = (/** @type {string} */ name) => metrics.find((m) => m.name === name)?.value ?? 0;
  return Object.fromEntries(Object.entries(PARTS).map(([part, name]) => [part, value(name)]));
}

/** @param {Page} page @param {() => Promise<unknown>} work @param {number} updates */
async function costOf(page, work, updates) {
  const devtools = await page.context().newCDPSession(page);
  // The time of this thread alone, however busy the machine is.
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const before = await spent(devtools);
  await work();
  const after = await spent(devtools);
  const each = (/** @type {keyof typeof PARTS} */ part) => (after[part] - before[part]) / updates;
  const ms = (/** @type {number} */ seconds) => (1000 * seconds).toFixed(2);
  const painting = each('all') - each('script') - each('style') - each('layout');
  return {
    script: ms(each('script')),
    style: ms(each('style')),
    layout: ms(each('layout')),
    'paint, rest': ms(painting),
    'all, ms': ms(each('all')),
    styles: each('styles').toFixed(1),
    layouts: each('layouts').toFixed(1),
  };
}

/** Counts frames and long tasks from here on. Runs in the page. */
function watchFrames() {
  /** @type {number[]} */
  const frames = [];
  let long = 0;
  const observer = new PerformanceObserver((list) => {
    long += list.getEntries().length;
  });
  observer.observe({ type: 'longtask' });
  let last = performance.now();
  let id = requestAnimationFrame(function frame(now) {
    frames.push(now - last);
    last = now;
    id = requestAnimationFrame(frame);
  });
  Object.assign(globalThis, {
    framesSeen() {
      cancelAnimationFrame(id);
      observer.disconnect();
      const sorted = frames.slice(1).sort((a, b) => a - b);
      const at = (/** @type {number} */ part) => sorted[Math.floor(part * (sorted.length - 1))].toFixed(1);
      const late = sorted.filter((ms) => ms > 25).length;
      return {
        frames: sorted.length,
        'median, ms': at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        late,
        'long tasks': long,
      };
    },
  });
}

/**
 * 500 changes a second for a board of 50 rows, in as many portions a second as parts.
 * @param {Page} page @param {Feed} feed @param {Shuffle} shuffle @param {number} parts
 */
async function storm(page, feed, shuffle, parts) {
  await page.goto(`${feed.url}/h/${HUNT}/display?top=20`);
  await page.locator('.place:not([data-out])').nth(19).waitFor();
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.evaluate(watchFrames);
  const before = await spent(devtools);
  const start = Date.now();
  for (let sent = 0; sent < parts * SECONDS; sent++) {
    const base = shuffle.seq;
    const now = Date.now();
    const events = Array.from({ length: CHANGES / parts }, () => shuffle.change(now).events[0]);
    // As a node sends it: the newest awards, and how many more there were.
    /** @type {TickerMessage} */
    const ticker = {
      type: 'ticker',
      hunt: HUNT,
      events: events.slice(-20),
      skipped: Math.max(0, events.length - 20),
    };
    await feed.send([ticker, shuffle.delta(now, base)]);
    const due = start + ((sent + 1) * 1000) / parts;
    if (due > Date.now()) await new Promise((resolve) => setTimeout(resolve, due - Date.now()));
  }
  const after = await spent(devtools);
  const busy = `${((100 * (after.all - before.all)) / SECONDS).toFixed(0)} %`;
  const counts = { styles: after.styles - before.styles, layouts: after.layouts - before.layouts };
  return { ...(await page.evaluate(() => /** @type {any} */ (globalThis).framesSeen())), busy, ...counts };
}

const shuffle = new Shuffle(50, 50);
const feed = new Feed(shuffle.watching(Date.now()));
await feed.start();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  /** @param {{width: number, height: number}} viewport */
  const open = (viewport) => browser.newPage({ viewport });
  for (const [name, { view, viewport, updates }] of Object.entries(VIEWS)) {
    const page = await open(viewport);
    await page.goto(`${feed.url}/tests/bench/board.html?view=${view}`);
    await page.waitForFunction(() => 'run' in globalThis, null, { timeout: 60_000 });
    /** @type {Record<string, object>} */
    const costs = {};
    for (const [kind, what] of Object.entries(KINDS)) {
      const rows = await page.evaluate(
        ([kind, turns]) => /** @type {any} */ (globalThis).prepare(kind, turns),
        /** @type {const} */ ([kind, updates]),
      );
      const work = () => page.evaluate(() => /** @type {any} */ (globalThis).run());
      const cost = await costOf(page, work, updates);
      costs[what] = { rows: rows.toFixed(0), ...cost };
    }
    console.log(
      `${name}: main thread, ms of its own time for each of ${updates} updates and the frames until the next`,
    );
    console.table(costs);
    await page.close();
  }
  /** @type {Record<string, object>} */
  const storms = {};
  for (const parts of [10, 100, 500]) {
    const page = await open(SCREEN);
    feed.watching = shuffle.watching(Date.now());
    storms[`${parts} messages/s`] = await storm(page, feed, shuffle, parts);
    await page.close();
  }
  console.log(
    `The display while ${CHANGES} changes a second arrive for ${SECONDS} s: frames (late: over 25 ms), main thread`,
  );
  console.table(storms);
} finally {
  await browser.close();
  await feed.stop();
}
