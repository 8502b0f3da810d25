import type { Compression } from './codecs/compressed.ts';
import { decompress } from './codecs/decompress.ts';
import type { OddSamples } from './odd-samples.ts';
import type { Samples, SampleType } from './raster.ts';
import { bytesOfRows, samplesIn } from './sample-decoder.ts';

/** How a file stores its tiles, all alike. */
export interface TileFormat {
  readonly compression: Compression;
  /** As in TIFF: 1 none, 2 differences, 3 differences of the bytes of floats. */
  readonly predictor: 1 | 2 | 3;
  readonly littleEndian: boolean;
  readonly sampleType: SampleType;
  /** How samples are stored, where that is not as their type has them. */
  readonly odd?: OddSamples | undefined;
  readonly width: number;
  readonly height: number;
  /** Samples that lie side by side for a cell. */
  readonly samplesPerCell: number;
  /** Which of them to take, from 0. */
  readonly sample: number;
  /** The tables that JPEG tiles of a file share. */
  readonly jpegTables?: Uint8Array | undefined;
}

/**
 * Decodes the first `rows` rows of a stored tile; its bytes are overwritten or become the samples.
 * Throws when they cannot be decoded or are too few. Runs on little-endian machines, as Node does
 * wherever it is released but on IBM's Z.
 */
export function decodeTile(stored: Uint8Array, rows: number, format: TileFormat): Samples | Promise<Samples> {
  const decompressed = decompress({ ...format, stored, rows, mostBytes: bytesOfTile(format) });
  if (decompressed instanceof Uint8Array) return samplesIn(decompressed, rows, format);
  return decompressed.then((bytes) => samplesIn(bytes, rows, format));
}

/** Bytes of a whole tile, decompressed. */
export function bytesOfTile(format: TileFormat): number {
  return bytesOfRows(format, format.height);
}
