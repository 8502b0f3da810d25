import Type, { type Static } from 'typebox';
import { cellCount, Values } from '../schemas.ts';
import { noLines, operationContract } from './contract.ts';

/** Cells per combination of values. */
export const countedGroups = {
  /** Ascending by values; null is no data, and comes last. */
  groups: Type.Array(Type.Object({ values: Values, cells: cellCount })),
};

const squareMetres = Type.Optional(Type.Number({ minimum: 0 }));

/** Cells per combination of values, and their areas where these were summed. */
export const countedAreas = {
  /** The area of all cells, where `cellAreas` was chosen and cells differ in size. */
  squareMetres,
  /** As `countedGroups` says, with the area of the cells. */
  groups: Type.Array(Type.Object({ values: Values, cells: cellCount, squareMetres })),
};

export const cellAreas = {
  title: 'Areas of cells',
  description: 'Whether the true areas of cells on the ellipsoid are summed, where they differ from row to row.',
  inCatalog: Type.Boolean({ expected: 'true or false' }),
  inRequest: Type.Boolean({ description: 'That of counts of groups' }),
  hasOwnParts: true,
} as const;

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
