import type { Samples } from '../tiles/samples.ts';
import { decompress } from './decompress.ts';
import { bytesOfRows, samplesIn } from './sample-decoder.ts';
import type { TileFormat } from './tile-format.ts';

/**
 * Decodes the first `rows` rows of a stored tile. Its bytes are overwritten, or become the samples.
 * Throws if they cannot be decoded or are too few. Works on little-endian machines only, which are
 * all that Node supports except IBM's Z.
 */
export function decodeTile(stored: Uint8Array, rows: number, format: TileFormat): Samples | Promise<Samples> {
  const decompressed = decompress({ ...format, stored, rows, mostBytes: bytesOfTile(format) });
  if (decompressed instanceof Uint8Array) return samplesIn(decompressed, rows, format);
  return decompressed.then((bytes) => samplesIn(bytes, rows, format));
}

/** The number of bytes of a whole decompressed tile. */
export function bytesOfTile(format: TileFormat): number {
  return bytesOfRows(format, format.height);
}
