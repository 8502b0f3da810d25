import { StatusDocument } from '@catchment/client';
import type { RequestStatus } from '@catchment/jobs';
import Type, { type Static } from 'typebox';
import { ProblemError } from './problem.ts';

const names = ['type', 'processID', 'status'] as const;
const list = <Item extends Type.TSchema>(item: Item) =>
  Type.Optional(Type.Array(item, { maxItems: 20, explode: false, description: 'Alternatives, separated by commas' }));
const seconds = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/** By what the list of jobs can be narrowed. */
export const filterQuery = {
  type: list(Type.Enum(['process'])),
  processID: list(Type.String({ pattern: '^[a-z][a-z0-9_-]{0,62}$' })),
  status: list(StatusDocument.properties.status),
  datetime: Type.Optional(
    Type.String({
      maxLength: 100,
      description: 'When the job was created: a time (RFC 3339), or two with a slash between, .. for an open end',
    }),
  ),
  minDuration: seconds('Least seconds from start to end, or till now'),
  maxDuration: seconds('Most seconds from start to end, or till now'),
};
const FilterQuery = Type.Object(filterQuery);
type FilterQuery = Static<typeof FilterQuery>;

/** Takes the lists of a query apart, before it is validated. */
export function splitLists(query: Record<string, unknown>): void {
  for (const name of names) {
    if (query[name] !== undefined) query[name] = [query[name]].flat().flatMap((text) => String(text).split(','));
  }
}

/** Whether a job is meant. Throws a ProblemError (400) for a time that is none. `now` in epoch milliseconds. */
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
      // One that has not begun has no duration.
      (!byDuration || (duration >= minDuration && duration <= maxDuration))
    );
  };
}

/** In epoch milliseconds, both ends included. */
function interval(text: string): [number, number] {
  const [from = '', to = from, ...more] = text.split('/');
  const open = (end: string) => end === '' || end === '..';
  const isInterval = text.includes('/');
  const begin = isInterval && open(from) ? -Infinity : time(from);
  const end = isInterval && open(to) ? Infinity : time(to);
  // What is written without parts of a second means all of it.
  const last = /\.\d+/.test(to) ? end : end + 999;
  if (more.length > 0 || Number.isNaN(begin) || Number.isNaN(end)) {
    const expected = 'a time such as 2026-11-21T12:00:00Z, or two with / between, .. for an open end';
    throw new ProblemError(400, `datetime: is ${JSON.stringify(text)}, expected ${expected}`);
  }
  return [begin, last];
}

function time(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
}
