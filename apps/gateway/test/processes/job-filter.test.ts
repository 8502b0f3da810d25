import { datetimePattern, time } from '../../src/http/datetime.ts';
import { jobFilter } from '../../src/processes/job-filter.ts';

const noon = Date.parse('2026-11-21T12:00:00.500Z');
const job = { id: 'j', operation: 'cover', state: 'successful' as const, createdAt: noon };
const now = noon + 60_000;

it.each([
  ['2026-11-21T12:00:00Z', true],
  ['2026-11-21T11:59:59Z', false],
  ['2026-11-21T12:00:00.4Z', false],
  ['2026-11-21T13:00:00+01:00', true],
  ['2026-11-21T12:00:00Z/..', true],
  ['2026-11-21T12:00:01Z/..', false],
  ['../2026-11-21T12:00:00Z', true],
  ['/2026-11-21T11:59:59Z', false],
  ['2026-11-21T11:00:00Z/2026-11-21T12:00:00Z', true],
  ['../..', true],
])('a job created half a second past noon is in %s: %s', (datetime, fits) => {
  expect(datetime).toMatch(new RegExp(datetimePattern(time)));
  expect(jobFilter({ datetime }, now)(job)).toBe(fits);
});

it.each(['yesterday', '', '2026-11-21', '2026-11-21T12:00:00Z/soon', '../../..', '2026-13-41T12:00:00Z'])(
  'datetime %j is none',
  (datetime) => {
    expect(datetime).not.toMatch(new RegExp(datetimePattern(time)));
  },
);

it('a duration counts from the start to the end, or to now, and what has not begun has none', () => {
  const fits = (query: object, times: object) => jobFilter(query, now)({ ...job, ...times });
  const ended = { startedAt: noon, finishedAt: noon + 2000 };
  expect([fits({ minDuration: 2 }, ended), fits({ minDuration: 3 }, ended)]).toEqual([true, false]);
  expect([fits({ maxDuration: 2 }, ended), fits({ maxDuration: 1 }, ended)]).toEqual([true, false]);
  expect([fits({ minDuration: 60 }, { startedAt: noon }), fits({ minDuration: 61 }, { startedAt: noon })]).toEqual([
    true,
    false,
  ]);
  expect([fits({ minDuration: 0 }, {}), fits({}, {})]).toEqual([false, true]);
});

it('several processes or states are alternatives, and all filters must fit', () => {
  expect(jobFilter({ processID: ['soil', 'cover'] }, now)(job)).toBe(true);
  expect(jobFilter({ processID: ['soil'] }, now)(job)).toBe(false);
  expect(jobFilter({ status: ['failed', 'successful'], processID: ['cover'] }, now)(job)).toBe(true);
  expect(jobFilter({ status: ['failed'], processID: ['cover'] }, now)(job)).toBe(false);
});
