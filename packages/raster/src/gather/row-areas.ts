import type { RowArea } from '../grid/row-area.ts';
import { wholeCell } from '../spans/spans.ts';
import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { type ExactSum, exactSums } from '../sums/exact-sum.ts';

/** Cells by their numbers, and their areas: each cell has that of its row. Sums are exact. */
export interface RowAreas {
  /** Adds cells of a row by their numbers, each by the same share in parts of `wholeCell`. */
  add(row: number, numbers: Int32Array, length: number, parts: number): void;
  of(number: number): CellCount & { readonly area: ExactSum };
}

/** Gathers cells row by row, so that the area of a row is multiplied once for each number. */
export function rowAreas(rowArea: RowArea): RowAreas {
  const counts: CellCount[] = [];
  const areas = exactSums();
  /** The cells of the row by number, and the parts of others. */
  let [wholes, shares] = [new Float64Array(64), new Float64Array(64)];
  /** The numbers that are in the row. There may be many others. */
  const present: number[] = [];
  let row = 0;
  const endRow = () => {
    if (present.length === 0) return;
    const area = rowArea(row);
    for (const number of present) {
      const [cells, parts] = [wholes[number]!, shares[number]!];
      wholes[number] = shares[number] = 0;
      const inParts = Math.floor(parts / wholeCell);
      const count = cellCount(cells + inParts, parts - inParts * wholeCell);
      counts[number] = addCellCounts(counts[number] ?? { cells: 0 }, count);
      areas.addProduct(number, area, cells);
      areas.addProduct(number, area, parts / wholeCell);
    }
    present.length = 0;
  };
  const reserve = (number: number) => {
    if (number < wholes.length) return;
    const size = Math.max(number + 1, 2 * wholes.length);
    [wholes, shares] = [wholes, shares].map((old) => {
      const larger = new Float64Array(size);
      larger.set(old);
      return larger;
    }) as [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>];
  };
  return {
    add(ofRow, numbers, length, parts) {
      if (ofRow !== row) endRow();
      row = ofRow;
      for (let i = 0; i < length; i++) {
        const number = numbers[i]!;
        reserve(number);
        if (wholes[number] === 0 && shares[number] === 0) present.push(number);
        if (parts === wholeCell) wholes[number]!++;
        else shares[number]! += parts;
      }
    },
    of(number) {
      endRow();
      return { ...(counts[number] ?? { cells: 0 }), area: areas.sum(number) };
    },
  };
}
