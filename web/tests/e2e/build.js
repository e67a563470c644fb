import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Builds the server unless VELTRIX_BIN names one, and takes the build away afterwards. */
export default function build() {
  if (process.env.VELTRIX_BIN) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'veltrix-bin-'));
  const binary = join(dir, 'veltrix');
  const root = new URL('../../..', import.meta.url).pathname;
  execFileSync('go', ['build', '-o', binary, './server'], { cwd: root, stdio: 'inherit' });
  process.env.VELTRIX_BIN = binary;
  return () => rmSync(dir, { recursive: true });
}
