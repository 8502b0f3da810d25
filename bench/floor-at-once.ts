import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { median, type Table, type Value } from './findings.ts';

const run = promisify(execFile);

/** A program that does some work in one thread, and how it says what it took. */
export interface Work {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly cpuSecondsIn: (output: string) => number;
}

/** The CPU seconds of a program by itself, and of each of two that run at once. */
interface AtOnce {
  readonly one: number;
  readonly each: number;
}

/**
 * Measures how much more two cores of this machine do than one: CPU seconds of two processes that
 * do the same work at once, beside those of one. The cores share caches and memory, and may be
 * halves of one.
 */
export async function atOnceTable(works: readonly Work[], rounds: number): Promise<Table> {
  const found = new Map<Work, AtOnce[]>(works.map((work) => [work, []]));
  for (let round = 0; round < rounds; round++)
    for (const work of works)
      found.get(work)!.push({ one: await cpuSeconds(work, 1), each: await cpuSeconds(work, 2) });
  return {
    title: 'The same work by two processes at once',
    columns: ['', 'CPU seconds of one', 'CPU seconds of each of two', 'times as much work as one'],
    rows: Array.from(found, ([{ name }, measured]) => rowOf(name, measured)),
    notes: ['The last column is the most that two threads can gain here, if nothing else runs.'],
  };
}

function rowOf(name: string, measured: readonly AtOnce[]): Value[] {
  const [one, each] = [median(measured.map((took) => took.one)), median(measured.map((took) => took.each))];
  return [name, one, each, ((2 * one) / each).toFixed(2)];
}

/** The CPU seconds of each of so many processes that run at once, on average. */
async function cpuSeconds({ program, args, cpuSecondsIn }: Work, processes: number): Promise<number> {
  const runs = Array.from({ length: processes }, () => run(program, args, { maxBuffer: 2 ** 28 }));
  const outputs = await Promise.all(runs);
  return outputs.reduce((sum, { stdout }) => sum + cpuSecondsIn(stdout), 0) / processes;
}
