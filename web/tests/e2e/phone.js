/** @import { Page } from '@playwright/test' */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';

/**
 * A browser of its own with a profile in a directory. It can be killed as by a dead
 * battery: without a warning.
 * @param {string} profile
 * @returns {Promise<{page: Page, kill(): Promise<void>}>}
 */
export async function phone(profile) {
  const args = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const child = spawn(
    process.env.CHROMIUM || '/usr/bin/chromium',
    [...args, '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  const gone = once(child, 'exit');
  const ended = gone.then(() => {
    throw new Error('the browser ended');
  });
  ended.catch(() => {}); // an end is expected later; before, it only ends the wait for the address
  const browser = await chromium.connectOverCDP(await Promise.race([address(child.stderr), ended]));
  const page = await browser.contexts()[0].newPage();
  return {
    page,
    async kill() {
      process.kill(-(/** @type {number} */ (child.pid)), 'SIGKILL');
      await gone;
    },
  };
}

/** @param {import('node:stream').Readable} stderr @returns {Promise<string>} */
function address(stderr) {
  return new Promise((resolve) => {
    createInterface({ input: stderr }).on('line', (line) => {
      const found = /DevTools listening on (ws:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
  });
}
