import { appendFileSync, mkdirSync, readdirSync, rmSync, statSync, truncateSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** What a file takes on a disk is counted in these. */
const unitBytes = 4096;

export function unitsOf(bytes: number): number {
  return Math.ceil(bytes / unitBytes);
}

/** The room for the files in a folder, shared by all who use it. */
export interface CacheSpace {
  /** Takes so many units for a file to be written; false: there is no room, or not yet. */
  take(units: number): boolean;
}

/** So much is free after the files used longest ago were removed. */
const freedShare = 0.2;

/**
 * Keeps the files in the folders `<root>/<two letters>` within a number of bytes. How many units
 * are taken is the size of the file `<root>/taken`: to take some is to append as many bytes, which
 * several processes can do at once. Who finds no room removes the files used longest ago, in the
 * background, until a fifth is free; meanwhile nothing is taken. What was taken and never written
 * is found out then, too. A file larger than that fifth has no room.
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
    // What cannot be swept now is swept when there is no room the next time.
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
        // Others may have taken some in between.
        if ((sizeOf(taken) ?? 0) <= most) return true;
      }
      sweepOnce();
      return false;
    },
  };
}

/**
 * Removes the files used longest ago until no more than `mostLeft` units are left, unless somebody
 * else is at it.
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
    // What others have taken and written meanwhile is counted twice, until the next time.
    truncateSync(taken, left + Math.max(0, statSync(taken).size - before));
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** A sweep that did nothing for so long was killed. */
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

/** Removes a file unless it was used since; who reads it just now reads on. */
function removed({ path, usedAt }: KeptFile): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && stats.mtimeMs !== usedAt) return false;
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    // Where an open file cannot be removed, it goes the next time.
    return false;
  }
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
