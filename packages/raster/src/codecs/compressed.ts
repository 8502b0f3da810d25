import { inflateSync, zstdDecompressSync } from 'node:zlib';
import type { SampleType } from '../raster.ts';

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

/** A tile as it is stored, and all that a decoder may need to know of it. */
export interface Compressed {
  readonly stored: Uint8Array;
  readonly compression: Compression;
  /** Cells in a row. */
  readonly width: number;
  /** Rows of a whole tile. */
  readonly height: number;
  /** Rows that are needed: a last strip has fewer. */
  readonly rows: number;
  readonly samplesPerCell: number;
  readonly sampleType: SampleType;
  /** Bytes of a whole tile, decompressed. */
  readonly mostBytes: number;
  /** The tables that JPEG tiles of a file share, in a stream of their own. */
  readonly jpegTables?: Uint8Array | undefined;
}

/**
 * Throws unless a picture is as wide as the tile, and as high or, as a last strip may be, as high
 * as what is needed.
 */
export function refuseOtherSize(
  kind: string,
  { width, height }: Pick<Compressed, 'width' | 'height'>,
  tile: Pick<Compressed, 'width' | 'height' | 'rows'>,
): void {
  if (width === tile.width && height >= tile.rows && height <= tile.height) return;
  throw new Error(`its ${kind} is ${width} × ${height} cells large, expected ${tile.width} × ${tile.height}`);
}

/** Inflates up to `mostBytes`; throws when more would come. */
export function inflate(compression: 'deflate' | 'zstd', stored: Uint8Array, mostBytes: number): Uint8Array {
  return inflateUpTo(compression, stored, { chunkBytes: mostBytes, mostBytes });
}

/**
 * More than anybody stores in a tile beyond its cells: a small damaged file must not ask for all
 * memory.
 */
const mostExcessBytes = 2 ** 28;

/**
 * Inflates `length` bytes, or fewer; what comes after them, as in files whose last strip is whole,
 * is left out. Throws when that is absurdly much.
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
  // A chunk a little larger than the result spares zlib a second call and a copy.
  const options = { chunkSize: chunkBytes + 64, maxOutputLength: mostBytes };
  return compression === 'deflate' ? inflateSync(stored, options) : zstdDecompressSync(stored, options);
}
