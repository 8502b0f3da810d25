/**
 * The cells of an area, as spans. Row `firstRow + i` has the spans `rowStarts[i]` to before
 * `rowStarts[i + 1]`; span k runs from column `columns[2k]` to before `columns[2k + 1]`. Spans of a
 * row rise and do not touch.
 */
export interface Spans {
  readonly firstRow: number;
  readonly rowStarts: Uint32Array;
  readonly columns: Int32Array;
  /** The number of cells in all spans. */
  readonly cells: number;
  /** The cells that are only partly in the area, and their shares; absent: all are whole. */
  readonly shares?: Shares;
}

/**
 * The shares of cells. Row `firstRow + i` of the spans has the cells `rowStarts[i]` to before
 * `rowStarts[i + 1]`, in rising order.
 */
export interface Shares {
  readonly rowStarts: Uint32Array;
  readonly columns: Int32Array;
  /** The share of each cell in the area, in parts of `wholeCell`; neither none nor all. */
  readonly parts: Uint32Array;
}

/** The parts of a cell in which shares are counted. Sums of whole parts are exact. */
export const wholeCell = 2 ** 32;
