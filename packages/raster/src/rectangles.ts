import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Budget } from '@catchment/budget';
import { type Cut, cutsOf } from './block-cuts.ts';
import type { LentTile } from './lent-tile.ts';
import type { Samples } from './raster.ts';
import type { Spans, Window } from './spans.ts';
import type { RasterStack } from './stack.ts';
import { readsAhead, tileReader } from './stack-reader.ts';
import type { TileRun } from './tile-plan.ts';

/** A stack, and the blocks of it to be visited: all of a plan, or a batch. */
export interface BlockWork {
  readonly stack: RasterStack;
  readonly tiles: readonly TileRun[];
  /** Stops the work between tiles: what was called throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Cells that are shown are spent from it: it may throw when the work is to stop within a block,
   * too.
   */
  readonly budget?: Budget | undefined;
  /** Called when a block is done; blocks are done in their order. */
  readonly onTile?: (() => void) | undefined;
}

/** Blocks, and the cells of an area in them. */
export interface TileWork extends BlockWork {
  readonly spans: Spans;
}

/** The cells of an area, and who is to see what some layers of the stack have there. */
export interface AreaVisit {
  readonly spans: Spans;
  /** By their index in the stack; the views of a rectangle are in this order. */
  readonly layers: readonly number[];
  readonly visit: (rectangle: Rectangle) => void;
  /**
   * Called after the last rectangle of a block, where the area has cells in that one: before any
   * other area is shown anything.
   */
  readonly endBlock?: () => void;
}

/** A rectangle of cells in which every layer has one tile, or none. */
export interface Rectangle extends Window {
  /** What each of the layers has here; undefined: its raster has ended, or its tile is sparse. */
  readonly views: readonly (View | undefined)[];
}

/**
 * A tile as it was decoded: `samples[offset + i * stride + j]` is row i, column j of the rectangle.
 */
export interface View {
  readonly samples: Samples;
  readonly offset: number;
  readonly stride: number;
}

/**
 * Shows each area all cells of the blocks that lie in its spans and on one of its layers, one
 * rectangle at a time, without copying a sample: a block is cut wherever a tile of any layer, or a
 * raster, ends. A tile is read once for all areas that have a cell in it and look at its layer, and
 * not at all if there is none; some are read ahead. What reading throws is thrown, and no read is
 * left running.
 */
export async function visitAreas(work: BlockWork, areas: readonly AreaVisit[]): Promise<void> {
  const { stack, signal, onTile, budget } = work;
  const reader = tileReader(stack, signal);
  const { most, together } = readsAhead(stack);
  const cuts = cutsOf(work, areas);
  const ahead: { readonly cut: Cut; readonly reading: Promise<readonly (LentTile | undefined)[]> }[] = [];
  const readOn = async () => {
    if (ahead.length + together > most) return;
    const before = ahead.length;
    while (ahead.length < most) {
      const { value: cut } = cuts.next();
      if (cut === undefined) break;
      const reading = Promise.all(cut.tiles.map((tile) => tile && reader.read(tile)));
      // A failure is thrown when it is this rectangle's turn; until then somebody must have
      // listened.
      reading.catch(() => undefined);
      ahead.push({ cut, reading });
    }
    // What is read together is asked for together, before the many tiles that have come keep this
    // thread busy.
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
      for (const { layers, visit, endBlock } of cut.areas) {
        visit({ ...cut.window, views: layers.map((layer) => views[layer]) });
        if (cut.endsBlock) endBlock?.();
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

/** As `visitAreas`, for one area that looks at all layers. */
export function forEachRectangle({ spans, ...work }: TileWork, visit: (rectangle: Rectangle) => void): Promise<void> {
  return visitAreas(work, [{ spans, layers: [...work.stack.layers.keys()], visit }]);
}

function viewsOf({ window, tiles }: Cut, lent: readonly (LentTile | undefined)[], { layers }: RasterStack) {
  return tiles.map((tile, i): View | undefined => {
    const [layer, own] = [layers[i]!, lent[i]?.samples];
    if (tile === undefined || own === undefined) return undefined;
    const { tiling, name } = layer.raster;
    const top = window.firstRow - layer.row - tile.row * tiling.height;
    const left = window.firstColumn - layer.column - tile.column * tiling.width;
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
