import { hash, randomUUID } from 'node:crypto';
import { closeSync, existsSync, fstatSync, futimesSync, openSync, readSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { cacheSpace, unitsOf } from './cache-space.ts';
import { freeMemory } from './free-memory.ts';
import type { ByteRange } from './remote-object.ts';

export interface RangeCacheOptions {
  /**
   * An absolute path. The folder is created if it is missing; several threads and processes of one
   * machine may share it.
   */
  readonly folder: string;
  /** The most bytes of all files in the folder together. */
  readonly mostBytes: number;
  /** Called once if the folder cannot be written; default: a warning of the process. */
  readonly onUnwritable?: ((sentence: string) => void) | undefined;
}

/** Ranges of remote objects in files. */
export interface RangeCache {
  /** The cached ranges of one version of an object. */
  of(identity: string, version: string): CachedObject;
  /**
   * Writes at once all ranges that wait to be written. Resolves when they are written, or given up.
   */
  settled(): Promise<void>;
}

export interface CachedObject {
  /** The bytes of a range, in a buffer of their own; undefined if they are missing or damaged. */
  get(range: ByteRange): Uint8Array | undefined;
  /**
   * Stores the bytes of a range if possible, in the background. The caller may overwrite them at
   * once.
   */
  put(range: ByteRange, bytes: Uint8Array): void;
}

/** The folder's name, which changes when files are written in another way. */
const layout = 'ranges-1';

/** Each file ends with a CRC-32 of its name and its bytes. */
const trailerBytes = 4;

/** Ranges that arrive faster than they can be written are not stored. */
const mostBytesWaiting = 64 * 2 ** 20;

const mostWriters = 4;

/**
 * The caller waits for the bytes that arrived. They are written after it has them, because the
 * threads that write also decode.
 */
const pauseMilliseconds = 50;

/**
 * Opens a cache of ranges. Each range is a file, named by the hash of object, version and range; it
 * is written under another name and then renamed. When there is no more space, the least recently
 * used files are removed. A failure while the cache is used costs a request to the server and
 * nothing else. Throws a sentence if the folder can be neither created nor read.
 */
export function openRangeCache({ folder, mostBytes, onUnwritable = warn }: RangeCacheOptions): RangeCache {
  const root = join(folder, layout);
  const space = opened(folder, () => cacheSpace(root, mostBytes));
  const waiting: Kept[] = [];
  const writing = new Set<Promise<void>>();
  let writers = 0;
  let bytesWaiting = 0;
  let pause: NodeJS.Timeout | undefined;
  let hasWarned = false;
  const tell = (error: unknown) => {
    if (!hasWarned) onUnwritable(`the raster cache in ${folder} cannot be written: ${(error as Error).message}`);
    hasWarned = true;
  };
  const write = async () => {
    writers++;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await nextTurn();
      try {
        if (space.take(unitsOf(next.content.length))) await writeKept(root, next);
      } catch (error) {
        tell(error);
      }
      bytesWaiting -= next.content.length;
      freeMemory(next.content);
    }
    // This runs in the turn in which nothing was left, so that no range stays unwritten.
    writers--;
  };
  const writeAll = () => {
    clearTimeout(pause);
    pause = undefined;
    while (writers < mostWriters && waiting.length > 0) {
      const written = write().finally(() => writing.delete(written));
      writing.add(written);
    }
  };
  return {
    of: (identity, version) => {
      const nameOf = ({ offset, length }: ByteRange) =>
        hash('sha256', JSON.stringify([identity, version, offset, length]));
      return {
        get: (range) => {
          const name = nameOf(range);
          return readKept(pathOf(root, name), name, range.length);
        },
        put: (range, bytes) => {
          if (bytesWaiting + bytes.length > mostBytesWaiting) return;
          // A copy of the bytes, with space for the trailer.
          const content = Buffer.allocUnsafeSlow(bytes.length + trailerBytes);
          content.set(bytes);
          bytesWaiting += content.length;
          waiting.push({ name: nameOf(range), content });
          if (writers < mostWriters) pause ??= setTimeout(writeAll, pauseMilliseconds);
        },
      };
    },
    settled: async () => {
      writeAll();
      await Promise.all(writing);
    },
  };
}

/** A file to be written; its trailer is filled in last. */
interface Kept {
  readonly name: string;
  readonly content: Buffer;
}

function pathOf(root: string, name: string): string {
  return join(root, name.slice(0, 2), name);
}

function opened<T>(folder: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new Error(`the raster cache in ${folder} cannot be opened: ${(cause as Error).message}`, { cause });
  }
}

function readKept(path: string, name: string, length: number): Uint8Array | undefined {
  // Most ranges are missing, and an error costs more than a look.
  if (!existsSync(path)) return undefined;
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const kept = Buffer.allocUnsafeSlow(length + trailerBytes);
    const isWhole = fstatSync(file).size === kept.length && readSync(file, kept, 0, kept.length, 0) === kept.length;
    const bytes = kept.subarray(0, length);
    if (isWhole && kept.readUInt32LE(length) === checksum(name, bytes)) {
      touch(file);
      return bytes;
    }
    rmSync(path, { force: true });
  } catch {
    // A disk that cannot be read counts as an empty cache.
  } finally {
    closeSync(file);
  }
  return undefined;
}

/** Sets the time of a file's last change to the time of its last use. */
function touch(file: number): void {
  const now = new Date();
  try {
    futimesSync(file, now, now);
  } catch {
    // The file belongs to another user, so it is removed sooner.
  }
}

async function writeKept(root: string, { name, content }: Kept): Promise<void> {
  const length = content.length - trailerBytes;
  content.writeUInt32LE(checksum(name, content.subarray(0, length)), length);
  const path = pathOf(root, name);
  const scratch = `${path}.${randomUUID()}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(scratch, content);
    await rename(scratch, path);
  } catch (error) {
    await rm(scratch, { force: true });
    throw error;
  }
}

function checksum(name: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(name));
}

function warn(sentence: string): void {
  process.emitWarning(sentence);
}
