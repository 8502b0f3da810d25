import { failureOf } from './failure.ts';
import type { FinishInput, FinishResult } from './finish.ts';
import type { Progress } from './progress.ts';
import type { Queues } from './queues.ts';
import type { Request } from './request.ts';

export type RequestState = 'accepted' | 'running' | 'successful' | 'failed' | 'dismissed';

/** Where a request stands. */
export interface RequestStatus {
  readonly id: string;
  readonly request: Request;
  readonly state: RequestState;
  /** Why it failed. */
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

interface StatusSources {
  readonly queues: Queues;
  readonly dismissals: { isDismissed(request: string): Promise<boolean> };
  readonly progress: { read(computation: string): Promise<Progress | undefined> };
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** Reads where a request stands; undefined when there is no such request, or it is older than the retention. */
export async function readStatus(sources: StatusSources, id: string): Promise<RequestStatus | undefined> {
  const { queues, dismissals, progress, clock } = sources;
  const [job, dismissed] = await Promise.all([queues.finish.getJob(id), dismissals.isDismissed(id)]);
  if (!job) return undefined;
  if (job.finishedOn !== undefined && clock() - job.finishedOn > queues.retentionSeconds * 1000) return undefined;
  const { computation, ...request } = job.data;
  const tiles = computation === undefined ? undefined : await progress.read(computation);
  return {
    id,
    request,
    createdAt: job.timestamp,
    ...(job.processedOn !== undefined && { startedAt: job.processedOn }),
    ...(job.finishedOn !== undefined && { finishedAt: job.finishedOn }),
    ...(tiles && { tiles }),
    ...(dismissed ? { state: 'dismissed' as const } : await outcome(queues, job)),
  };
}

interface FinishJob {
  readonly finishedOn?: number;
  readonly failedReason?: string;
  readonly processedOn?: number;
  readonly returnvalue: FinishResult | null;
  readonly data: FinishInput;
}

async function outcome(queues: Queues, job: FinishJob) {
  if (job.finishedOn === undefined) return { state: job.processedOn === undefined ? 'accepted' : 'running' } as const;
  const result = job.returnvalue;
  // A job that was done in a later attempt still has the reason why an earlier one failed.
  if (!result) return { state: 'failed', problem: await failureOf(queues, job.failedReason ?? '') } as const;
  if (result.outcome === 'refused') return { state: 'failed', problem: result.problem, refused: true } as const;
  if (result.outcome === 'dismissed') return { state: 'dismissed' } as const;
  return { state: 'successful', cache: result.cache, result: result.result } as const;
}
