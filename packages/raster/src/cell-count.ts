import { wholeCell } from './spans.ts';

/**
 * How many cells: whole ones, and the rest of a cell in parts of `wholeCell`. Plain JSON; sums are
 * exact.
 */
export interface CellCount {
  readonly cells: number;
  /** At least 1, and less than a whole cell; absent: none. */
  readonly parts?: number;
}

/** As one number, for documents. */
export function cellsWithParts({ cells, parts = 0 }: CellCount): number {
  return cells + parts / wholeCell;
}

/** Whole cells, and less than two cells in parts. */
export function cellCount(cells: number, parts: number): CellCount {
  if (parts === 0) return { cells };
  if (parts < wholeCell) return { cells, parts };
  return cellCount(cells + 1, parts - wholeCell);
}

export function addCellCounts(a: CellCount, b: CellCount): CellCount {
  return cellCount(a.cells + b.cells, (a.parts ?? 0) + (b.parts ?? 0));
}
