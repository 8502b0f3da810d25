import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder that processes find full at times: they may read and delete there, but not write. */
export interface SmallDisk {
  readonly folder: string;
  /** Leaves no room for some processes. */
  fill(pids: readonly number[]): void;
  /** Makes room again. */
  free(pids: readonly number[]): void;
  close(): void;
}

/**
 * Mounts a small file system in memory, which gets full (`ENOSPC`). A user who may not mount one
 * gets a plain folder: there the processes may write no file at all (`EFBIG`), by their own limit.
 */
export function openSmallDisk(mebibytes = 1): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-small-disk-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder]).status === 0;
  const ballast = join(folder, 'ballast');
  const limit = (pids: readonly number[], bytes: number | 'unlimited') => {
    for (const pid of pids) execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
  };
  const fillUp = () => {
    for (let size = mebibytes * 2 ** 20; size >= 1; size = Math.floor(size / 2)) {
      try {
        writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
      } catch {
        // Half of it may fit.
      }
    }
  };
  return {
    folder,
    fill: (pids) => (isMounted ? fillUp() : limit(pids, 0)),
    free: (pids) => (isMounted ? rmSync(ballast, { force: true }) : limit(pids, 'unlimited')),
    close: () => {
      if (isMounted) execFileSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
