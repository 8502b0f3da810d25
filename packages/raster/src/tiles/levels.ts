import type { Grid } from '../grid/grid.ts';
import type { Raster } from './raster.ts';
import type { Tiles } from './tiles.ts';

/** The cells of a raster, or those of one of its overviews. */
export interface Level extends Tiles, Pick<Raster, 'nodata' | 'scaling'> {
  readonly grid: Grid;
}

/** A raster to be looked at: its cells, and its overviews. Counting never reads these. */
export interface RasterLevels extends Pick<Raster, 'name' | 'version' | 'isRemote' | 'currentVersion' | 'close'> {
  /** The raster itself, then its overviews, from the finest on. */
  readonly levels: readonly Level[];
}
