import type { Window } from '../grid/window.ts';
import { lendOnce } from './lent-tile.ts';
import { sampleArray } from './sample-words.ts';
import type { Samples } from './samples.ts';
import type { LendTile, LentTile, Tiles } from './tiles.ts';

export interface WindowOptions {
  /** The value of cells in sparse tiles, if other tiles of the window are not sparse. */
  readonly hole: number;
  /** Reads the tiles; default: from their raster. */
  readonly lend?: LendTile | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the samples of a window, row by row, into an array of their own; undefined if all of its
 * tiles are sparse. Cells without a tile hold 0. Throws as `readTile` does.
 */
export async function readWindow(
  tiles: Tiles,
  window: Window,
  { hole, lend = lendOnce, signal }: WindowOptions,
): Promise<Samples | undefined> {
  const places = tilesOf(tiles, window);
  const lending = await Promise.allSettled(places.map(([column, row]) => lend(tiles, column, row, signal)));
  const lent = lending.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  try {
    for (const one of lending) if (one.status === 'rejected') throw one.reason;
    if (lent.every(({ samples }) => samples === undefined)) return undefined;
    const width = window.endColumn - window.firstColumn;
    const samples = sampleArray(tiles.sampleType, width * (window.endRow - window.firstRow));
    for (const [i, [column, row]] of places.entries()) {
      const from = { ...(lent[i] as LentTile), hole, column, row, tiling: tiles.tiling };
      copyTile(from, window, samples);
    }
    return samples;
  } finally {
    for (const { giveBack } of lent) giveBack();
  }
}

/** The places of the tiles that have cells in a window. */
function tilesOf(
  { tiling }: Tiles,
  { firstColumn, endColumn, firstRow, endRow }: Window,
): [column: number, row: number][] {
  const [left, top] = [Math.floor(firstColumn / tiling.width), Math.floor(firstRow / tiling.height)];
  const right = Math.min(tiling.across, Math.ceil(endColumn / tiling.width));
  const bottom = Math.min(tiling.down, Math.ceil(endRow / tiling.height));
  const places: [number, number][] = [];
  for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) places.push([column, row]);
  return places;
}

interface PlacedTile extends Pick<LentTile, 'samples'>, Pick<Tiles, 'tiling'> {
  readonly hole: number;
  readonly column: number;
  readonly row: number;
}

function copyTile({ samples, hole, column, row, tiling }: PlacedTile, window: Window, to: Samples): void {
  const [left, top] = [column * tiling.width, row * tiling.height];
  const width = window.endColumn - window.firstColumn;
  const [from, end] = [Math.max(left, window.firstColumn), Math.min(left + tiling.width, window.endColumn)];
  for (let y = Math.max(top, window.firstRow); y < Math.min(top + tiling.height, window.endRow); y++) {
    const at = (y - window.firstRow) * width - window.firstColumn;
    const own = (y - top) * tiling.width - left;
    if (samples === undefined) to.fill(hole, at + from, at + end);
    else to.set(samples.subarray(own + from, own + end), at + from);
  }
}
