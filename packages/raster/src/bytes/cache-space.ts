import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** The unit of space on a disk. */
const unitBytes = 4096;

export function unitsOf(bytes: number): number {
  return Math.ceil(bytes / unitBytes);
}

/** The space for the files of a folder. All threads and processes that use the folder share it. */
export interface CacheSpace {
  /** Reserves units for a file that is to be written; false if there is no space, or not yet. */
  take(units: number): boolean;
}

/** The share of the space that is free after a sweep. */
const freedShare = 0.2;

/**
 * Keeps the files in the folders `<root>/<two letters>` within a number of bytes. The size of the
 * file `<root>/taken` is the number of reserved units: a process reserves some by appending as many
 * bytes, which several processes can do at once. A process that finds no space removes the least
 * recently used files in the background until a fifth of the space is free; until then nothing can
 * be reserved. This also finds units that were reserved but never used. A file larger than that
 * fifth is never kept.
 */
export function cacheSpace(root: string, mostBytes: number): CacheSpace {
  mkdirSync(root, { recursive: true });
  const most = Math.floor(mostBytes / unitBytes);
  const freed = Math.floor(most * freedShare);
  const taken = join(root, 'taken');
  let sweeping = false;
  const sweepOnce = () => {
    if (sweeping) return;
    sweeping = true;
    // A sweep that fails is repeated the next time there is no space.
    void sweep(root, most - freed)
      .catch(() => undefined)
      .finally(() => {
        sweeping = false;
      });
  };
  if (sizeOf(taken) === undefined) sweepOnce();
  return {
    take(units) {
      if (units > freed) return false;
      if ((sizeOf(taken) ?? 0) + units <= most) {
        appendFileSync(taken, Buffer.alloc(units));
        // Other processes may have reserved units in between.
        if ((sizeOf(taken) ?? 0) <= most) return true;
      }
      sweepOnce();
      return false;
    },
  };
}

/**
 * Removes the least recently used files until at most `mostLeft` units are left. Does nothing while
 * another process does it.
 */
async function sweep(root: string, mostLeft: number): Promise<void> {
  const lock = join(root, 'sweeping');
  if (!locked(lock)) return;
  try {
    const taken = join(root, 'taken');
    appendFileSync(taken, '');
    const before = statSync(taken).size;
    const files = await survey(root, () => touch(lock));
    let left = files.reduce((sum, { units }) => sum + units, 0);
    for (const [index, file] of files.sort((a, b) => a.usedAt - b.usedAt).entries()) {
      if (left <= mostLeft) break;
      if (index % 256 === 255) await nextTurn();
      if (removed(file)) left -= file.units;
    }
    // Units that others reserved and used meanwhile are counted twice, until the next sweep.
    truncateSync(taken, left + Math.max(0, statSync(taken).size - before));
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** A sweep without progress for this long belongs to a process that was killed. */
const abandonedMilliseconds = 60_000;

function locked(lock: string): boolean {
  const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  if (since < Date.now() - abandonedMilliseconds) rmSync(lock, { recursive: true, force: true });
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function touch(path: string): void {
  const now = new Date();
  utimesSync(path, now, now);
}

interface KeptFile {
  readonly path: string;
  readonly units: number;
  readonly usedAt: number;
}

async function survey(root: string, onFolder: () => void): Promise<KeptFile[]> {
  const files: KeptFile[] = [];
  for (const folder of readdirSync(root)) {
    if (!/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const name of readdirSync(join(root, folder))) {
      const path = join(root, folder, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats) files.push({ path, units: unitsOf(stats.size), usedAt: stats.mtimeMs });
    }
    onFolder();
    await nextTurn();
  }
  return files;
}

/** Removes a file unless it was used since. A process that is reading it can read on. */
function removed({ path, usedAt }: KeptFile): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && stats.mtimeMs !== usedAt) return false;
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    // Some systems do not remove open files. The next sweep removes them.
    return false;
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
