import type { Window } from '../grid/window.ts';
import type { CellRuns } from '../spans/cell-runs.ts';
import type { Samples } from '../tiles/samples.ts';

/** A rectangle of cells in which every raster has one tile, or none, as an area sees it. */
export interface Rectangle extends Window {
  /** The area's cells in it. */
  readonly runs: CellRuns;
  /** The view of each raster; undefined: the raster has ended, or its tile is sparse. */
  readonly views: readonly (View | undefined)[];
}

/** A decoded tile: `samples[offset + i * stride + j]` is row i, column j of the rectangle. */
export interface View {
  readonly samples: Samples;
  readonly offset: number;
  readonly stride: number;
}
