import type { Job, JobsOptions } from 'bullmq';
import type { Static } from 'typebox';
import { chore, scheduled, watch } from './contracts/chore.ts';
import { compute } from './contracts/compute.ts';
import { count } from './contracts/count.ts';
import { finish } from './contracts/finish.ts';
import type { JobContract } from './contracts/job.ts';
import { refresh } from './contracts/refresh.ts';
import { start } from './contracts/start.ts';
import { tally } from './contracts/tally.ts';
import { firstTurn } from './turns.ts';

/**
 * The kinds of jobs, by their names. Queues, workers, the view of the queues and the check of job
 * data derive from this table.
 */
export const jobs = {
  start,
  finish,
  compute,
  count,
  refresh,
  tally,
  chore,
  scheduled,
  watch,
} as const satisfies Record<string, JobContract>;
export type Jobs = typeof jobs;

export type JobName = keyof Jobs;
export type JobData<Name extends JobName> = Static<Jobs[Name]['data']>;
export type JobResult<Name extends JobName> = Static<Jobs[Name]['result']>;

export type QueueName = Jobs[JobName]['queue'];
/** The kinds of jobs that stand in a queue. */
export type JobsIn<Queue extends QueueName> = {
  [Name in JobName]: Jobs[Name]['queue'] extends Queue ? Name : never;
}[JobName];

export const queueNames = [...new Set(Object.values(jobs).map(({ queue }) => queue))];

/** A job that a worker has taken, with its data in the form of this version. */
export interface TakenJob<Name extends JobName> {
  readonly data: JobData<Name>;
  readonly job: Job;
  readonly token: string;
}

/** The work on one kind of job. */
export type Take<Name extends JobName> = (job: TakenJob<Name>, signal: AbortSignal) => Promise<JobResult<Name>>;

/**
 * Options of a new job: tried three times, unless its contract differs. Jobs are taken in the order
 * of their turns, and those of one turn first come, first served. Ended jobs are removed by time
 * (`keeper`). A parent of priority 0 would go in front of those that wait longer.
 */
export function optionsOf(name: JobName, turn: number = firstTurn): JobsOptions {
  return {
    attempts: 3,
    backoff: { type: 'exponential', delay: 500 },
    priority: turn,
    ...jobs[name].options,
  };
}
