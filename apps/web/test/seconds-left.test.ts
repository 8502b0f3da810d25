import type { StatusDocument } from '@cellshed/client';
import { secondsLeft } from '../src/answer/seconds-left.ts';
import { words } from '../src/words.ts';

/** A job that has counted tiles for so many seconds. */
function after(seconds: number, tiles: StatusDocument['tiles']): StatusDocument {
  const started = '2026-11-30T12:00:00.000Z';
  const updated = new Date(Date.parse(started) + 1000 * seconds).toISOString();
  const common = { jobID: '', processID: '', type: 'process', status: 'running', progress: 0 } as const;
  return { ...common, created: started, started, updated, links: [], ...(tiles && { tiles }) };
}

it('tiles that are left take as long as those before, and those of tallies took nothing', () => {
  expect(secondsLeft(after(6, { done: 12, planned: 40, tallied: 0 }))).toBe(14);
  expect(secondsLeft(after(6, { done: 12, planned: 40, tallied: 10 }))).toBe(84);
  expect(secondsLeft(after(6, { done: 40, planned: 40, tallied: 0 }))).toBe(0);
});

it('nothing is said before tiles were counted, or of a job that has just begun', () => {
  expect(secondsLeft(after(6, undefined))).toBeUndefined();
  expect(secondsLeft(after(6, { done: 10, planned: 40, tallied: 10 }))).toBeUndefined();
  expect(secondsLeft(after(0.2, { done: 12, planned: 40, tallied: 0 }))).toBeUndefined();
  const { started: _, ...waiting } = after(6, { done: 12, planned: 40, tallied: 0 });
  expect(secondsLeft(waiting)).toBeUndefined();
});

it.each([
  [undefined, 'Counting 12 of 40 tiles'],
  [0, 'Counting 12 of 40 tiles, about 1 s left'],
  [3.4, 'Counting 12 of 40 tiles, about 3 s left'],
  [119, 'Counting 12 of 40 tiles, about 119 s left'],
  [150, 'Counting 12 of 40 tiles, about 3 min left'],
])('%s seconds are said as “%s”', (seconds, text) => {
  expect(words.waiting.counting(12, 40, seconds)).toBe(text);
});
