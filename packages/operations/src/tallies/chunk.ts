import { constants, crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { PartialResult } from '../methods.ts';

/**
 * Partial results of nodes, each compressed by itself, by their numbers in the chunk: one can be
 * read without the others.
 */
export type Chunk = Map<number, Uint8Array>;

/**
 * A chunk is 'CTT1', the CRC-32 of the rest of this head, the number of nodes; of each its number
 * and its length, big-endian, 2 and 4 bytes; then their Zstandard frames, each with a checksum of
 * its own, one after the other.
 */
const magic = 0x43545431;
const headBytes = 12;
const entryBytes = 6;

export function encodeChunk(chunk: Chunk): Uint8Array {
  const head = Buffer.alloc(headBytes + entryBytes * chunk.size);
  head.writeUInt32BE(magic, 0);
  head.writeUInt32BE(chunk.size, 8);
  let at = headBytes;
  for (const [index, stored] of chunk) {
    head.writeUInt16BE(index, at);
    head.writeUInt32BE(stored.length, at + 2);
    at += entryBytes;
  }
  head.writeUInt32BE(crc32(head.subarray(8)), 4);
  return Buffer.concat([head, ...chunk.values()]);
}

/** Undefined: these bytes are no chunk, or one of which the beginning is damaged. */
export function decodeChunk(bytes: Uint8Array): Chunk | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (head.length < headBytes || head.readUInt32BE(0) !== magic) return undefined;
  const end = headBytes + entryBytes * head.readUInt32BE(8);
  if (end > head.length || crc32(head.subarray(8, end)) !== head.readUInt32BE(4)) return undefined;
  const chunk: Chunk = new Map();
  let from = end;
  for (let at = headBytes; at < end; at += entryBytes) {
    const length = head.readUInt32BE(at + 2);
    chunk.set(head.readUInt16BE(at), bytes.subarray(from, from + length));
    from += length;
  }
  return chunk;
}

/**
 * A part that is longer than this as JSON is not kept: counting its cells again is not much slower
 * than reading it.
 */
const mostPartBytes = 2 ** 17;

/** Undefined: it is too long to be kept. */
export function encodePart(part: PartialResult): Uint8Array | undefined {
  const json = Buffer.from(JSON.stringify(part));
  if (json.length > mostPartBytes) return undefined;
  return zstdCompressSync(json, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** Undefined: it is damaged. */
export function decodePart(stored: Uint8Array): PartialResult | undefined {
  try {
    return JSON.parse(zstdDecompressSync(stored, { maxOutputLength: mostPartBytes }).toString());
  } catch {
    return undefined;
  }
}
