import { wholeCell } from '../spans/spans.ts';
import { forEachViewRun } from '../stack/view-runs.ts';
import { addCellCounts, type CellCount } from '../sums/cell-count.ts';
import { classBits, classCounts } from '../sums/class-counts.ts';
import { productError, summable } from '../sums/exact-sum.ts';
import { momentSums } from '../sums/moments.ts';
import { tableBuilder } from '../sums/value-table.ts';
import { forEachPortion, portion } from '../tables/portions.ts';
import { hasWideValues, meaningOf, readValues, valueOf } from '../tiles/sample-values.ts';
import type { Samples } from '../tiles/samples.ts';
import type { Accumulator } from './accumulator.ts';
import type { DescribedRasters } from './exact-statistics.ts';
import { type StatisticsTotal, statisticsTotal } from './statistics-total.ts';

/**
 * Gathers statistics in classes from the beginning, for rasters that have too many values in an
 * area.
 */
export function coarseStatistics(rasters: DescribedRasters): Accumulator<StatisticsTotal> {
  const classes = coarseClasses(rasters);
  const viewCount = rasters.weights === undefined ? 1 : 2;
  return {
    add(rectangle) {
      const views = rectangle.views.slice(0, viewCount).filter((view) => view !== undefined);
      const samples = views.map((view) => view.samples);
      const missing = views.length < viewCount;
      forEachViewRun(rectangle, views, (first, cells, parts) => {
        if (missing) classes.addNoData(parts === wholeCell ? { cells } : { cells: 0, parts });
        else if (parts === wholeCell)
          forEachPortion(first, cells, (from, length) => classes.add(samples, from, length));
        else classes.addParts(samples[0]![first[0]!]!, samples[1]?.[first[1]!], parts);
      });
    },
    partial: classes.all,
  };
}

function coarseClasses({ raster, weights }: DescribedRasters) {
  const meaning = meaningOf(raster);
  const weightMeaning = weights && meaningOf(weights);
  const values = new Float64Array(portion);
  const words = new Uint32Array(values.buffer);
  const weighting = new Float64Array(portion);
  const classes = classCounts();
  const moments = momentSums(weights !== undefined, hasWideValues(raster) ? undefined : raster.sampleType);
  let known: CellCount = { cells: 0 };
  let noData: CellCount = { cells: 0 };
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const look = (length: number): void => {
    let cells = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      if (value === value) cells++;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    known = addCellCounts(known, { cells });
    noData = addCellCounts(noData, { cells: length - cells });
  };
  return {
    addNoData(count: CellCount): void {
      noData = addCellCounts(noData, count);
    },
    add(samples: readonly Samples[], from: readonly number[], length: number): void {
      readValues(samples[0]!, from[0]!, length, meaning, values);
      if (weightMeaning !== undefined) {
        readValues(samples[1]!, from[1]!, length, weightMeaning, weighting);
        for (let i = 0; i < length; i++) {
          if (weighting[i] !== weighting[i]) values[i] = Number.NaN;
          else if (values[i] !== values[i]) weighting[i] = Number.NaN;
        }
      }
      look(length);
      classes.add(words, length);
      moments.addEach(values, length, weights === undefined ? undefined : weighting);
    },
    addParts(sample: number, weightSample: number | undefined, parts: number): void {
      const count = { cells: 0, parts };
      const value = valueOf(sample, meaning);
      const weight = weightMeaning && weightSample !== undefined ? valueOf(weightSample, weightMeaning) : 0;
      if (Number.isNaN(value) || Number.isNaN(weight)) {
        noData = addCellCounts(noData, count);
        return;
      }
      known = addCellCounts(known, count);
      [min, max] = [Math.min(min, value), Math.max(max, value)];
      classes.addParts(value, parts);
      const [weighed, share] = [summable(weight), parts / wholeCell];
      moments.add(value, count, [weighed * share, productError(weighed, share, weighed * share)]);
    },
    all(): StatisticsTotal {
      const table = classes.table();
      if (table.values.length === 0) return statisticsTotal(known, noData, tableBuilder(weights !== undefined).all());
      return statisticsTotal(known, noData, table, {
        bits: classBits,
        min: min + 0,
        max: max + 0,
        moments: moments.all(),
      });
    },
  };
}
