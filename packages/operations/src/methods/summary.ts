import type { Definition } from '@catchment/catalog';
import { addSummaries, averageOf, type RasterSummary, summaryAccumulator } from '@catchment/raster';
import Type from 'typebox';
import { coverages } from '../request.ts';
import { dataCells } from './grouped-average.ts';
import type { Method } from './method.ts';

type Summary = Extract<Definition, { readonly type: 'summary' }>;

const orNull = Type.Union([Type.Number(), Type.Null()]);

const members = {
  /** One for each raster, in their order. */
  summaries: Type.Array(
    Type.Object({
      raster: Type.String(),
      /** null: no cell of the area has data; so with average and max. */
      min: orNull,
      /** The mean of the cells with data, those in part by their share. */
      average: orNull,
      max: orNull,
      /** Cells with data. */
      cells: Type.Number({ minimum: 0 }),
      /** Cells without. */
      noData: Type.Number({ minimum: 0 }),
    }),
  ),
};

/** Least, mean and greatest value of each raster. */
export const summary: Method<Summary, RasterSummary[], typeof members> = {
  coverages,
  members,
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
