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
   * An absolute path. Made if it is not there; several threads and processes of one machine may use
   * it at once.
   */
  readonly folder: string;
  /** Most bytes of all files in it together. */
  readonly mostBytes: number;
  /** Told, once, that nothing can be written there; default: a warning of the process. */
  readonly onUnwritable?: ((sentence: string) => void) | undefined;
}

/** Ranges of remote objects in files. */
export interface RangeCache {
  /** What is kept of one version of an object. */
  of(identity: string, version: string): CachedObject;
  /**
   * Writes at once what waits to be written. Resolves when all that was put is written, or given
   * up.
   */
  settled(): Promise<void>;
}

export interface CachedObject {
  /**
   * The bytes of a range, in a buffer of their own; undefined: they are not there, or not as they
   * were written.
   */
  get(range: ByteRange): Uint8Array | undefined;
  /** Keeps the bytes of a range if it can, in the background; they may be overwritten at once. */
  put(range: ByteRange, bytes: Uint8Array): void;
}

/** Changes when files are written in another way. */
const layout = 'ranges-1';

/** Behind the bytes: CRC-32 of the file's name and the bytes. */
const trailerBytes = 4;

/** What comes faster than it can be written is not kept. */
const mostBytesWaiting = 64 * 2 ** 20;

const mostWriters = 4;

/**
 * Somebody waits for what came: it is written when he has it, for the threads that write are those
 * that decode.
 */
const pauseMilliseconds = 50;

/**
 * Opens a cache of ranges. Each is a file of its own, called by the hash of object, version and
 * range, written beside and renamed into place; those used longest ago are removed when there is no
 * more room. What fails while it is used costs a request to the server and no more. Throws a
 * sentence when the folder can be neither made nor looked into.
 */
export function openRangeCache({ folder, mostBytes, onUnwritable = warn }: RangeCacheOptions): RangeCache {
  const root = join(folder, layout);
  const space = opened(folder, () => cacheSpace(root, mostBytes));
  const waiting: Kept[] = [];
  const writing = new Set<Promise<void>>();
  let writers = 0;
  let bytesWaiting = 0;
  let pause: NodeJS.Timeout | undefined;
  let isTold = false;
  const tell = (error: unknown) => {
    if (!isTold) onUnwritable(`the raster cache in ${folder} cannot be written: ${(error as Error).message}`);
    isTold = true;
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
    // In the same turn in which nothing was left, so that nothing is left behind.
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
          // A copy, and room for the trailer.
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

/** A file to be written; the last bytes of its content are still to be filled in. */
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
  // Most that is looked for is not there, and an error costs more than a look.
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
    // A disk that cannot be read is as good as none.
  } finally {
    closeSync(file);
  }
  return undefined;
}

/** The time of a file's last change is that of its last use. */
function touch(file: number): void {
  const now = new Date();
  try {
    futimesSync(file, now, now);
  } catch {
    // It is somebody else's: then it goes sooner.
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
