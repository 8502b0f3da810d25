import type { CacheOutcome, RequestState } from '@cellshed/contracts';
import { readFailure } from '@cellshed/telling';
import type { Queue } from 'bullmq';
import type { Look, Looks } from './books/looks.ts';
import type { Progress, ProgressBook } from './books/progress.ts';
import type { Requests, WaitingRequest } from './books/requests.ts';
import type { AnswerForm } from './contracts/answer-form.ts';
import type { FinishResult } from './contracts/finish.ts';
import { olderFailure } from './older/older-queues.ts';
import type { Queues } from './queues.ts';
import type { RequestJob } from './request-job.ts';

/** The status of a request. */
export interface RequestStatus {
  readonly id: string;
  readonly operation: string;
  /** The requested form of the answer; absent: the default. */
  readonly answer?: AnswerForm;
  readonly state: RequestState;
  /** The reason of a failure, for clients. */
  readonly problem?: string;
  /** Whether the client caused the failure. */
  readonly refused?: boolean;
  /**
   * The time from which the same request may be sent again, if it was refused for now. Epoch
   * milliseconds.
   */
  readonly retryAt?: number;
  /** Present for a successful request. */
  readonly cache?: CacheOutcome;
  /** The hash of the result on the shelf, for a successful request. */
  readonly result?: string;
  readonly tiles?: Progress;
  /** The queue of its next job, until it has ended. */
  readonly standsIn?: 'start' | 'count' | 'finish';
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When work on it began. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
}

