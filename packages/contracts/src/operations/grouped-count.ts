import Type, { type Static } from 'typebox';
import { cellCount, Values } from '../schemas.ts';
import { cellAreas, squareMetres } from './cell-areas.ts';
import { noLines, operationContract } from './contract.ts';

/** Cells per combination of values. */
export const countedGroups = {
  /** Ascending by values; null is no data, and comes last. */
  groups: Type.Array(Type.Object({ values: Values, cells: cellCount })),
};

/** Cells per combination of values, and their areas where these were summed. */
export const countedAreas = {
  /** That of all cells. */
  squareMetres,
  /** As `countedGroups` says, with the area of the cells. */
  groups: Type.Array(Type.Object({ values: Values, cells: cellCount, squareMetres })),
};

export const groupedCount = operationContract({
  type: 'groupedCount',
  many: 'groupedCountMany',
  rasters: [1, 8],
  roles: {},
  lines: noLines,
  choices: { cellAreas },
  tallies: 'wholeNumbers',
  members: countedAreas,
});

export type GroupedCountResult = Static<typeof groupedCount.result>;
