import Type, { type Static } from 'typebox';
import { cellCount, numberOrNull, Values, valueSum } from '../schemas.ts';
import { cellAreas, dataAreas, squareMetres } from './cell-areas.ts';
import { noLines, operationContract } from './contract.ts';

/** The average of a target raster per combination of values of others. */
export const groupedAverage = operationContract({
  type: 'groupedAverage',
  rasters: [0, 8],
  roles: { target: 'required' },
  lines: noLines,
  choices: { cellAreas },
  tallies: 'wholeNumbers',
  members: {
    /** That of all cells. */
    squareMetres,
    /** Ascending by values; without rasters to group by one group, whose values are empty. */
    groups: Type.Array(
      Type.Object({
        values: Values,
        /** The mean of the target's cells with data, each by its share; null: there are none. */
        average: numberOrNull,
        /** The sum of the same, each by its share. */
        sum: valueSum,
        /** Cells where the target has data. */
        cells: cellCount,
        /** Cells where it has none. */
        noData: cellCount,
        ...dataAreas,
      }),
    ),
  },
});

export type GroupedAverageResult = Static<typeof groupedAverage.result>;
