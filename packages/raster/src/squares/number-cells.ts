import type { Window } from '../grid/window.ts';
import { presentRasters } from '../stack/present-rasters.ts';
import type { Rectangle, View } from '../stack/rectangle.ts';
import type { CellNumbers } from '../tables/cell-numbers.ts';
import { cellNumbers } from '../tables/choose-cell-numbers.ts';
import { TooManyGroupsError } from '../tables/hash-numbers.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { wordsOf } from '../tiles/sample-words.ts';
import { mostOfBlock, type Values } from './squares.ts';

/** The cells of a block, row by row, each with the number of its combination of values. */
export interface NumberedCells {
  readonly width: number;
  readonly height: number;
  readonly numbers: Uint16Array;
  /** The values of each combination; a cell with number 0 is on no raster. */
  readonly values: readonly Values[];
}

/** Numbers the cells of a block, as a visit shows one rectangle after the other. */
export interface CellNumbering {
  add(rectangle: Rectangle): void;
  /** Undefined: there are more combinations than squares can have. */
  done(): NumberedCells | undefined;
}

/** The combinations of a set of rasters, and the number of each among those of all sets. */
interface OfSet {
  readonly combinations: CellNumbers;
  readonly among: number[];
}

export function cellNumbering(rasters: readonly Raster[], block: Window): CellNumbering {
  const [width, height] = [block.endColumn - block.firstColumn, block.endRow - block.firstRow];
  const numbers = new Uint16Array(width * height);
  const sets = presentRasters(
    rasters,
    (types): OfSet => ({ combinations: cellNumbers(types, mostOfBlock), among: [] }),
  );
  let [count, hasTooMany] = [0, false];

  const numberRows = ({ firstRow, endRow, firstColumn, endColumn, views }: Rectangle) => {
    const { combinations, among } = sets.at(views);
    const present = views.filter((view): view is View => view !== undefined);
    const words = present.map(({ samples }) => wordsOf(samples));
    for (let row = firstRow; row < endRow; row++) {
      const from = present.map(({ offset, stride }) => offset + (row - firstRow) * stride);
      let at = (row - block.firstRow) * width + firstColumn - block.firstColumn;
      forEachPortion(from, endColumn - firstColumn, (start, length) => {
        combinations.number(words, start, length, found);
        while (among.length < combinations.size()) among.push(++count);
        for (let i = 0; i < length; i++) numbers[at++] = among[found[i]!]!;
      });
    }
    hasTooMany ||= count > mostOfBlock;
  };
  return {
    add(rectangle) {
      if (hasTooMany) return;
      try {
        numberRows(rectangle);
      } catch (error) {
        if (!(error instanceof TooManyGroupsError)) throw error;
        hasTooMany = true;
      }
    },
    done() {
      if (hasTooMany) return undefined;
      const named = new Map<string, number>();
      const values: Values[] = [[]];
      // Samples that differ may mean the same, as no data does.
      const meaning = new Uint16Array(count + 1);
      for (const { kept, values: valuesOf } of sets.all()) {
        for (const [number, combination] of kept.among.entries()) {
          const own = valuesOf(kept.combinations.samples(number));
          const name = own.join();
          if (!named.has(name)) named.set(name, values.push(own) - 1);
          meaning[combination] = named.get(name)!;
        }
      }
      for (let i = 0; i < numbers.length; i++) numbers[i] = meaning[numbers[i]!]!;
      return { width, height, numbers, values };
    },
  };
}

const found = new Int32Array(portion);
