import { addCounts, type GroupedCounts } from '../gather/grouped-count.ts';
import { type Spans, wholeCell } from '../spans/spans.ts';
import { cellCount } from '../sums/cell-count.ts';
import { type BlockPlace, countSquares, squareCounts } from './count-squares.ts';
import type { Squares, Values } from './squares.ts';

/** Counts the cells of spans by their combinations, from the squares of block after block. */
export interface SquareSums {
  /** Adds the cells of the spans in a block. */
  add(squares: Squares, place: BlockPlace, spans: Spans): void;
  /** The counts of all cells so far, as `groupedCountAccumulator` has them. */
  counts(): GroupedCounts;
}

interface Sum {
  readonly values: Values;
  cells: number;
  /** Less than a whole cell. */
  parts: number;
}

export function squareSums(): SquareSums {
  const sums = new Map<string, Sum>();
  const sumOf = (name: string, values: Values): Sum => {
    const known = sums.get(name);
    if (known) return known;
    const sum = { values, cells: 0, parts: 0 };
    sums.set(name, sum);
    return sum;
  };
  return {
    add(squares, place, spans) {
      const { names, values } = squares;
      const { cells, parts } = ofBlock;
      // Words that are damaged may have left counts of numbers that their block had no values for.
      cells.fill(0, 0, values.length);
      parts.fill(0, 0, values.length);
      countSquares(squares, place, spans, ofBlock);
      // Number 0 stands for cells on no raster.
      for (let number = 1; number < values.length; number++) {
        if (cells[number] === 0 && parts[number] === 0) continue;
        const sum = sumOf(names[number]!, values[number]!);
        sum.cells += cells[number]!;
        sum.parts += parts[number]!;
        if (sum.parts < wholeCell) continue;
        sum.cells += 1;
        sum.parts -= wholeCell;
      }
    },
    counts() {
      const groups = Array.from(sums.values(), ({ values, cells, parts }) => ({
        values: [...values],
        ...cellCount(cells, parts),
      }));
      return addCounts([{ cells: 0, groups }]);
    },
  };
}

/** The counts of the block in hand. */
const ofBlock = squareCounts();
