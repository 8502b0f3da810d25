import Type, { type Static } from 'typebox';
import { cellCount, numberOrNull } from '../schemas.ts';
import { cellAreas } from './cell-areas.ts';
import { noLines, operationContract } from './contract.ts';
import { countedAreas } from './grouped-count.ts';

/** The figures of a class, each of the same kind: cells, or square metres. */
const turnover = {
  /** In the first raster. */
  before: cellCount,
  /** In the second. */
  after: cellCount,
  /** In both, at the same place. */
  kept: cellCount,
  /** In the second only. */
  gains: cellCount,
  /** In the first only. */
  losses: cellCount,
  /** Gains less losses. */
  net: Type.Number(),
};

/** The change from one raster to another of the same kind. */
export const change = operationContract({
  type: 'change',
  rasters: [2, 2],
  roles: {},
  lines: noLines,
  choices: { cellAreas },
  tallies: 'wholeNumbers',
  members: {
    /** The cells of each pair of values, from the first raster to the second. */
    ...countedAreas,
    /** Each value of either raster, ascending; null is no data, and comes last. */
    classes: Type.Array(
      Type.Object({
        value: numberOrNull,
        ...turnover,
        /** The same in square metres, where the areas of cells were summed. */
        squareMetres: Type.Optional(Type.Object(turnover)),
      }),
    ),
  },
});

export type ChangeResult = Static<typeof change.result>;
