import type { RequestStatus } from '@catchment/jobs';
import Type, { type Static } from 'typebox';
import { ProblemError } from './problem.ts';

const states = ['accepted', 'running', 'successful', 'failed', 'dismissed'];
const list = (description: string) =>
  Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 100, description, explode: false }));
const seconds = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/** By what the list of jobs can be narrowed; several values, separated by commas, are alternatives. */
export const filterQuery = {
  type: list('Of jobs: process'),
  processID: list('Ids of processes'),
  status: list(`Any of ${states.join(', ')}`),
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

/** Whether a job is meant. Throws a ProblemError (400) for a status or a time that is none. `now` in epoch milliseconds. */
export function jobFilter(query: FilterQuery, now: number): (status: RequestStatus) => boolean {
  const { minDuration = 0, maxDuration = Infinity } = query;
  const [types, processes, wanted] = [
    alternatives(query.type),
    alternatives(query.processID),
    alternatives(query.status),
  ];
  const wrong = wanted?.find((state) => !states.includes(state));
  if (wrong !== undefined) throw unexpected('status', wrong, `one of ${states.join(', ')}`);
  const [from, to] = query.datetime === undefined ? [-Infinity, Infinity] : interval(query.datetime);
  const byDuration = query.minDuration !== undefined || query.maxDuration !== undefined;
  return ({ operation, state, createdAt, startedAt = Number.NaN, finishedAt = now }) => {
    const duration = (finishedAt - startedAt) / 1000;
    return (
      (types?.includes('process') ?? true) &&
      (processes?.includes(operation) ?? true) &&
      (wanted?.includes(state) ?? true) &&
      createdAt >= from &&
      createdAt <= to &&
      // One that has not begun has no duration.
      (!byDuration || (duration >= minDuration && duration <= maxDuration))
    );
  };
}

function alternatives(values: readonly string[] | undefined): string[] | undefined {
  return values?.flatMap((value) => value.split(','));
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
  if (more.length > 0 || Number.isNaN(begin) || Number.isNaN(end) || begin > end) {
    throw unexpected(
      'datetime',
      text,
      'a time such as 2026-11-21T12:00:00Z, or two with / between, .. for an open end',
    );
  }
  return [begin, last];
}

function time(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
}

function unexpected(member: string, value: string, expected: string): ProblemError {
  return new ProblemError(400, `${member}: is ${JSON.stringify(value.slice(0, 100))}, expected ${expected}`);
}
