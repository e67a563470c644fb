import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { chromium } from '@playwright/test';

// node tests/bench/run.js: measures a board of 50 rows in the browser and
// prints milliseconds. It asserts nothing: what counts as slow depends on the machine.

const TYPES = /** @type {Record<string, string>} */ ({
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
});
const root = new URL('../../', import.meta.url);
const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', 'http://x').pathname;
  try {
    const content = await readFile(new URL(`.${path}`, root));
    response
      .writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream' })
      .end(content);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(`http://127.0.0.1:${port}/tests/bench/board.html`);
  await page.waitForFunction(() => 'result' in globalThis, null, { timeout: 120_000 });
  const result = await page.evaluate(() => /** @type {any} */ (globalThis).result);
  const { metrics } = await devtools.send('Performance.getMetrics');
  const spent = (/** @type {string} */ name) =>
    (((metrics.find((m) => m.name === name)?.value ?? 0) * 1000) / result.updates).toFixed(2);
  // What the thread itself worked, however busy the machine is with other things.
  const thread = {
    script: spent('ScriptDuration'),
    style: spent('RecalcStyleDuration'),
    layout: spent('LayoutDuration'),
    all: spent('TaskDuration'),
  };
  console.log(JSON.stringify({ ...result, thread }, null, 2));
} finally {
  await browser.close();
  server.close();
}
