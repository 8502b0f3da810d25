import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Window } from '../grid/window.ts';
import type { LentTile } from '../tiles/tiles.ts';
import type { AreaVisit, BlockWork, TileWork } from './area-visit.ts';
import { type Cut, cutsOf } from './block-cuts.ts';
import { rasterSets } from './raster-sets.ts';
import type { Rectangle, View } from './rectangle.ts';
import type { RasterStack } from './stack.ts';
import { readsAhead, tileReader } from './stack-reader.ts';

/**
 * Visits, for each area, all cells of the blocks that are in its spans and on one of its rasters,
 * one rectangle at a time, without copying a sample. A block is cut wherever a tile of any raster,
 * or a raster, ends. A tile is read once for all areas that have a cell in it and look at its
 * raster, and not at all if there is none; some tiles are read ahead. Throws the errors of reading,
 * and leaves no read running.
 */
export async function visitAreas(work: BlockWork, areas: readonly AreaVisit[]): Promise<void> {
  const { stack, signal, onTile, budget } = work;
  const reader = tileReader(stack, signal);
  const sets = rasterSets(areas);
  const { most, together } = readsAhead(stack, sets);
  const cuts = cutsOf(work, areas, sets);
  const ahead: { readonly cut: Cut; readonly reading: Promise<readonly (LentTile | undefined)[]> }[] = [];
  const readOn = async () => {
    if (ahead.length + together > most) return;
    const before = ahead.length;
    while (ahead.length < most) {
      const { value: cut } = cuts.next();
      if (cut === undefined) break;
      const reading = Promise.all(cut.tiles.map((tile) => tile && reader.read(tile)));
      // An error is thrown when the turn of this rectangle comes; until then it must have a
      // handler.
      reading.catch(() => undefined);
      ahead.push({ cut, reading });
    }
    // Reads that belong together start together, before the many arrived tiles keep this thread
    // busy.
    if (together > 1 && ahead.length > before) await nextTurn();
  };
  try {
    signal?.throwIfAborted();
    for (await readOn(); ahead[0] !== undefined; await readOn()) {
      const { cut, reading } = ahead[0];
      const tiles = await reading;
      signal?.throwIfAborted();
      ahead.shift();
      const views = viewsOf(cut, tiles, stack);
      for (const { area, runs } of cut.areas) {
        area.visit({ ...cut.window, runs, views: area.rasters.map((raster) => views[raster]) });
        if (cut.ends(area)) area.endBlock?.();
        budget?.spend(cellsIn(cut.window));
      }
      for (const tile of tiles) tile?.giveBack();
      if (cut.endsBlock) onTile?.();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await reader.close();
  }
}

function cellsIn({ firstColumn, endColumn, firstRow, endRow }: Window): number {
  return (endColumn - firstColumn) * (endRow - firstRow);
}

/** Does the same as `visitAreas`, for one area that looks at all rasters. */
export function forEachRectangle({ spans, ...work }: TileWork, visit: (rectangle: Rectangle) => void): Promise<void> {
  return visitAreas(work, [{ spans, rasters: [...work.stack.rasters.keys()], visit }]);
}

function viewsOf({ window, tiles }: Cut, lent: readonly (LentTile | undefined)[], { rasters }: RasterStack) {
  return tiles.map((tile, i): View | undefined => {
    const [placed, own] = [rasters[i]!, lent[i]?.samples];
    if (tile === undefined || own === undefined) return undefined;
    const { tiling, name } = placed.raster;
    const top = window.firstRow - placed.row - tile.row * tiling.height;
    const left = window.firstColumn - placed.column - tile.column * tiling.width;
    const needed =
      (top + window.endRow - window.firstRow - 1) * tiling.width + left + window.endColumn - window.firstColumn;
    if (own.length < needed) {
      throw new Error(
        `raster ${name}: tile ${tile.column}, ${tile.row} has ${own.length} samples, expected at least ${needed}`,
      );
    }
    return { samples: own, offset: top * tiling.width + left, stride: tiling.width };
  });
}
