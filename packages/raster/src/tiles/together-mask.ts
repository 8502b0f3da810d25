import { freeMemory } from '../bytes/free-memory.ts';
import { nodataOfTag } from './nodata.ts';
import { isData, meaningOf } from './sample-values.ts';
import type { Samples } from './samples.ts';
import type { Tiles } from './tiles.ts';

/**
 * Makes a mask that hides a cell if each of several bands, tiled alike, holds a value of its own
 * there. GDAL calls these values NODATA_VALUES.
 */
export function togetherMask(bands: readonly Tiles[], values: readonly number[]): Tiles {
  const [first] = bands as [Tiles];
  const meanings = values.map((value) => {
    const { sampleType } = first;
    return meaningOf({ nodata: nodataOfTag(value, sampleType), sampleType });
  });
  return {
    tiling: first.tiling,
    sampleType: 'uint8',
    async readTile(column, row, signal) {
      const reading = await Promise.allSettled(bands.map((band) => band.readTile(column, row, signal)));
      for (const one of reading) if (one.status === 'rejected') throw one.reason;
      const tiles = reading.map((one) => (one as PromiseFulfilledResult<Samples>).value);
      const shown = Uint8Array.from({ length: tiles[0]!.length }, (_, i) =>
        Number(tiles.some((samples, band) => isData(samples[i]!, meanings[band]!))),
      );
      for (const samples of tiles) freeMemory(samples);
      return shown;
    },
  };
}
