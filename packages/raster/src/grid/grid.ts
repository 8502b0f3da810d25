import { type Crs, squareUnit } from '@cellshed/crs';

/**
 * The grid of a raster: north-up, rows downwards. Cell (column, row) covers x in [originX +
 * column·cellWidth, originX + (column+1)·cellWidth) and y in (originY - (row+1)·cellHeight, originY
 * - row·cellHeight], in units of the CRS.
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

/** The smallest and the largest side of a cell, in units of any CRS. */
const [leastSide, mostSide] = [1e-12, 1e12];

/** The smallest cell, relative to the coordinates: it must be larger than their rounding. */
const finest = 2 ** -44;

/**
 * Throws a sentence if the cells are too small to be distinguished, or so large that they have no
 * place.
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
 * Describes the grid in one line, for messages: `EPSG:5070, origin (1709015, 2050195), cells 10 ×
 * 10, 1000 × 1000 of them`.
 */
export function describeGrid({ crs, originX, originY, cellWidth, cellHeight, width, height }: Grid): string {
  return `${crs.name}, origin (${originX}, ${originY}), cells ${cellWidth} × ${cellHeight}, ${width} × ${height} of them`;
}

/** The area of each cell in m²; undefined unless the CRS is equal-area. */
export function cellArea({ crs, cellWidth, cellHeight }: Grid): number | undefined {
  const unit = squareUnit(crs);
  return unit === undefined ? undefined : unit * cellWidth * cellHeight;
}
