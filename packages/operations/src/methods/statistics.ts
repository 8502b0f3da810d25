import { coverageRules } from '@cellshed/contracts';
import {
  addStatistics,
  averageByArea,
  describeStatistics,
  type Raster,
  type StatisticsTotal,
  statisticsAccumulator,
} from '@cellshed/raster';
import { allSquareMetres, chosenRowArea, noDataSquareMetres } from './cell-areas.ts';
import type { Method } from './method.ts';

/** The weighted figures of an area without cells, whose sum does not tell of weights. */
const noWeights = {
  weight: null,
  weightedSum: null,
  weightedMean: null,
  weightedVariance: null,
  weightedStandardDeviation: null,
};

/** The figures that describe the values of a raster, and the same weighted by another raster. */
export const statistics: Method<'statistics', StatisticsTotal> = {
  accumulator: ([raster, weights], definition, lattice) =>
    statisticsAccumulator({
      raster: raster as Raster,
      ...(weights && { weights }),
      rowArea: chosenRowArea(definition, lattice),
    }),
  merge: (parts) => addStatistics(parts),
  describe: (total, { quantiles = [], weights }, coverage) => {
    // The rule is the same for all areas, also for one that has no cell in part.
    const interpolation = coverageRules[coverage].hasShares ? 'values' : 'cells';
    const described = describeStatistics(total, { quantiles, interpolation });
    const { values, ...others } = described;
    return {
      cells: described.count + described.noData,
      ...allSquareMetres([total]),
      ...(total.areas && { ...noDataSquareMetres(total.areas), meanByArea: averageByArea(total.areas) }),
      ...(weights !== undefined && noWeights),
      ...others,
      quantiles: [...described.quantiles],
      ...(values && { values: [...values] }),
    };
  },
  partOf: {
    whyNot:
      'statistics do not add up, as quantiles do not follow from those of parts; ask for a summary, an average or a count',
  },
};
