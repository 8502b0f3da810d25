import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives the run a temporary folder of its own: whatever tests, and processes that they start, make in `os.tmpdir()` lies in it, and is
 * removed with it (`tear-down.ts`), also what a test that failed has left.
 */
export default function setUp(): void {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-tests-'));
  // A PostgreSQL runs as another user where root runs the tests.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
}
