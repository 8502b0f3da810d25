import { lendOnce } from './lent-tile.ts';
import type { Samples } from './samples.ts';
import { openTileCache } from './tile-cache.ts';
import { readWindow } from './tile-window.ts';
import type { Tiles } from './tiles.ts';

/**
 * Turns tiles whose rows run upwards into tiles whose rows run downwards: `height` rows in all, cut
 * from the top into tiles of the same height. If these are not the file's own tiles turned over,
 * each is made of two, and some are kept until the next one needs them.
 */
export function turnedOver(stored: Tiles, height: number, hole: number): Tiles {
  const { tiling, sampleType } = stored;
  const isWhole = tiling.down === 1 || height % tiling.height === 0;
  const lend = isWhole ? lendOnce : openTileCache({ mostBytes: keptBytes, leastTiles: 2 }).lend;
  return {
    sampleType,
    tiling,
    async readTile(column, row, signal) {
      const firstColumn = column * tiling.width;
      // The first row of the file is the last one here.
      const endRow = height - row * tiling.height;
      const firstRow = Math.max(0, endRow - tiling.height);
      const window = { firstColumn, endColumn: firstColumn + tiling.width, firstRow, endRow };
      const samples = await readWindow(stored, window, { hole, lend, signal });
      if (samples !== undefined) turnOver(samples, tiling.width);
      return samples;
    },
  };
}

const keptBytes = 16 * 2 ** 20;

/** Reverses the order of rows, in place. */
function turnOver(samples: Samples, width: number): void {
  const kept = samples.slice(0, width);
  for (let top = 0, bottom = samples.length - width; top < bottom; top += width, bottom -= width) {
    kept.set(samples.subarray(top, top + width));
    samples.copyWithin(top, bottom, bottom + width);
    samples.set(kept, bottom);
  }
}
