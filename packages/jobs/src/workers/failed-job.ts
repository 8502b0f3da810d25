import { type AnyRequest, areaText, type Request } from '@cellshed/contracts';
import { readFailure } from '@cellshed/telling';
import type { Job } from 'bullmq';
import { type CausedBy, causedBy } from '../contracts/caused-by.ts';
import { membersOf } from '../contracts/request.ts';
import type { QueueName } from '../jobs.ts';
import type { Queues } from '../queues.ts';

/** A job that cannot go on now, for the operator of the workers. */
export interface TroubledJob extends CausedBy {
  readonly kind: string;
  readonly job: string;
  readonly operation: string;
  /** `table/id`, or `drawn/HASH`; of several the first one, and the number of the others. */
  readonly area: string;
  readonly cause: string;
}

/** A job that will not be tried again. */
export interface FailedJob extends TroubledJob {
  /** The jobs of clients that fail with it, by the ids that clients poll. */
  readonly jobIds: readonly string[];
}

/**
 * The report of a failed job; undefined if another job of its computation was reported already. All
 * batches of a computation fail together, usually with one cause.
 */
export async function failedJob(
  queues: Queues,
  queue: QueueName,
  { job, error }: { readonly job: Job; readonly error: unknown },
): Promise<FailedJob | undefined> {
  const computation = job.name === 'compute' ? job.id : (job.data as { computation?: string }).computation;
  const isBatch = job.name === 'count' && computation !== undefined;
  if (isBatch && !(await isFirst(queues, computation))) return undefined;
  return {
    ...troubledJob(job, error),
    jobIds: await jobIdsOf(queues, queue, { job, computation }),
  };
}

/** The report of a job that an error has interrupted, and that goes on later. */
export function troubledJob(job: Job, error: unknown): TroubledJob {
  return {
    ...causedBy(job.data),
    kind: job.name,
    job: job.id as string,
    ...subjectOf(job),
    cause: readFailure(error instanceof Error ? error.message : String(error)).cause,
  };
}

/** A report in one line. */
export function failureText({ kind, operation, area, cause }: TroubledJob, what = 'failed'): string {
  return `${kind} job ${what}: ${operation} of ${area}: ${cause}`;
}

interface JobData {
  readonly operation?: string | readonly string[];
  /** Members of a chore. */
  readonly kind?: string;
  readonly table?: string | readonly string[];
  readonly file?: string;
  readonly operations?: readonly string[];
  readonly ask?: JobData;
  readonly schedule?: string;
  readonly request?: AnyRequest;
  readonly requests?: readonly Request[];
  readonly chunk?: { readonly tier: number; readonly row: number; readonly column: number };
}

/** The operation and the area of any job; the job's own name if its data have neither. */
export function subjectOf({
  name,
  data,
}: {
  readonly name: string;
  readonly data: JobData;
}): Pick<FailedJob, 'operation' | 'area'> {
  const { request = data, requests, chunk, ask = data, schedule } = data;
  if ('kind' in ask) {
    const what = ask.table ?? ask.file ?? ask.operations ?? schedule;
    return { operation: ask.kind as string, area: what === undefined ? 'no area' : [what].flat().join(', ') };
  }
  if (chunk) {
    const { tier, row, column } = chunk;
    return { operation: data.operation as string, area: `chunk ${tier}/${row}/${column}` };
  }
  if (requests === undefined && !isRequest(request))
    return { operation: String(data.operation ?? name), area: 'no area' };
  const members = requests ?? membersOf(request as AnyRequest);
  const [first] = members;
  const more = members.length > 1 ? ` and ${members.length - 1} more` : '';
  return {
    operation: requests ? (first?.operation ?? '') : (request as AnyRequest).operation,
    area: first ? `${areaText(first.area)}${more}` : 'no area',
  };
}

function isRequest(data: object): data is AnyRequest {
  return 'operation' in data && ('area' in data || 'members' in data);
}

async function jobIdsOf(
  { redis, key }: Queues,
  queue: QueueName,
  { job, computation }: { readonly job: Job; readonly computation: string | undefined },
): Promise<string[]> {
  if (queue === 'finish') return [job.id as string];
  if (queue === 'start') return job.parent?.id === undefined ? [] : [job.parent.id];
  if (computation === undefined) return [];
  const fields = await redis.hkeys(key('computation', computation));
  return fields.flatMap((field) => (field.startsWith('w:') ? [field.slice(2)] : [])).sort();
}

async function isFirst({ redis, key, retentionSeconds }: Queues, computation: string): Promise<boolean> {
  return (await redis.set(key('told', computation), '1', 'EX', retentionSeconds, 'NX')) === 'OK';
}
