import { addSummaries, averageOf, type RasterSummary, summaryAccumulator, totalOf } from '@cellshed/raster';
import { allSquareMetres, chosenRowArea, dataSquareMetres } from './cell-areas.ts';
import { dataCells, valueSumOf } from './grouped-average.ts';
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
      const figures = { min, average: averageOf(sum), sum: totalOf(sum.sum), max };
      return { raster, ...figures, ...dataCells(sum), ...dataSquareMetres(sum) };
    });
    const [first] = summaries;
    const cells = first ? first.cells + first.noData : 0;
    return { cells, ...allSquareMetres(sums.slice(0, 1)), summaries };
  },
  partOf: ({ summaries }) => {
    const parts = summaries.map(({ min, max, ...figures }) => {
      const sum = valueSumOf(figures);
      return sum && { min, max, ...sum };
    });
    return parts.every((part) => part !== undefined) ? parts : undefined;
  },
};
