import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../packed/pack.ts';

/**
 * Gives the run a temporary folder of its own: whatever tests, and processes that they start, make
 * in `os.tmpdir()` lies in it, and is removed with it (`tear-down.ts`), also what a test that
 * failed has left. Its name holds the run's process: what runs that were killed left is removed by
 * the next one. Also packs what processes load (`../packed`).
 */
export default async function setUp(): Promise<void> {
  removeLeftOvers(tmpdir());
  const folder = mkdtempSync(join(tmpdir(), `catchment-tests-${process.pid}-`));
  // A PostgreSQL runs as another user where root runs the tests.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  await pack();
}

function removeLeftOvers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /^catchment-tests-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // It is another user's.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
