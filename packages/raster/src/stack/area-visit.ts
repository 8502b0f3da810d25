import type { Budget } from '@cellshed/budget';
import type { Spans } from '../spans/spans.ts';
import type { Rectangle } from './rectangle.ts';
import type { RasterStack } from './stack.ts';
import type { TileRun } from './tile-plan.ts';

/** A stack, and the blocks of it to visit: all blocks of a plan, or a batch. */
export interface BlockWork {
  readonly stack: RasterStack;
  readonly tiles: readonly TileRun[];
  /** Stops the work between tiles, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The budget from which visited cells are spent. It may also throw within a block. */
  readonly budget?: Budget | undefined;
  /** Called at the end of each block, in the order of the blocks. */
  readonly onTile?: (() => void) | undefined;
}

/** Blocks, and the cells of an area in them. */
export interface TileWork extends BlockWork {
  readonly spans: Spans;
}

/** The cells of an area, and a visitor of some rasters of the stack there. */
export interface AreaVisit {
  readonly spans: Spans;
  /** The rasters by index in the stack; the views of a rectangle are in this order. */
  readonly rasters: readonly number[];
  readonly visit: (rectangle: Rectangle) => void;
  /**
   * Called after the last rectangle of a block in which the area has cells, before any other area
   * is visited.
   */
  readonly endBlock?: () => void;
}
