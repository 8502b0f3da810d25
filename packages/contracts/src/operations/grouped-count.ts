import Type, { type Static } from 'typebox';
import { cellCount, Values } from '../schemas.ts';
import { noLines, operationContract } from './contract.ts';

/** Cells per combination of values. */
export const countedGroups = {
  /** Ascending by values; null is no data, and comes last. */
  groups: Type.Array(Type.Object({ values: Values, cells: cellCount })),
};

export const groupedCount = operationContract({
  type: 'groupedCount',
  many: 'groupedCountMany',
  rasters: [1, 8],
  roles: {},
  lines: noLines,
  choices: {},
  tallies: 'wholeNumbers',
  members: countedGroups,
});

export type GroupedCountResult = Static<typeof groupedCount.result>;
