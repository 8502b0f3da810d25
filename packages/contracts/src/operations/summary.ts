import Type, { type Static } from 'typebox';
import { cellCount, numberOrNull, valueSum } from '../schemas.ts';
import { cellAreas, dataAreas, squareMetres } from './cell-areas.ts';
import { noLines, operationContract } from './contract.ts';

/** The least, mean and greatest value of each raster. */
export const summary = operationContract({
  type: 'summary',
  rasters: [1, 8],
  roles: {},
  lines: noLines,
  choices: { cellAreas },
  tallies: 'always',
  members: {
    /** That of all cells. */
    squareMetres,
    /** One for each raster, in their order. */
    summaries: Type.Array(
      Type.Object({
        raster: Type.String(),
        /** null: no cell of the area has data; so with average and max. */
        min: numberOrNull,
        /** The mean of the cells with data, each by its share. */
        average: numberOrNull,
        /** The sum of the same, each by its share. */
        sum: valueSum,
        max: numberOrNull,
        /** Cells with data. */
        cells: cellCount,
        /** Cells without. */
        noData: cellCount,
        ...dataAreas,
      }),
    ),
  },
});

export type SummaryResult = Static<typeof summary.result>;
