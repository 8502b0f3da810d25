import { backgroundPriority, openTurns, turnOfBatch, turnOfScore } from '../src/turns.ts';

it('a request has its turn after as many others as its client has requests that wait', () => {
  const turns = openTurns();
  const many = Array.from({ length: 5 }, (_, i) => turns.next('many', { ofClient: i + 1, served: 0 }));
  expect(many).toEqual([1, 2, 3, 4, 5]);
  expect(turns.next('few', { ofClient: 1, served: 2 })).toBe(3);
  expect(turns.next('few', { ofClient: 1, served: 4 })).toBe(5);
});

it('a request never goes before an earlier one of its client', () => {
  const turns = openTurns();
  expect(turns.next('a', { ofClient: 100, served: 7 })).toBe(107);
  expect(turns.next('a', { ofClient: 60, served: 20 })).toBe(107);
  expect(turns.next('a', { ofClient: 90, served: 30 })).toBe(120);
});

it('nothing is held against a client of which nothing waits, or when nothing waits at all', () => {
  const turns = openTurns();
  turns.next('a', { ofClient: 100, served: 7 });
  expect(turns.next('a', { ofClient: 1, served: 7 })).toBe(8);
  turns.next('b', { ofClient: 100, served: 7 });
  turns.clear();
  expect(turns.next('b', { ofClient: 2, served: 0 })).toBe(2);
});

it('the batches of a computation take turns, also with later requests, and stay before the background', () => {
  expect([0, 3, 4, 8].map((batch) => turnOfBatch(10, batch))).toEqual([11, 11, 12, 13]);
  const late = openTurns().next('a', { ofClient: 2 ** 22, served: 5 });
  expect(late).toBeLessThan(backgroundPriority);
  expect(turnOfBatch(late, 10_000)).toBeLessThan(backgroundPriority);
  expect(turnOfBatch(backgroundPriority, 10_000)).toBe(backgroundPriority);
});

it('the turn of a job is read from its score, whatever its number in the queue', () => {
  const scores = [1, backgroundPriority].flatMap((turn) => [0, 2 ** 32 - 1].map((number) => turn * 2 ** 32 + number));
  expect(scores.map(turnOfScore)).toEqual([1, 1, backgroundPriority, backgroundPriority]);
});
