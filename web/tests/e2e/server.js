import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The real server with a store of its own. */
export class Server {
  #dir = mkdtempSync(join(tmpdir(), 'veltrix-e2e-'));
  /** @type {import('node:child_process').ChildProcess|null} */
  #process = null;
  url = '';
  organizerToken = 'organizer-of-the-browser-tests-0123456789';

  /** Starts it; a second start uses the address of the first. */
  async start() {
    const addr = this.url ? new URL(this.url).host : '127.0.0.1:0';
    const binary = /** @type {string} */ (process.env.VELTRIX_BIN);
    const args = ['--addr', addr, '--ops-addr', '127.0.0.1:0', '--store', `bolt:${this.#dir}`];
    const child = spawn(binary, [...args, '--organizer-token', this.organizerToken], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: this.#dir }, // without the VELTRIX_* of the shell
    });
    this.#process = child;
    let errors = '';
    child.stderr.on('data', (data) => {
      errors = (errors + data).slice(-4000);
    });
    const gone = once(child, 'exit').then(() => {
      throw new Error(`the server ended: ${errors}`);
    });
    gone.catch(() => {}); // an end is expected later; before, it only ends the wait for the address
    this.url = (await Promise.race([firstAddress(child.stdout), gone])).replace(/\/$/, '');
  }

  /** Kills it, as a power cut would. */
  async kill() {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** Puts a copy of the store aside; restore brings it back, as from an old backup. Both while the server is dead. */
  backUp() {
    cpSync(this.#dir, `${this.#dir}-backup`, { recursive: true });
  }

  restore() {
    rmSync(this.#dir, { recursive: true });
    cpSync(`${this.#dir}-backup`, this.#dir, { recursive: true });
  }

  async remove() {
    await this.kill();
    for (const dir of [this.#dir, `${this.#dir}-backup`]) rmSync(dir, { recursive: true, force: true });
  }

  /** @param {string} path @param {RequestInit & {json?: unknown}} [init] */
  async organizer(path, { json, ...init } = {}) {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${this.organizerToken}`, 'Content-Type': 'application/json' },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** @param {string} hunt @param {string} phase */
  async phase(hunt, phase) {
    await this.organizer(`/hunts/${hunt}/phase`, {
      method: 'POST',
      json: { id: crypto.randomUUID(), phase },
    });
  }

  /** Applies a hunt file in JSON and opens it. @param {Record<string, any>} definition */
  async open(definition) {
    await this.organizer(`/hunts/${definition.hunt}`, { method: 'PUT', json: definition });
    await this.phase(definition.hunt, 'open');
  }

  /** @param {string} hunt @returns {Promise<any[]>} the ledger's entries */
  async ledger(hunt) {
    const text = await (await this.organizer(`/hunts/${hunt}/ledger?after=0&limit=1000`)).text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}

/** @param {import('node:stream').Readable} stdout @returns {Promise<string>} */
function firstAddress(stdout) {
  const lines = createInterface({ input: stdout });
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const found = /https?:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
  });
}
