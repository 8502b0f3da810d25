import { addSummaries, averageOf, type RasterSummary, summaryAccumulator } from '@catchment/raster';
import { dataCells } from './grouped-average.ts';
import type { Method } from './method.ts';

/** Least, mean and greatest value of each raster. */
export const summary: Method<'summary', RasterSummary[]> = {
  accumulator: (rasters) => summaryAccumulator(rasters),
  merge: addSummaries,
  describe: (sums, { rasters }) => {
    const summaries = rasters.map((raster, i) => {
      const { min = null, max = null, ...sum } = sums[i] ?? { cells: 0, noData: 0, sum: [] };
      return { raster, min, average: averageOf(sum), max, ...dataCells(sum) };
    });
    const [first] = summaries;
    return { cells: first ? first.cells + first.noData : 0, summaries };
  },
};
