import type { RowArea } from '../grid/row-area.ts';
import { forEachRun } from '../spans/span-runs.ts';
import { wholeCell } from '../spans/spans.ts';
import { presentRasters } from '../stack/present-rasters.ts';
import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { exactSums } from '../sums/exact-sum.ts';
import { cellNumbers } from '../tables/choose-cell-numbers.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { wordsOf } from '../tiles/sample-words.ts';
import type { Accumulator } from './accumulator.ts';
import { addCounts, defaultLimits, type Group, type GroupedCounts } from './grouped-count.ts';

/**
 * Counts rectangles by the values of rasters, as groupedCountAccumulator does, and sums up the
 * areas of the cells: each counts with that of its row. Sums are exact. Takes longer than counting
 * alone. Its methods throw TooManyGroupsError.
 */
export function groupedAreaAccumulator(rasters: readonly Raster[], rowArea: RowArea): Accumulator<GroupedCounts> {
  const tables = presentRasters(rasters, (types) => ({
    combinations: cellNumbers(types, defaultLimits.groups),
    sums: rowSums(rowArea),
  }));
  const numbers = new Int32Array(portion);
  return {
    add(spans, rectangle) {
      const { combinations, sums } = tables.at(rectangle.views);
      const views = rectangle.views.filter((view) => view !== undefined);
      const words = views.map(({ samples }) => wordsOf(samples));
      forEachRun(spans, rectangle, (row, firstColumn, endColumn, parts) => {
        const [down, right] = [row - rectangle.firstRow, firstColumn - rectangle.firstColumn];
        const first = views.map(({ offset, stride }) => offset + down * stride + right);
        forEachPortion(first, endColumn - firstColumn, (from, length) => {
          combinations.number(words, from, length, numbers);
          sums.add(row, numbers, length, parts);
        });
      });
      sums.endRow();
    },
    partial() {
      const groups: Group[] = [];
      for (const { kept, values } of tables.all()) {
        for (let number = 0; number < kept.combinations.size(); number++) {
          groups.push({ values: values(kept.combinations.samples(number)), ...kept.sums.of(number) });
        }
      }
      return addCounts([{ cells: 0, groups }]);
    },
  };
}

/** Cells and areas by the numbers of groups, gathered row by row. */
function rowSums(rowArea: RowArea) {
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
    /** Adds cells of a row by their numbers; a cell in part comes alone. */
    add(ofRow: number, numbers: Int32Array, length: number, parts: number): void {
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
    endRow,
    of: (number: number) => ({ ...(counts[number] ?? { cells: 0 }), area: areas.sum(number) }),
  };
}
