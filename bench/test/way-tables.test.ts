import type { Value } from '../findings.ts';
import type { Kind, Measured, Subject } from '../way-subject.ts';
import { wayTables } from '../way-tables.ts';

const subject = (name: string) => ({ name }) as Subject;
const [service, other, bare] = [subject('ours'), subject('theirs'), subject('BullMQ alone')];

/** Ten requests, each with so many calls, CPU milliseconds and milliseconds. */
const measured = (calls: number, cpu: number, milliseconds: number): Measured => ({
  requests: 10,
  milliseconds: Array(10).fill(milliseconds),
  seconds: milliseconds / 100,
  usage: {
    seconds: 1,
    commands: { queue: { get: calls * 10, 'client|no-evict': 0.1 } },
    cpu: { worker: cpu * 10 },
    redisCpu: {},
  },
  results: 10,
});

const found = (one: Subject, kind: Kind): Measured => {
  if (one === bare) return kind === 'hit' ? measured(145, 1, 2) : measured(210, 2, 3);
  return kind === 'hit' ? measured(150, 5, 8) : measured(430, 15, one === other ? 40 : 20);
};

const swept = [service, other].map((one) => {
  return { service: one, results: 900, seconds: 3, usage: measured(90, 180, 1).usage, commandMilliseconds: 900 };
});
const [ratios, requests, sweeps, commands] = wayTables({ services: [service, other], bare, found, swept });
const rowOf = (rows: readonly (readonly Value[])[] | undefined, what: string) =>
  rows?.find(([first]) => first === what);

it('own commands are those over the bare graph of the same request', () => {
  expect(rowOf(ratios?.rows, 'commands over the bare graph, hit')?.slice(2)).toEqual([5, 5]);
  const [own] = rowOf(ratios?.rows, 'commands over the bare graph, small miss')?.slice(2) ?? [];
  expect(own).toBeCloseTo(220);
});

it('a small miss is compared with a hit, and a version with the first one', () => {
  expect(rowOf(ratios?.rows, 'CPU, small miss ÷ hit')).toEqual(['CPU, small miss ÷ hit', 'at most 2', 3, 3]);
  expect(rowOf(ratios?.rows, 'median time, small miss ÷ hit')?.slice(2)).toEqual([2.5, 5]);
  expect(rowOf(ratios?.rows, '… ÷ those of the first version')?.slice(2)).toEqual([1, 0.5]);
});

it('figures are for one request, and large ones have none for many at once', () => {
  const row = rowOf(requests?.rows, 'miss of 2.5e8 cells, ours');
  expect(row?.[3]).toBe(15);
  expect(row?.slice(-2)).toEqual([undefined, undefined]);
});

it('figures of a sweep are for one result', () => {
  expect(rowOf(sweeps?.rows, 'ours')?.slice(1)).toEqual([900, 3, expect.closeTo(1, 2), 2, 1]);
});

it('commands that hardly ever come are left out', () => {
  expect(commands?.rows).toEqual([['get', 145, 210, 150, 430, 150, 430]]);
});
