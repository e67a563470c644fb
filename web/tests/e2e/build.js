import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCREENSHOTS = new URL('../screenshots/', import.meta.url).pathname;

/** Builds the server unless VELTRIX_BIN names one; afterwards takes the build away and says what there is to look at. */
export default function build() {
  const tell = () => console.log(`screenshots of every stage: ${SCREENSHOTS}`);
  if (process.env.VELTRIX_BIN) return tell;
  const dir = mkdtempSync(join(tmpdir(), 'veltrix-bin-'));
  const binary = join(dir, 'veltrix');
  const root = new URL('../../..', import.meta.url).pathname;
  execFileSync('go', ['build', '-o', binary, './server'], { cwd: root, stdio: 'inherit' });
  process.env.VELTRIX_BIN = binary;
  return () => {
    rmSync(dir, { recursive: true });
    tell();
  };
}
