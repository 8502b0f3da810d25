import type { Definition } from '@catchment/catalog';
import {
  addStatistics,
  describeStatistics,
  type Raster,
  type StatisticsTotal,
  statisticsAccumulator,
} from '@catchment/raster';
import Type from 'typebox';
import { coverages } from '../request.ts';
import type { Method } from './method.ts';

type Statistics = Extract<Definition, { readonly type: 'statistics' }>;

const orNull = Type.Union([Type.Number(), Type.Null()]);
const cells = Type.Number({ minimum: 0 });

/** As `StatisticsDocument` of the raster package says, which gives the definitions. */
const members = {
  count: cells,
  noData: cells,
  sum: orNull,
  mean: orNull,
  min: orNull,
  max: orNull,
  range: orNull,
  variance: orNull,
  standardDeviation: orNull,
  coefficientOfVariation: orNull,
  median: orNull,
  quantiles: Type.Array(Type.Object({ quantile: Type.Number(), value: orNull })),
  mode: orNull,
  minority: orNull,
  variety: orNull,
  values: Type.Optional(
    Type.Array(Type.Object({ value: Type.Number(), cells, share: Type.Number(), weight: Type.Optional(orNull) })),
  ),
  approximate: Type.Optional(Type.Object({ relativeError: Type.Number() })),
  weight: Type.Optional(orNull),
  weightedSum: Type.Optional(orNull),
  weightedMean: Type.Optional(orNull),
  weightedVariance: Type.Optional(orNull),
  weightedStandardDeviation: Type.Optional(orNull),
};

/** An area without cells does not know that there are weights. */
const noWeights = {
  weight: null,
  weightedSum: null,
  weightedMean: null,
  weightedVariance: null,
  weightedStandardDeviation: null,
};

/** What describes the values of a raster, and the same weighted by another. */
export const statistics: Method<Statistics, StatisticsTotal, typeof members> = {
  coverages,
  members,
  accumulator: ([raster, weights]) => statisticsAccumulator({ raster: raster as Raster, ...(weights && { weights }) }),
  merge: (parts) => addStatistics(parts),
  describe: (total, { quantiles = [], weights }, coverage) => {
    // One rule whatever the area, also where no cell happens to be in it in part.
    const interpolation = coverage === 'fraction' ? 'values' : 'cells';
    const described = describeStatistics(total, { quantiles, interpolation });
    const { values, ...others } = described;
    return {
      cells: described.count + described.noData,
      ...(weights !== undefined && noWeights),
      ...others,
      quantiles: [...described.quantiles],
      ...(values && { values: [...values] }),
    };
  },
};
