import { type Crs, squareUnit } from '@catchment/crs';

/**
 * Where the cells of a raster lie: north-up, rows downwards. Cell (column, row) covers
 * x in [originX + column·cellWidth, originX + (column+1)·cellWidth) and
 * y in (originY - (row+1)·cellHeight, originY - row·cellHeight], in units of the CRS.
 */
export interface Grid {
  readonly crs: Crs;
  /** x of the left edge of column 0. */
  readonly originX: number;
  /** y of the upper edge of row 0. */
  readonly originY: number;
  /** Positive. */
  readonly cellWidth: number;
  /** Positive. */
  readonly cellHeight: number;
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
}

/** The grid in one line, for messages: `EPSG:5070, origin (1709015, 2050195), cells 10 × 10, 1000 × 1000 of them`. */
export function describeGrid({ crs, originX, originY, cellWidth, cellHeight, width, height }: Grid): string {
  return `${crs.name}, origin (${originX}, ${originY}), cells ${cellWidth} × ${cellHeight}, ${width} × ${height} of them`;
}

/** The area of every cell in m², if all have the same: if the CRS is equal-area. */
export function cellArea({ crs, cellWidth, cellHeight }: Grid): number | undefined {
  const unit = squareUnit(crs);
  return unit === undefined ? undefined : unit * cellWidth * cellHeight;
}
