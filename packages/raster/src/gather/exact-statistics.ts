import { wholeCell } from '../spans/spans.ts';
import { forEachViewRun } from '../stack/view-runs.ts';
import { addCellCounts, type CellCount, cellCount } from '../sums/cell-count.ts';
import { cellSums, valueSums } from '../sums/value-sums.ts';
import { tableBuilder } from '../sums/value-table.ts';
import { cellNumbers } from '../tables/choose-cell-numbers.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import type { Raster } from '../tiles/raster.ts';
import { meaningOf, valueOf } from '../tiles/sample-values.ts';
import { sampleBits, wordsOf } from '../tiles/sample-words.ts';
import type { Accumulator } from './accumulator.ts';
import { groupedCountAccumulator } from './grouped-count.ts';
import { type StatisticsTotal, statisticsTotal } from './statistics-total.ts';

/** The rasters of statistics. */
export interface DescribedRasters {
  readonly raster: Raster;
  /**
   * The raster of weights, by which cells count in addition to their share; none: all weigh the
   * same.
   */
  readonly weights?: Raster | undefined;
}

export interface ExactStatistics extends Accumulator<StatisticsTotal> {
  /**
   * The number of values so far, or a few more, because no data has some of its own. For 8 and 16
   * bits it is irrelevant, and 0.
   */
  size(): number;
}

/** Gathers statistics with every value, however many there are. */
export function exactStatistics(rasters: DescribedRasters): ExactStatistics {
  const narrow = sampleBits(rasters.raster.sampleType) <= 16;
  return narrow && rasters.weights === undefined ? countedValues(rasters.raster) : numberedValues(rasters, narrow);
}

/** Counts values with the fastest tables. */
function countedValues(raster: Raster): ExactStatistics {
  const counts = groupedCountAccumulator([raster], { groups: Number.POSITIVE_INFINITY });
  return {
    add: counts.add,
    size: () => 0,
    partial() {
      const built = tableBuilder(false);
      let [known, noData]: [CellCount, CellCount] = [{ cells: 0 }, { cells: 0 }];
      for (const { values, ...count } of counts.partial().groups) {
        const value = values[0] ?? null;
        if (value === null) noData = addCellCounts(noData, count);
        else {
          known = addCellCounts(known, count);
          built.add(value, count);
        }
      }
      return statisticsTotal(known, noData, built.all());
    },
  };
}

/** Numbers the values. */
function numberedValues({ raster, weights }: DescribedRasters, narrow: boolean): ExactStatistics {
  const combinations = cellNumbers([raster.sampleType], Number.POSITIVE_INFINITY);
  const sums = weights === undefined ? cellSums() : valueSums(weights);
  const numbers = new Int32Array(portion);
  let sampleless: CellCount = { cells: 0 };
  return {
    add(rectangle) {
      const [view, weightView] = rectangle.views;
      const words = view === undefined ? [] : [wordsOf(view.samples)];
      forEachViewRun(rectangle, [view, weightView], (first, cells, parts) => {
        if (view === undefined) {
          sampleless = addCellCounts(sampleless, parts === wholeCell ? { cells } : { cells: 0, parts });
          return;
        }
        forEachPortion(first, cells, (from, length) => {
          combinations.number(words, from, length, numbers);
          const at = from[1]!;
          if (parts === wholeCell) sums.add(numbers, combinations.size(), weightView?.samples, at, length);
          else sums.addParts(numbers[0]!, weightView?.samples[at], parts);
        });
      });
    },
    size: () => (narrow ? 0 : combinations.size()),
    partial() {
      const meaning = meaningOf(raster);
      const values = Float64Array.from({ length: combinations.size() }, (_, number) =>
        valueOf(combinations.samples(number)[0]!, meaning),
      );
      const built = tableBuilder(weights !== undefined);
      let [known, noData]: [CellCount, CellCount] = [{ cells: 0 }, sampleless];
      const numbersOfData: number[] = [];
      for (const [number, value] of values.entries()) {
        const { noData: without, noDataParts = 0, ...own } = sums.of(number);
        noData = addCellCounts(noData, cellCount(without, noDataParts));
        if (Number.isNaN(value)) noData = addCellCounts(noData, own);
        else if (own.cells > 0 || own.parts !== undefined) numbersOfData.push(number);
      }
      for (const number of Uint32Array.from(numbersOfData).sort((a, b) => values[a]! - values[b]!)) {
        const { cells, parts = 0, sum } = sums.of(number);
        const own = cellCount(cells, parts);
        known = addCellCounts(known, own);
        built.add(values[number]!, own, sum);
      }
      return statisticsTotal(known, noData, built.all());
    },
  };
}
