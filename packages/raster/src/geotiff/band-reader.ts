import type { BytesSource } from '../bytes/bytes.ts';
import { freeMemory } from '../bytes/free-memory.ts';
import { reverseBits } from '../codecs/bit-order.ts';
import { decodeTogether } from '../codecs/decode-crew.ts';
import { sampleArray } from '../tiles/sample-words.ts';
import type { Samples, SampleType } from '../tiles/samples.ts';
import type { Tiles } from '../tiles/tiles.ts';
import type { StoredTiles } from './geotiff-tiles.ts';
import { type TileRange, tileRanges } from './tile-ranges.ts';

export interface BandOptions {
  /** The name in messages. */
  readonly name: string;
  readonly source: BytesSource;
  readonly tiles: StoredTiles;
  /** The value of the cells of sparse tiles; undefined: they are no data. */
  readonly fill: number | undefined;
  readonly decodeThreads: number;
}

/** The samples of one band, with rows in the order of the file. */
export function bandTiles({ name, source, tiles, fill, decodeThreads }: BandOptions): Tiles {
  const { tiling, lastRows, format, firstTile } = tiles;
  const rangeOf = tileRanges(tiles);
  const readStored = async (range: TileRange, signal: AbortSignal | undefined) => {
    const stored = await source.read(range.offset, range.length, signal);
    if (stored.length < range.length && range.isKnown)
      throw new Error(`the file ends after ${stored.length} of these ${range.length} bytes`);
    if (tiles.isBitReversed) reverseBits(stored);
    return stored;
  };
  return {
    tiling,
    sampleType: format.sampleType,
    async readTile(column, row, signal) {
      if (!(column >= 0 && column < tiling.across && row >= 0 && row < tiling.down)) {
        throw new RangeError(`${name}: no tile ${column}, ${row}, expected ${tiling.across} × ${tiling.down} tiles`);
      }
      const rows = row === tiling.down - 1 ? lastRows : tiling.height;
      let place = '';
      try {
        const range = rangeOf(firstTile + row * tiling.across + column, rows);
        if (range === undefined) return filled(fill, rows * tiling.width, format.sampleType);
        place = ` (bytes ${range.offset} to ${range.offset + range.length - 1} of ${source.location})`;
        const stored = await readStored(range, signal);
        const samples = await decodeTogether(stored, rows, format, decodeThreads);
        if (samples.buffer !== stored.buffer) freeMemory(stored);
        return samples;
      } catch (cause) {
        signal?.throwIfAborted();
        throw new Error(`${name}: tile ${column}, ${row}${place} cannot be read: ${(cause as Error).message}`, {
          cause,
        });
      }
    },
  };
}

function filled(fill: number | undefined, cells: number, type: SampleType): Samples | undefined {
  if (fill === undefined) return undefined;
  const samples = sampleArray(type, cells);
  return fill === 0 ? samples : samples.fill(fill);
}
