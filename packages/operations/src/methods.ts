import type { OperationType } from '@cellshed/contracts';
import { change } from './methods/change.ts';
import { groupedAverage } from './methods/grouped-average.ts';
import { groupedCount } from './methods/grouped-count.ts';
import { linesJoin } from './methods/lines-join.ts';
import type { Method } from './methods/method.ts';
import { statistics } from './methods/statistics.ts';
import { summary } from './methods/summary.ts';

/** The methods of all types of operations. */
const methods = { groupedCount, change, groupedAverage, linesJoin, summary, statistics } as const satisfies {
  readonly [Type in OperationType]: Pick<Method<Type, never>, 'describe'>;
};

/** A partial result: what counting some tiles yields, by the operation's type. Plain JSON. */
export type PartialResult = ReturnType<(typeof methods)[OperationType]['merge']>;

/** The method of a type, for callers that do not look into its parts. */
export function methodOf(type: OperationType): Method<OperationType, PartialResult> {
  return methods[type] as unknown as Method<OperationType, PartialResult>;
}
