import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes that are read by ranges: those of a file, or some in memory. */
export interface Bytes {
  readonly size: number;
  /** Exactly so many bytes from a place on. Throws a sentence where there are fewer. */
  read(at: number, length: number): Uint8Array;
}

/** The bytes of an open file. */
export interface FileBytes extends Bytes {
  /** Whether the file has not been written since it was opened. */
  isUnchanged(): boolean;
  /** Closes the file. It may be called twice. */
  close(): void;
}

/** Opens a file for reading. The file that is open stays the same when its name is given away. */
export function openBytes(path: string): FileBytes {
  return bytesOfFile(openSync(path, 'r'));
}

/** The bytes of an open file, which closes with them. */
export function bytesOfFile(file: number): FileBytes {
  const look = () => fstatSync(file, { bigint: true });
  const opened = look();
  const size = Number(opened.size);
  let isOpen = true;
  return {
    size,
    read(at, length) {
      checkRange(size, at, length);
      const bytes = new Uint8Array(length);
      for (let read = 0; read < length; ) {
        const more = readSync(file, bytes, read, length - read, at + read);
        if (more === 0) throw new Error(cutAt(at + read));
        read += more;
      }
      return bytes;
    },
    isUnchanged() {
      const now = look();
      return now.size === opened.size && now.mtimeNs === opened.mtimeNs;
    },
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

/** Bytes in memory. */
export function bytesOf(all: Uint8Array): Bytes {
  return {
    size: all.length,
    read(at, length) {
      checkRange(all.length, at, length);
      return all.subarray(at, at + length);
    },
  };
}

function checkRange(size: number, at: number, length: number): void {
  const isWithin = Number.isSafeInteger(at) && Number.isSafeInteger(length) && at >= 0 && length >= 0;
  if (!isWithin || at + length > size) throw new Error(cutAt(Math.max(0, Math.min(size, at))));
}

function cutAt(at: number): string {
  return `is damaged or cut short: from byte ${at} on it has less than it says`;
}

const windowBytes = 2 ** 20;

/** The same bytes, for many small reads in ascending order: each look at the file serves many. */
export function inOrder(bytes: Bytes): Bytes {
  const { size } = bytes;
  let [start, window] = [0, new Uint8Array(0)];
  return {
    size,
    read(at, length) {
      if (length > windowBytes || at + length > size) return bytes.read(at, length);
      if (at < start || at + length > start + window.length) {
        [start, window] = [at, bytes.read(at, Math.min(windowBytes, size - at)) as Uint8Array<ArrayBuffer>];
      }
      return window.subarray(at - start, at - start + length);
    },
  };
}

/** A view of bytes. */
export function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
