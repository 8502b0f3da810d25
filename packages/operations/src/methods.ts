import type { Definition } from '@catchment/catalog';
import type { TProperties } from 'typebox';
import { groupedAverage } from './methods/grouped-average.ts';
import { groupedCount } from './methods/grouped-count.ts';
import { linesJoin } from './methods/lines-join.ts';
import type { Method } from './methods/method.ts';
import { statistics } from './methods/statistics.ts';
import { summary } from './methods/summary.ts';

/** How each type of operation is done. */
export const methods = { groupedCount, groupedAverage, linesJoin, summary, statistics } as const;

/** What counting some tiles yields; which one, the operation's type says. Plain JSON. */
export type PartialResult = ReturnType<(typeof methods)[Definition['type']]['merge']>;

/** The method of a type, for callers that do not look into what it yields. */
export function methodOf(type: Definition['type']): Method<Definition, PartialResult, TProperties> {
  return methods[type] as unknown as Method<Definition, PartialResult, TProperties>;
}
