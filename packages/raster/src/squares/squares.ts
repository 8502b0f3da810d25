/** The bits of a column of a square. */
export const columnBits = 6;
export const columnMask = 2 ** columnBits - 1;

/** The cells along an edge of a square; those at the ends of a block may be narrower. */
export const side = 2 ** columnBits;

/**
 * The combinations of values of a block's cells, square by square: what is asked of a square is
 * found without the others.
 *
 * ```
 *  square of one combination      square of several
 *  ┌────────────────────┐         ┌──────────────────────┐
 *  │ combination, cells │         │ combinations, cells  │  its own counts
 *  └────────────────────┘         │ runs in each row     │
 *                                 │ runs, row by row     │  combination and last column
 *                                 └──────────────────────┘
 * ```
 */
export interface Squares {
  /** The number of columns and rows of the block's cells. */
  readonly width: number;
  readonly height: number;
  /** The values of each combination in the block; cells with number 0 are on no raster. */
  readonly values: readonly Values[];
  /** The values as text, to find the same combination in other blocks. */
  readonly names: readonly string[];
  /**
   * The words of all squares, row by row. A square has the number of its combinations; of each, the
   * number in the block, and its cells; unless it is the only one, the number of runs in each row,
   * two in a word; then the runs. A run has the position of its combination in the square, and, in
   * the low bits, its last column.
   */
  readonly words: Uint16Array;
  /** The first word of each square. */
  readonly starts: Uint32Array;
}

/** A value of each raster; null: no data. */
export type Values = readonly (number | null)[];

/** The most combinations of a square, as a run has bits for. */
export const mostOfSquare = 2 ** (16 - columnBits);

/** The most combinations of a block. */
export const mostOfBlock = 2 ** 12;

/** The number of squares along an edge of so many cells. */
export function squaresAlong(cells: number): number {
  return Math.ceil(cells / side);
}

/** The squares of a block that can have none. */
export const squaresOfNothing: Squares = {
  ...{ width: 0, height: 0, values: [], names: [] },
  words: new Uint16Array(0),
  starts: new Uint32Array(0),
};
