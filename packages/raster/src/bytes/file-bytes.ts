import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import type { BytesSource } from './bytes.ts';

/**
 * Opens a local file; its version is its size and modification time. The file stays open until it
 * is closed.
 */
export async function fileBytes(path: string): Promise<BytesSource> {
  const descriptor = attempt('open', path, () => openSync(path, 'r'));
  const stats = fstatSync(descriptor, { bigint: true });
  let open = true;
  const close = async () => {
    if (open) closeSync(descriptor);
    open = false;
  };
  if (!stats.isFile()) {
    await close();
    throw new Error(`cannot open ${path}: not a file`);
  }
  return {
    location: path,
    version: versionOf(stats),
    isRemote: false,
    async read(offset, length, signal) {
      signal?.throwIfAborted();
      // The descriptor's number may belong to another file by now.
      if (!open) throw new Error(`cannot read ${path}: it was closed`);
      // A corrupt header may ask for 16 GB: no buffer is larger than the rest of the file.
      const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, Number(stats.size) - offset)));
      // Reading is synchronous: a warm tile is read faster than a thread can be asked for it.
      return buffer.subarray(
        0,
        attempt('read', path, () => readFully(descriptor, buffer, offset)),
      );
    },
    async currentVersion(signal) {
      signal?.throwIfAborted();
      return fileVersion(path);
    },
    close,
  };
}

/**
 * Reads the version of a local file without opening it. It is synchronous, as reading is: a request
 * looks about eight times.
 */
export function fileVersion(path: string): string {
  return versionOf(attempt('read', path, () => statSync(path, { bigint: true })));
}

/** Tells whether there is a file at a path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function readFully(descriptor: number, buffer: Buffer, offset: number): number {
  let done = 0;
  while (done < buffer.length) {
    const read = readSync(descriptor, buffer, done, buffer.length - done, offset + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

function versionOf({ size, mtimeNs }: BigIntStats): string {
  return `${size}-${mtimeNs}`;
}

function attempt<T>(verb: string, path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw sentence(verb, path, error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  EMFILE: 'too many open files',
};

function sentence(verb: string, path: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new Error(`cannot ${verb} ${path}: ${reasons[code] ?? message}`, { cause });
}
