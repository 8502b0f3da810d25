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

/** How large the sides of cells may be, in units of any CRS. */
const [leastSide, mostSide] = [1e-12, 1e12];

/** Cells must be so much larger than the steps in which numbers tell where they lie. */
const finest = 2 ** -44;

/**
 * Throws a sentence for cells that are too small to be told apart, or so large that they lie
 * nowhere.
 */
export function refuseCells({ originX, originY, cellWidth, cellHeight, width, height }: Omit<Grid, 'crs'>): void {
  const isUsable = (origin: number, side: number, cells: number) =>
    side >= leastSide && side <= mostSide && (Math.abs(origin) + cells * side) * finest < side;
  if (isUsable(originX, cellWidth, width) && isUsable(originY, cellHeight, height)) return;
  throw new Error(
    `its cells are ${cellWidth} × ${cellHeight} large and begin at (${originX}, ${originY}), expected sides from ${leastSide} ` +
      `to ${mostSide} that can be told apart there`,
  );
}

/**
 * The grid in one line, for messages: `EPSG:5070, origin (1709015, 2050195), cells 10 × 10, 1000 ×
 * 1000 of them`.
 */
export function describeGrid({ crs, originX, originY, cellWidth, cellHeight, width, height }: Grid): string {
  return `${crs.name}, origin (${originX}, ${originY}), cells ${cellWidth} × ${cellHeight}, ${width} × ${height} of them`;
}

/** The area of every cell in m², if all have the same: if the CRS is equal-area. */
export function cellArea({ crs, cellWidth, cellHeight }: Grid): number | undefined {
  const unit = squareUnit(crs);
  return unit === undefined ? undefined : unit * cellWidth * cellHeight;
}
