import { pipeline, Readable } from 'node:stream';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { FastifyReply } from 'fastify';

/** A document, packed or not. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly encoding: 'gzip' | 'zstd' | undefined;
}

/**
 * Whether a client takes an encoding: the header names it, and not to refuse it (RFC 9110, 12.5.3).
 */
export function takes(accepted: string, encoding: string): boolean {
  const named = accepted.split(',').map((one) => one.trim().toLowerCase());
  return named.some((one) => one.startsWith(encoding) && !/;\s*q=0(\.0*)?$/.test(one));
}

/** Says on which more headers of the request an answer depends. */
export function varyOn(reply: FastifyReply, ...names: readonly string[]): void {
  const before = [reply.getHeader('vary') ?? []].flat().flatMap((one) => String(one).split(/\s*,\s*/));
  reply.header('vary', [...new Set([...before, ...names])].join(', '));
}

/**
 * The document in another encoding. What is already in it is passed on as it is, all else is a
 * stream, which is read no faster than it is taken.
 */
export function inEncoding({ bytes, encoding }: Packed, wanted: Packed['encoding']): Buffer | Readable {
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (encoding === wanted) return stored;
  const plain = encoding === undefined ? Readable.from([stored]) : Readable.from([stored]).pipe(unpack[encoding]());
  return wanted === undefined ? plain : packedStream(plain, wanted);
}

/** A stream that is packed on the way. It ends the other when it is given up. */
export function packedStream(plain: Readable, encoding: NonNullable<Packed['encoding']>): Readable {
  return pipeline(plain, pack[encoding](), () => undefined);
}

const unpack = { gzip: () => createGunzip(), zstd: () => createZstdDecompress() };
const pack = { gzip: () => createGzip({ level: 1 }), zstd: () => createZstdCompress() };
