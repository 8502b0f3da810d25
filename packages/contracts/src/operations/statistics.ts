import Type, { type Static, type TSchemaOptions } from 'typebox';
import { cellCount, numberOrNull } from '../schemas.ts';
import { cellAreas, squareMetres } from './cell-areas.ts';
import { noLines, operationContract } from './contract.ts';

const quantileList = (ofItem: TSchemaOptions, ofList: TSchemaOptions) =>
  Type.Array(Type.Number({ minimum: 0, maximum: 1, ...ofItem }), { maxItems: 100, ...ofList });

/** The figures that describe the values of a raster, and the same weighted by another raster. */
export const statistics = operationContract({
  type: 'statistics',
  rasters: [1, 1],
  roles: { weights: 'optional' },
  lines: noLines,
  choices: {
    cellAreas,
    quantiles: {
      title: 'Quantiles',
      description: 'In place of those of the catalog.',
      inCatalog: Type.Immutable(
        quantileList({ expected: 'a number from 0 to 1' }, { expected: 'a list of at most 100 numbers from 0 to 1' }),
      ),
      inRequest: quantileList({}, { description: 'Those of statistics' }),
    },
  },
  tallies: 'wholeNumbers',
  /** As `StatisticsDocument` of the raster package says, which gives the definitions. */
  members: {
    /** That of all cells. */
    squareMetres,
    noDataSquareMetres: squareMetres,
    /** The mean of the cells that `count` counts, each by its area. */
    meanByArea: Type.Optional(numberOrNull),
    count: cellCount,
    noData: cellCount,
    sum: numberOrNull,
    mean: numberOrNull,
    min: numberOrNull,
    max: numberOrNull,
    range: numberOrNull,
    variance: numberOrNull,
    standardDeviation: numberOrNull,
    coefficientOfVariation: numberOrNull,
    median: numberOrNull,
    quantiles: Type.Array(Type.Object({ quantile: Type.Number(), value: numberOrNull })),
    mode: numberOrNull,
    minority: numberOrNull,
    variety: numberOrNull,
    values: Type.Optional(
      Type.Array(
        Type.Object({
          value: Type.Number(),
          cells: cellCount,
          share: Type.Number(),
          weight: Type.Optional(numberOrNull),
        }),
      ),
    ),
    approximate: Type.Optional(Type.Object({ relativeError: Type.Number() })),
    weight: Type.Optional(numberOrNull),
    weightedSum: Type.Optional(numberOrNull),
    weightedMean: Type.Optional(numberOrNull),
    weightedVariance: Type.Optional(numberOrNull),
    weightedStandardDeviation: Type.Optional(numberOrNull),
  },
});

export type StatisticsResult = Static<typeof statistics.result>;
