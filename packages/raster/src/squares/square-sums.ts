import { addCounts, type Group, type GroupedCounts } from '../gather/grouped-count.ts';
import type { Spans } from '../spans/spans.ts';
import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { type BlockPlace, countSquares, squareCounts } from './count-squares.ts';
import type { Squares } from './squares.ts';

/** Counts the cells of spans by their combinations, from the squares of block after block. */
export interface SquareSums {
  /** Adds the cells of the spans in a block. */
  add(squares: Squares, place: BlockPlace, spans: Spans): void;
  /** The counts of all cells so far, as `groupedCountAccumulator` has them. */
  counts(): GroupedCounts;
}

export function squareSums(): SquareSums {
  const sums = new Map<string, Group>();
  return {
    add(squares, place, spans) {
      countSquares(squares, place, spans, ofBlock);
      const { cells, parts } = ofBlock;
      for (const [number, values] of squares.values.entries()) {
        const count: CellCount = cellCount(cells[number]!, parts[number]!);
        cells[number] = parts[number] = 0;
        // Number 0 stands for cells on no raster.
        if (number === 0 || (count.cells === 0 && count.parts === undefined)) continue;
        const name = squares.names[number]!;
        const before = sums.get(name);
        sums.set(name, { values: before?.values ?? [...values], ...(before ? addCellCounts(before, count) : count) });
      }
    },
    counts: () => addCounts([{ cells: 0, groups: [...sums.values()] }]),
  };
}

/** All zero again once a block was added. */
const ofBlock = squareCounts();
