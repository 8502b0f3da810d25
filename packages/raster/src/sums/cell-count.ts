import { wholeCell } from '../spans/spans.ts';

/**
 * A number of cells: whole ones, and the shares of others, in parts of `wholeCell`. Plain JSON;
 * sums are exact.
 */
export interface CellCount {
  readonly cells: number;
  /** At least 1, and less than a whole cell; absent: none. */
  readonly parts?: number;
}

/** The count as one number, for documents. */
export function cellsWithParts({ cells, parts = 0 }: CellCount): number {
  return cells + parts / wholeCell;
}

/** The count that documents have as this number; its parts to the precision of a double. */
export function countOfCells(cells: number): CellCount {
  const whole = Math.floor(cells);
  return cellCount(whole, Math.round((cells - whole) * wholeCell));
}

/** A count of whole cells, and of parts that are less than two cells. */
export function cellCount(cells: number, parts: number): CellCount {
  if (parts === 0) return { cells };
  if (parts < wholeCell) return { cells, parts };
  return cellCount(cells + 1, parts - wholeCell);
}

export function addCellCounts(a: CellCount, b: CellCount): CellCount {
  return cellCount(a.cells + b.cells, (a.parts ?? 0) + (b.parts ?? 0));
}
