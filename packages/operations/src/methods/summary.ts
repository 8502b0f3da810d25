import { addSummaries, averageOf, type RasterSummary, summaryAccumulator } from '@catchment/raster';
import { allSquareMetres, chosenRowArea, dataSquareMetres } from './cell-areas.ts';
import { dataCells } from './grouped-average.ts';
import type { Method } from './method.ts';

/** The summary of a raster without cells. */
const noSummary: RasterSummary = { cells: 0, noData: 0, sum: [], min: null, max: null };

/** Least, mean and greatest value of each raster. */
export const summary: Method<'summary', RasterSummary[]> = {
  accumulator: (rasters, definition, lattice) => summaryAccumulator(rasters, chosenRowArea(definition, lattice)),
  merge: addSummaries,
  describe: (sums, { rasters }) => {
    const summaries = rasters.map((raster, i) => {
      const { min, max, ...sum } = sums[i] ?? noSummary;
      return { raster, min, average: averageOf(sum), max, ...dataCells(sum), ...dataSquareMetres(sum) };
    });
    const [first] = summaries;
    const cells = first ? first.cells + first.noData : 0;
    return { cells, ...allSquareMetres(sums.slice(0, 1)), summaries };
  },
};
