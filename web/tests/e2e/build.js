import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCREENSHOTS = new URL('../screenshots/', import.meta.url).pathname;

/** Builds the server unless VELTRIX_BIN names one. Afterwards removes the build and names the folder of screenshots. */
export default function build() {
  const report = () => console.log(`screenshots of every stage: ${SCREENSHOTS}`);
  if (process.env.VELTRIX_BIN) return report;
  const dir = mkdtempSync(join(tmpdir(), 'veltrix-bin-'));
  const binary = join(dir, 'veltrix');
  const root = new URL('../../..', import.meta.url).pathname;
  execFileSync('go', ['build', '-o', binary, './server'], { cwd: root, stdio: 'inherit' });
  process.env.VELTRIX_BIN = binary;
  return () => {
    rmSync(dir, { recursive: true });
    report();
  };
}
