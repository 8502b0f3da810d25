import { createHash, hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, crc32, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { expectBytes, expectNumber, expectObject } from '@cellshed/expected';

/**
 * The facts about a value that can be read without it. Times are milliseconds since 1970, `null` is
 * never.
 */
export interface EntryHeader {
  /** The moment for which the value speaks: when its computation began. Age counts from here. */
  readonly computedAt: number;
  /** The value is stale after this moment. */
  readonly freshUntil: number | null;
  /** The value is not served after this moment. */
  readonly hardUntil: number | null;
  /** The time that the computation took. */
  readonly costMs: number;
  /** The version of the value's own format, chosen by the writer; 0 to 2³² − 1. */
  readonly schemaVersion: number;
  /** Tells values apart: 128 bits of the value's SHA-256, in hexadecimal. */
  readonly etag: string;
  /** The length of the value itself, however it is stored. */
  readonly valueBytes: number;
}

export interface Entry extends EntryHeader {
  /** Any bytes; nothing is inferred from them. */
  readonly value: Uint8Array;
}

/**
 * An entry is this many bytes, then the value as it is ('CTE1') or compressed with Zstandard
 * ('CTEZ'); so a header is read without the value. All numbers are big-endian;
 * hardUntil is Infinity for null:
 *
 * ```
 *  0 'CTE1' or 'CTEZ'   4 CRC-32 of bytes 8–71    8 schemaVersion uint32  12 CRC-32 of stored value
 * 16 valueBytes f64    24 computedAt f64          32 freshUntil f64        40 hardUntil f64
 * 48 costMs f64        56 etag, 16 bytes          72 value
 * ```
 */
export const entryHeaderBytes = 72;

const plain = 0x43544531;
const compressed = 0x4354455a;

/** Values of at least so many bytes are compressed, if that makes them smaller. */
export const compressFromBytes = 16 * 1024;

/**
 * Throws a `RangeError` for a time, cost or schema version that is none, a `TypeError` for a value
 * that is no bytes.
 */
export function encodeEntry(entry: Omit<Entry, 'etag' | 'valueBytes'>): Uint8Array {
  checkEntry(entry);
  const { value } = entry;
  const stored = value.length < compressFromBytes ? value : smaller(value);
  return assembled(entry, stored, hash('sha256', value, 'buffer'));
}

/**
 * The same, of a large value without holding up this thread: others compress it, and it is hashed
 * piece by piece.
 */
export async function encodeEntryGently(entry: Omit<Entry, 'etag' | 'valueBytes'>): Promise<Uint8Array> {
  checkEntry(entry);
  const { value } = entry;
  const packed = await compress(value, zstd);
  const digest = createHash('sha256');
  for (let at = 0; at < value.length; at += bytesAtOnce) {
    digest.update(value.subarray(at, at + bytesAtOnce));
    await setImmediate();
  }
  return assembled(entry, packed.length < value.length ? packed : value, digest.digest());
}

/** The most bytes that are hashed in one go; it takes some milliseconds. */
const bytesAtOnce = 1024 * 1024;

function checkEntry(entry: Omit<Entry, 'etag' | 'valueBytes'>): void {
  expectObject('an entry', entry);
  const { value, ...header } = entry;
  expectBytes('value of an entry', value);
  checkNumbers(header);
}

function assembled(
  { value, ...header }: Omit<Entry, 'etag' | 'valueBytes'>,
  stored: Uint8Array,
  digest: Uint8Array,
): Uint8Array {
  const bytes = Buffer.alloc(entryHeaderBytes + stored.length);
  bytes.writeUInt32BE(stored === value ? plain : compressed, 0);
  bytes.writeUInt32BE(header.schemaVersion, 8);
  bytes.writeUInt32BE(crc32(stored), 12);
  bytes.writeDoubleBE(value.length, 16);
  bytes.writeDoubleBE(header.computedAt, 24);
  bytes.writeDoubleBE(header.freshUntil ?? Infinity, 32);
  bytes.writeDoubleBE(header.hardUntil ?? Infinity, 40);
  bytes.writeDoubleBE(header.costMs, 48);
  bytes.set(digest.subarray(0, 16), 56);
  bytes.writeUInt32BE(crc32(bytes.subarray(8, entryHeaderBytes)), 4);
  bytes.set(stored, entryHeaderBytes);
  return bytes;
}

/**
 * Reads the header from an entry or from its first `entryHeaderBytes`. `undefined` unless it is
 * whole; never throws for bytes.
 */
export function decodeHeader(bytes: Uint8Array): EntryHeader | undefined {
  return headerOf(bufferOf(bytes));
}

/** An entry with its value as it is stored. */
export interface PackedEntry extends EntryHeader {
  readonly stored: Uint8Array;
  /** The compression of the stored bytes; undefined: they are the value. */
  readonly encoding: 'zstd' | undefined;
}

/** Reads an entry as `decodeEntry` does, but leaves its value packed. */
export function decodePackedEntry(bytes: Uint8Array): PackedEntry | undefined {
  const entry = bufferOf(bytes);
  const header = headerOf(entry);
  if (!header) return undefined;
  const stored = entry.subarray(entryHeaderBytes);
  if (crc32(stored) !== entry.readUInt32BE(12)) return undefined;
  return { ...header, stored, encoding: entry.readUInt32BE(0) === compressed ? 'zstd' : undefined };
}

/**
 * Reads an entry; its value may be a view of `bytes`. `undefined` when anything is cut off or
 * altered; never throws for bytes.
 */
export function decodeEntry(bytes: Uint8Array): Entry | undefined {
  const packed = decodePackedEntry(bytes);
  if (!packed) return undefined;
  const { stored, encoding, ...header } = packed;
  const value = encoding === 'zstd' ? expanded(stored, header.valueBytes) : stored;
  return value?.length === header.valueBytes ? { ...header, value } : undefined;
}

function bufferOf(bytes: Uint8Array): Buffer {
  expectBytes('an entry', bytes);
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function headerOf(entry: Buffer): EntryHeader | undefined {
  if (entry.length < entryHeaderBytes) return undefined;
  const magic = entry.readUInt32BE(0);
  if (magic !== plain && magic !== compressed) return undefined;
  if (entry.readUInt32BE(4) !== crc32(entry.subarray(8, entryHeaderBytes))) return undefined;
  return {
    schemaVersion: entry.readUInt32BE(8),
    valueBytes: entry.readDoubleBE(16),
    computedAt: entry.readDoubleBE(24),
    freshUntil: timeOrNever(entry.readDoubleBE(32)),
    hardUntil: timeOrNever(entry.readDoubleBE(40)),
    costMs: entry.readDoubleBE(48),
    etag: entry.toString('hex', 56, entryHeaderBytes),
  };
}

const zstd = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const compress = promisify(zstdCompress);

function smaller(value: Uint8Array): Uint8Array {
  const packed = zstdCompressSync(value, zstd);
  return packed.length < value.length ? packed : value;
}

function expanded(stored: Uint8Array, bytes: number): Uint8Array | undefined {
  try {
    return zstdDecompressSync(stored, { maxOutputLength: bytes });
  } catch {
    // A value that cannot be read is a miss.
    return undefined;
  }
}

function timeOrNever(time: number): number | null {
  return time === Infinity ? null : time;
}

function checkNumbers(header: Omit<EntryHeader, 'etag' | 'valueBytes'>): void {
  const { schemaVersion } = header;
  if (!Number.isInteger(schemaVersion) || schemaVersion < 0 || schemaVersion > 0xffffffff) {
    throw new RangeError(`schemaVersion is ${schemaVersion}, expected an integer from 0 to 4294967295`);
  }
  for (const name of ['computedAt', 'freshUntil', 'hardUntil', 'costMs'] as const) {
    const number = header[name];
    if (number !== null) expectNumber(name, number);
    if (number !== null && !Number.isFinite(number))
      throw new RangeError(`${name} is ${number}, expected milliseconds`);
  }
}
