import { readFailure } from '@catchment/telling';
import type { Queue } from 'bullmq';
import type { AnswerForm } from './answer-form.ts';
import type { EchoInput } from './echo.ts';
import { failureOf } from './failure.ts';
import type { FinishInput, FinishResult } from './finish.ts';
import type { Progress } from './progress.ts';
import type { Queues } from './queues.ts';

export type RequestState = 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';

/** Where a request stands. */
export interface RequestStatus {
  readonly id: string;
  readonly operation: string;
  /** How it wants to be answered; absent: as it is by default. */
  readonly answer?: AnswerForm;
  readonly state: RequestState;
  /** Why it failed, as clients hear it. */
  readonly problem?: string;
  /** Whether the fault lies with what was asked. */
  readonly refused?: boolean;
  /** Known when it is successful. */
  readonly cache?: 'hit' | 'miss' | 'stale';
  /** Where the result lies on the shelf, when it is successful. */
  readonly result?: string;
  readonly tiles?: Progress;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

export interface StatusSources {
  readonly queues: Queues;
  /** Requests that are not in the queues: those of the echo process. */
  readonly echoes?: { readonly jobs: Queue<EchoInput> } | undefined;
  readonly dismissals: { isDismissed(request: string): Promise<boolean> };
  readonly progress: { read(computation: string): Promise<Progress | undefined> };
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The job by which a request is known. */
export interface RequestJob {
  readonly id?: string;
  readonly timestamp: number;
  readonly processedOn?: number;
  readonly finishedOn?: number;
  readonly failedReason?: string;
  readonly returnvalue: FinishResult | null;
  readonly data: Pick<FinishInput, 'operation' | 'answer' | 'computation'>;
}

/** Where the jobs are by which requests are known. */
export function requestQueues({ queues, echoes }: StatusSources): Queue[] {
  return [queues.finish, ...(echoes ? [echoes.jobs] : [])];
}

/**
 * Reads where a request stands; undefined when there is no such request, or it is older than the
 * retention.
 */
export async function readStatus(sources: StatusSources, id: string): Promise<RequestStatus | undefined> {
  const jobs: (RequestJob | undefined)[] = await Promise.all(requestQueues(sources).map((queue) => queue.getJob(id)));
  const job = jobs.find((found) => found !== undefined);
  return job && statusOf(sources, job);
}

/** Where the request of a job stands; undefined when it is older than the retention. */
export async function statusOf(sources: StatusSources, job: RequestJob): Promise<RequestStatus | undefined> {
  const { queues, dismissals, progress, clock } = sources;
  const { operation, answer, computation } = job.data;
  const id = job.id as string;
  if (job.finishedOn !== undefined && clock() - job.finishedOn > queues.retentionSeconds * 1000) return undefined;
  const [dismissed, tiles] = await Promise.all([
    dismissals.isDismissed(id),
    computation === undefined ? undefined : progress.read(computation),
  ]);
  return {
    id,
    operation,
    ...(answer && { answer }),
    createdAt: job.timestamp,
    ...(job.processedOn !== undefined && { startedAt: job.processedOn }),
    ...(job.finishedOn !== undefined && { finishedAt: job.finishedOn }),
    ...(tiles && { tiles }),
    ...(dismissed ? { state: 'dismissed' as const } : await outcome(queues, job)),
  };
}

async function outcome(queues: Queues, job: RequestJob) {
  if (job.finishedOn === undefined) return { state: job.processedOn === undefined ? 'accepted' : 'running' } as const;
  const result = job.returnvalue;
  // A job that was done in a later attempt still has the reason why an earlier one failed.
  if (!result) return { state: 'failed', problem: await problemOf(queues, job) } as const;
  if (result.outcome === 'refused') return { state: 'failed', problem: result.problem, refused: true } as const;
  if (result.outcome === 'dismissed') return { state: 'dismissed' } as const;
  return { state: 'successful', cache: result.cache, result: result.result } as const;
}

async function problemOf(queues: Queues, { id, failedReason = '' }: RequestJob): Promise<string> {
  const { told } = readFailure(await failureOf(queues, failedReason));
  return told ?? `job ${id} failed here: the log of the workers tells why, under this id`;
}
