import type { JobsOptions } from 'bullmq';
import type { TSchema } from 'typebox';

/** The part of the workers that takes jobs of some kinds. */
export type WorkerRole = 'start' | 'finish' | 'count' | 'chore';

/** A kind of job: what goes in, what comes out, who takes it, how it is kept. */
export interface JobContract {
  /** The queue in which its jobs stand. */
  readonly queue: string;
  readonly role: WorkerRole;
  readonly data: TSchema;
  readonly result: TSchema;
  /** Options that differ from those of all jobs. */
  readonly options: JobsOptions;
}
