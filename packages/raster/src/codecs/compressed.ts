import { inflateSync, zstdDecompressSync } from 'node:zlib';
import type { SampleType } from '../tiles/samples.ts';

export type Compression =
  | 'none'
  | 'deflate'
  | 'lzw'
  | 'zstd'
  | 'packbits'
  | 'lzma'
  | 'lerc'
  | 'lerc-deflate'
  | 'lerc-zstd'
  | 'jpeg'
  | 'jpeg-ycbcr'
  | 'webp';

/** A stored tile, and everything that a decoder may need. */
export interface Compressed {
  readonly stored: Uint8Array;
  readonly compression: Compression;
  /** Cells in a row. */
  readonly width: number;
  /** Rows of a whole tile. */
  readonly height: number;
  /** Rows that are needed; the last strip has fewer. */
  readonly rows: number;
  readonly samplesPerCell: number;
  readonly sampleType: SampleType;
  /** Bytes of a whole decompressed tile. */
  readonly mostBytes: number;
  /** The tables that the JPEG tiles of a file share, in a stream of their own. */
  readonly jpegTables?: Uint8Array | undefined;
}

/**
 * Throws unless a picture is as wide as the tile, and as high as the tile or, for a last strip, as
 * the rows that are needed.
 */
export function refuseOtherSize(
  kind: string,
  { width, height }: Pick<Compressed, 'width' | 'height'>,
  tile: Pick<Compressed, 'width' | 'height' | 'rows'>,
): void {
  if (width === tile.width && height >= tile.rows && height <= tile.height) return;
  throw new Error(`its ${kind} is ${width} × ${height} cells large, expected ${tile.width} × ${tile.height}`);
}

/** Inflates up to `mostBytes`; throws if there are more. */
export function inflate(compression: 'deflate' | 'zstd', stored: Uint8Array, mostBytes: number): Uint8Array {
  return inflateUpTo(compression, stored, { chunkBytes: mostBytes, mostBytes });
}

/** The most bytes in a tile beyond its cells: a small damaged file must not claim all memory. */
const mostExcessBytes = 2 ** 28;

/**
 * Inflates `length` bytes, or fewer. Bytes after them are left out, as in files whose last strip is
 * whole. Throws if there are absurdly many.
 */
export function inflateTile(compression: 'deflate' | 'zstd', stored: Uint8Array, length: number): Uint8Array {
  try {
    return inflate(compression, stored, length);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
    const limits = { chunkBytes: length, mostBytes: length + mostExcessBytes };
    return new Uint8Array(inflateUpTo(compression, stored, limits).subarray(0, length));
  }
}

function inflateUpTo(
  compression: 'deflate' | 'zstd',
  stored: Uint8Array,
  { chunkBytes, mostBytes }: { readonly chunkBytes: number; readonly mostBytes: number },
): Uint8Array {
  // A chunk a little larger than the result saves zlib a second call and a copy.
  const options = { chunkSize: chunkBytes + 64, maxOutputLength: mostBytes };
  return compression === 'deflate' ? inflateSync(stored, options) : zstdDecompressSync(stored, options);
}
