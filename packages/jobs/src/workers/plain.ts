import type { JobData, JobName, JobResult, Jobs, JobsIn } from '../jobs.ts';
import type { Queues } from '../queues.ts';
import { type RunningWorker, run, type Takers, type WorkerSettings } from './run.ts';

/** Does one kind of job from its data alone. Throws only errors that a retry may cure. */
export type Processor<Name extends JobName> = (data: JobData<Name>, signal: AbortSignal) => Promise<JobResult<Name>>;

/** Kinds of jobs that have a queue to themselves. */
type Lone = { [Name in JobName & Jobs[JobName]['queue']]: JobsIn<Name> extends Name ? Name : never }[JobName &
  Jobs[JobName]['queue']];

/** Takes the jobs of a kind that needs nothing beside its processor. */
export function runPlain<Name extends Lone>(
  queues: Queues,
  name: Name,
  process: Processor<Name>,
  settings: WorkerSettings,
): RunningWorker {
  const take = ({ data }: { readonly data: JobData<Name> }, signal: AbortSignal) => process(data, signal);
  return run(queues, name, settings, { [name]: take } as unknown as Takers<Name>);
}
