import { readFailure } from '@catchment/telling';
import type { Job } from 'bullmq';
import { nobody } from './computations.ts';
import { type QueueName, type Queues, queueNames } from './queues.ts';
import { type AnyRequest, membersOf, type Request } from './request.ts';

/** A job that will not be tried again, for whoever looks after the workers. */
export interface FailedJob {
  readonly queue: QueueName;
  readonly job: string;
  readonly operation: string;
  /** `table/id`, or `drawn/HASH`; of several the first one, and how many more there are. */
  readonly area: string;
  readonly cause: string;
  /** The requests that fail with it, by the ids that clients poll. */
  readonly requests: readonly string[];
}

/**
 * What is told of a job that has failed; undefined when another job of its computation was told of
 * already: all batches of a computation fail together, mostly with one cause.
 */
export async function failedJob(
  queues: Queues,
  queue: QueueName,
  { job, error }: { readonly job: Job; readonly error: unknown },
): Promise<FailedJob | undefined> {
  const computation = queue === 'compute' ? job.id : (job.data as { computation?: string }).computation;
  const isBatch = queue === 'count' && computation !== undefined;
  if (isBatch && !(await isFirst(queues, computation))) return undefined;
  return {
    queue,
    job: job.id as string,
    ...subjectOf(job.data),
    cause: readFailure(error instanceof Error ? error.message : String(error)).cause,
    requests: await requestsOf(queues, queue, { job, computation }),
  };
}

/** As one line. */
export function failureText({ queue, operation, area, cause }: FailedJob): string {
  return `${queue} job failed: ${operation} of ${area}: ${cause}`;
}

interface JobData {
  readonly operation?: string;
  readonly request?: AnyRequest;
  readonly requests?: readonly Request[];
  readonly chunk?: { readonly tier: number; readonly row: number; readonly column: number };
}

/** What any of the queues' jobs is about. */
function subjectOf(data: JobData): Pick<FailedJob, 'operation' | 'area'> {
  const { request = data as unknown as AnyRequest, requests, chunk } = data;
  if (chunk) {
    const { tier, row, column } = chunk;
    return { operation: data.operation as string, area: `chunk ${tier}/${row}/${column}` };
  }
  const members = requests ?? membersOf(request);
  const [first] = members;
  const more = members.length > 1 ? ` and ${members.length - 1} more` : '';
  return {
    operation: requests ? (first?.operation ?? '') : request.operation,
    area: first ? `${areaText(first)}${more}` : 'no area',
  };
}

function areaText({ area }: Request): string {
  return 'drawn' in area ? `drawn/${area.drawn}` : `${area.table}/${area.id}`;
}

async function requestsOf(
  { redis, key }: Queues,
  queue: QueueName,
  { job, computation }: { readonly job: Job; readonly computation: string | undefined },
): Promise<string[]> {
  if (queue === 'finish') return [job.id as string];
  if (queue === 'start') return job.parent?.id === undefined ? [] : [job.parent.id];
  if (computation === undefined) return [];
  const waiting = await redis.smembers(key('waiting', computation));
  return waiting.filter((request) => request !== nobody).sort();
}

async function isFirst({ redis, key, retentionSeconds }: Queues, computation: string): Promise<boolean> {
  return (await redis.set(key('told', computation), '1', 'EX', retentionSeconds, 'NX')) === 'OK';
}

/**
 * Whether a reason that the queue itself gives names another job, whose failure is told of by
 * itself.
 */
export function isOfChild({ prefix }: Queues, reason: string): boolean {
  return queueNames.some((name) => reason.startsWith(`child ${prefix}:${name}:`));
}