export interface StatusSources {
  readonly queues: Queues;
  /** Queues of requests beside `finish`, whose jobs have the members of a `RequestJob`. */
  readonly otherRequests?: () => readonly Queue[];
  readonly dismissals: { isDismissed(request: string): Promise<boolean> };
  readonly looks: Looks;
  readonly requests: Pick<Requests, 'read'>;
  readonly progress: Pick<ProgressBook, 'read'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** The queues whose jobs stand for requests. */
export function requestQueues({ queues, otherRequests = () => [] }: StatusSources): Queue[] {
  return [queues.finish, ...otherRequests()];
}

/** The age from which it is checked that the job of a request stands somewhere. */
const lostAfterMilliseconds = 10_000;

/**
 * Reads the status of a request; undefined if there is no such request, if it is older than the
 * retention, or if its job was lost with data of the queue.
 */
export async function readStatus(sources: StatusSources, id: string): Promise<RequestStatus | undefined> {
  const { looks, otherRequests = () => [] } = sources;
  const look = await looks.look(id);
  if (look) {
    const standsIn = placeOf(look);
    if (isOld(look.job, sources) && look.place === 'nowhere') return undefined;
    const status = statusIn(sources, look.job, look);
    return status && { ...status, ...(standsIn && { standsIn }) };
  }
  for (const queue of otherRequests()) {
    const job = await queue.getJob(id);
    if (!job) continue;
    if (isOld(job, sources) && (await job.getState()) === 'unknown') return undefined;
    return statusOf(sources, job as RequestJob);
  }
  return undefined;
}

/** Whether a job that has not ended may have been lost: it is older than adding it may take. */
function isOld(job: Pick<RequestJob, 'finishedOn' | 'timestamp'>, { clock }: Pick<StatusSources, 'clock'>): boolean {
  return job.finishedOn === undefined && clock() - job.timestamp > lostAfterMilliseconds;
}

function placeOf({ job, place, waiting }: Look): RequestStatus['standsIn'] {
  if (job.finishedOn !== undefined) return undefined;
  if (place !== 'children') return 'finish';
  return waiting ? 'count' : 'start';
}

/**
 * The status of a job's request; undefined if it is older than the retention, or if what it needs
 * was lost.
 */
export async function statusOf(sources: StatusSources, job: RequestJob): Promise<RequestStatus | undefined> {
  const { dismissals, requests, progress } = sources;
  const id = job.id as string;
  const [isDismissed, waiting] = await Promise.all([
    dismissals.isDismissed(id),
    isDone(job) ? undefined : requests.read(id),
  ]);
  return statusIn(sources, job, {
    isDismissed,
    waiting,
    tiles: waiting && (await progress.read(waiting.computations)),
  });
}

function isDone({ finishedOn, returnvalue }: RequestJob): boolean {
  return finishedOn !== undefined && returnvalue?.outcome === 'done';
}

/** The status by a request's job and what is kept beside it. */
function statusIn(
  { queues, clock }: Pick<StatusSources, 'queues' | 'clock'>,
  job: RequestJob,
  beside: Pick<Look, 'isDismissed' | 'waiting' | 'tiles'>,
): RequestStatus | undefined {
  const { operation, answer } = job.data;
  const { finishedOn, returnvalue } = job;
  if (finishedOn !== undefined && clock() - endedAt(job, finishedOn) > queues.retentionSeconds * 1000) return undefined;
  const tiles = returnvalue?.outcome === 'done' && isDone(job) ? doneTiles(returnvalue) : beside.tiles;
  const startedAt = startOf(job, beside.waiting);
  const end = beside.isDismissed ? ({ state: 'dismissed' } as const) : endOf(job, startedAt);
  return (
    end && {
      id: job.id as string,
      operation,
      ...(answer && { answer }),
      createdAt: job.timestamp,
      ...(startedAt !== undefined && { startedAt }),
      ...(finishedOn !== undefined && { finishedAt: finishedOn }),
      ...(tiles && { tiles }),
      ...end,
    }
  );
}

/**
 * The status of a request whose job has just returned a result, without a look at the queue;
 * undefined if the request is gone.
 */
export function statusOfEnded(
  { id, operation, answer }: Pick<RequestStatus, 'id' | 'operation' | 'answer'>,
  { createdAt, finishedAt }: { readonly createdAt: number; readonly finishedAt: number },
  returnvalue: FinishResult,
): RequestStatus | undefined {
  const job = { id, timestamp: createdAt, finishedOn: finishedAt, returnvalue, data: { operation } };
  const startedAt = startOf(job, undefined);
  const tiles = returnvalue.outcome === 'done' ? doneTiles(returnvalue) : undefined;
  const end = endOf(job, startedAt);
  return (
    end && {
      ...{ id, operation, ...(answer && { answer }), createdAt, finishedAt },
      ...(startedAt !== undefined && { startedAt }),
      ...(tiles && { tiles }),
      ...end,
    }
  );
}

function doneTiles({ tiles }: Extract<FinishResult, { outcome: 'done' }>): Progress | undefined {
  return tiles && { done: tiles.planned, ...tiles };
}

/**
 * When a job ended. The clock of the process that ended it may have been behind: a job ends after
 * it was made and taken.
 */
function endedAt({ timestamp, processedOn = timestamp }: RequestJob, finishedOn: number): number {
  return Math.max(timestamp, processedOn, finishedOn);
}

/** When work on a request began: before finish, which may have waited for a computation. */
function startOf({ processedOn, returnvalue }: RequestJob, waiting: WaitingRequest | undefined): number | undefined {
  if (returnvalue?.outcome === 'done' && returnvalue.startedAt !== undefined) return returnvalue.startedAt;
  return waiting?.startedAt ?? processedOn;
}

/** The state of a job's request, and what belongs to it; undefined if the request is gone. */
function endOf({ id, finishedOn, failedReason = '', returnvalue: result }: RequestJob, startedAt: number | undefined) {
  if (finishedOn === undefined) return { state: startedAt === undefined ? 'accepted' : 'running' } as const;
  // A job that succeeded in a later attempt still has the reason of an earlier failure.
  if (!result) {
    const problem = olderFailure(failedReason) ?? readFailure(failedReason).told;
    const untold = `job ${id} failed here: the log of the workers tells why, under this id`;
    return { state: 'failed', problem: problem ?? untold } as const;
  }
  if (result.outcome === 'refused') {
    const { problem, retryAt } = result;
    return { state: 'failed', problem, refused: true, ...(retryAt !== undefined && { retryAt }) } as const;
  }
  if (result.outcome === 'dismissed') return { state: 'dismissed' } as const;
  if (result.outcome === 'gone') return undefined;
  return { state: 'successful', cache: result.cache, result: result.result } as const;
}
