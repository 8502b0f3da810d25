import { StatusDocument } from '@cellshed/client';
import type { RequestStatus } from '@cellshed/jobs';
import Type, { type Static } from 'typebox';
import { datetimePattern, time } from '../http/datetime.ts';

/** The members of the query that are lists. */
export const filterLists = ['type', 'processID', 'status'] as const;

const list = <Item extends Type.TSchema>(item: Item) =>
  Type.Optional(
    Type.Array(item, { minItems: 1, maxItems: 20, explode: false, description: 'Alternatives, separated by commas' }),
  );
const seconds = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/** The members of a query that narrow the list of jobs. */
export const filterQuery = {
  type: list(Type.Enum(['process'])),
  processID: list(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$', description: 'the name of a process' })),
  status: list(StatusDocument.properties.status),
  datetime: Type.Optional(
    Type.String({
      pattern: datetimePattern(time),
      description:
        'a time such as 2026-11-21T12:00:00Z, or two with / between, .. for an open end: when the job was created',
    }),
  ),
  minDuration: seconds('Least seconds from start to end, or till now'),
  maxDuration: seconds('Most seconds from start to end, or till now'),
};
const FilterQuery = Type.Object(filterQuery);
type FilterQuery = Static<typeof FilterQuery>;

/** Makes the test whether a job fits a query. `now` is in epoch milliseconds. */
export function jobFilter(query: FilterQuery, now: number): (status: RequestStatus) => boolean {
  const { processID, status, minDuration = 0, maxDuration = Infinity } = query;
  const [from, to] = query.datetime === undefined ? [-Infinity, Infinity] : interval(query.datetime);
  const byDuration = query.minDuration !== undefined || query.maxDuration !== undefined;
  return ({ operation, state, createdAt, startedAt = Number.NaN, finishedAt = now }) => {
    const duration = (finishedAt - startedAt) / 1000;
    return (
      (processID?.includes(operation) ?? true) &&
      (status?.includes(state) ?? true) &&
      createdAt >= from &&
      createdAt <= to &&
      // A job that has not begun has no duration.
      (!byDuration || (duration >= minDuration && duration <= maxDuration))
    );
  };
}

/** The times in epoch milliseconds, with both ends included. */
function interval(text: string): [number, number] {
  const [from = '', to = from] = text.split('/');
  const isOpen = (end: string) => end === '' || end === '..';
  const begin = isOpen(from) ? -Infinity : Date.parse(from);
  const end = isOpen(to) ? Infinity : Date.parse(to);
  // A time without parts of a second means the whole second.
  return [begin, /\.\d+/.test(to) ? end : end + 999];
}
