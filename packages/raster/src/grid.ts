/** A coordinate reference system, ready for proj4. */
export interface Crs {
  /** What people call it: `EPSG:5070` where the code is known, else the PROJ text. */
  readonly name: string;
  /** A definition that proj4 understands. */
  readonly definition: string;
}

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
