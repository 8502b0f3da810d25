import type { Static } from 'typebox';
import { lineSource, operationContract } from './contract.ts';
import { countedGroups } from './grouped-count.ts';

/** The cells on lines in the area, per combination of values. */
export const linesJoin = operationContract({
  type: 'linesJoin',
  rasters: [1, 8],
  roles: {},
  lines: lineSource,
  choices: {},
  tallies: 'never',
  members: countedGroups,
});

export type LinesJoinResult = Static<typeof linesJoin.result>;
