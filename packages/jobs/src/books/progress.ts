import type { Queues } from '../queues.ts';
import { scriptsOn } from '../script.ts';
import { report } from './computation-scripts.ts';

/** The tiles of the computations of one request. */
export interface Progress {
  readonly done: number;
  readonly planned: number;
  /** The done tiles that came from tallies and were not counted. */
  readonly tallied: number;
}

/**
 * The progress of computations that were cut into batches: one number per batch, so that a batch
 * that is counted again is not added twice.
 */
export interface ProgressBook {
  report(computation: string, batch: number, tilesDone: number): Promise<void>;
  /** The tiles of some computations together; undefined if none has a plan. */
  read(computations: readonly string[]): Promise<Progress | undefined>;
}

export function openProgress({ redis, key }: Queues): ProgressBook {
  const call = scriptsOn(redis, { report });
  return {
    report: async (computation, batch, tilesDone) => {
      await call.report([key('computation', computation)], [`b:${batch}`, tilesDone]);
    },
    read: async (computations) =>
      progressIn(await Promise.all(computations.map((one) => redis.hgetall(key('computation', one))))),
  };
}

/** The tiles of some computations together, by their fields in Redis. */
export function progressIn(computations: readonly Record<string, string>[]): Progress | undefined {
  const planned = computations.flatMap((fields) => progressOf(fields) ?? []);
  if (planned.length === 0) return undefined;
  const sum = (member: keyof Progress) => planned.reduce((total, one) => total + one[member], 0);
  return { done: sum('done'), planned: sum('planned'), tallied: sum('tallied') };
}

function progressOf({ planned, tallied = '0', ...fields }: Record<string, string>): Progress | undefined {
  if (planned === undefined) return undefined;
  const batches = Object.entries(fields).filter(([name]) => name.startsWith('b:'));
  const done = batches.reduce((sum, [, tiles]) => sum + Number(tiles), Number(tallied));
  // A worker that was lost with its plan may have reported batches of that plan.
  return { done: Math.min(done, Number(planned)), planned: Number(planned), tallied: Number(tallied) };
}
