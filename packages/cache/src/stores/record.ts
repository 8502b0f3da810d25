import { type FileHandle, open } from 'node:fs/promises';
import { maxKeyLength } from './store.ts';

/**
 * A value that carries its key and its time, for stores that know neither: what one file or object
 * holds.
 */
export interface StoredRecord {
  readonly key: string;
  /** Milliseconds since 1970; `Infinity`: never. */
  readonly expiresAt: number;
  readonly value: Uint8Array;
}

// 'CFR1' · expiresAt, float64 · bytes of value, float64 · bytes of key, uint16 · key · value; all
// big-endian.
const magic = 0x43465231;
const fixedBytes = 22;
/** Before the value, at most. */
export const mostRecordHeaderBytes = fixedBytes + 3 * maxKeyLength;

export function encodeRecord({ key, expiresAt, value }: StoredRecord): Uint8Array {
  const name = Buffer.from(key);
  const header = Buffer.alloc(fixedBytes);
  header.writeUInt32BE(magic, 0);
  header.writeDoubleBE(expiresAt, 4);
  header.writeDoubleBE(value.length, 12);
  header.writeUInt16BE(name.length, 20);
  return Buffer.concat([header, name, value]);
}

/**
 * Reads a file with the first `valueBytes` of its value. `undefined` when there is none, or when it
 * is not a whole record (cut off by a power cut, or somebody else's file).
 */
export async function readRecord(path: string, valueBytes = Infinity): Promise<StoredRecord | undefined> {
  const file = await openIfThere(path);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const bytes = await readStart(file, Math.min(size, mostRecordHeaderBytes + valueBytes));
    return decodeRecord(bytes, size, valueBytes);
  } finally {
    await file.close();
  }
}

/**
 * Tells whether a call of the file system failed because the file, or a folder of its path, does
 * not exist.
 */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * Makes a record of the beginning of a file or object of `size` bytes, with the first `valueBytes`
 * of its value. `undefined` when it is not a whole record.
 */
export function decodeRecord(bytes: Buffer, size: number, valueBytes: number): StoredRecord | undefined {
  if (bytes.length < fixedBytes || bytes.readUInt32BE(0) !== magic) return undefined;
  const start = fixedBytes + bytes.readUInt16BE(20);
  if (size !== start + bytes.readDoubleBE(12)) return undefined;
  return {
    key: bytes.toString('utf8', fixedBytes, start),
    expiresAt: bytes.readDoubleBE(4),
    value: bytes.subarray(start, start + valueBytes),
  };
}
