import { createHash } from 'node:crypto';
import type { Job, JobsOptions } from 'bullmq';
import type { ComputeInput, ComputeResult, Plan } from './compute.ts';
import { failureOf } from './failure.ts';
import { backgroundPriority, type ComputeData, jobOptions, type Queues } from './queues.ts';

export type ComputationState =
  | { readonly state: 'pending' }
  | { readonly state: 'done'; readonly result: ComputeResult }
  | { readonly state: 'failed'; readonly reason: string }
  /** No such job: it was removed, by age or by hand. */
  | { readonly state: 'gone' };

/**
 * The computations under way, one per key in the whole cluster, and the requests that wait for
 * each.
 */
export interface Computations {
  /**
   * Starts the computation of a key, or finds the one under way, and enters the request among those
   * that wait for it. Answers its id; undefined when it is just being cancelled, so that the
   * request must ask again a little later.
   */
  join(request: string, input: ComputeInput): Promise<string | undefined>;
  /**
   * Starts the computation of a key for nobody, behind all that people wait for, or finds the one
   * under way. Then it goes on whoever joins and leaves. Answers as `join` does.
   */
  begin(input: ComputeInput): Promise<string | undefined>;
  /**
   * Takes the request from those that wait. When it was the last one, the computation is cancelled,
   * wherever it runs.
   */
  leave(request: string, computation: string): Promise<void>;
  state(computation: string): Promise<ComputationState>;
  isCancelled(computation: string): Promise<boolean>;
  /** Whether a request waits for it. */
  isAwaited(computation: string): Promise<boolean>;
  /** Lets all requests that wait look again, now. */
  wake(computation: string): Promise<void>;
}

/**
 * Enters a request, or nobody, unless the computation is cancelled. Answers 2 if it was begun for
 * nobody and a request waits for it. KEYS: waiting, cancelled. ARGV: request, seconds, nobody.
 */
const enter = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
if redis.call('SCARD', KEYS[1]) < 2 then return 1 end
return 1 + redis.call('SISMEMBER', KEYS[1], ARGV[3])`;

/**
 * Takes a request out; cancels when nobody is left. KEYS: waiting, cancelled. ARGV: request,
 * seconds.
 */
const withdraw = `
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('SCARD', KEYS[1]) > 0 then return 0 end
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
return 1`;

/** Stands among those that wait for a computation that was begun for nobody. */
export const nobody = 'nobody';

export function openComputations(queues: Queues): Computations {
  const { redis, key, compute, finish } = queues;
  const seconds = 2 * queues.retentionSeconds;
  const both = (computation: string) => [key('waiting', computation), key('cancelled', computation)] as const;
  const add = async (input: ComputeInput, waiting: string, options: JobsOptions) => {
    const id = createHash('sha256').update(input.key).digest('hex');
    const job = await compute.add('compute', input, {
      ...jobOptions(queues.retentionSeconds),
      ...options,
      deduplication: { id },
    });
    const computation = job.id as string;
    const entered = await redis.eval(enter, 2, ...both(computation), waiting, seconds, nobody);
    return { computation, entered };
  };
  return {
    join: async (request, input) => {
      const { computation, entered } = await add(input, request, {});
      if (entered === 2) await hastenIfBehind(queues, computation);
      return entered === 0 ? undefined : computation;
    },
    begin: async (input) => {
      const inBackground = { ...input, background: true };
      const { computation, entered } = await add(inBackground, nobody, {
        priority: backgroundPriority,
        // There may be a hundred thousand: whoever began it hears of its end, and finds the result
        // in the cache.
        removeOnComplete: true,
      });
      // Who joined before nobody was entered could not tell that it stood behind.
      if (entered === 2) await hastenIfBehind(queues, computation);
      return entered === 0 ? undefined : computation;
    },
    leave: async (request, computation) => {
      const cancelled = await redis.eval(withdraw, 2, ...both(computation), request, seconds);
      if (cancelled === 1) await redis.publish(key('cancel'), computation);
    },
    state: async (computation) => {
      const job = await compute.getJob(computation);
      if (!job) return { state: 'gone' };
      if (job.finishedOn === undefined) return { state: 'pending' };
      // A job that was done in a later attempt still has the reason why an earlier one failed.
      if (job.returnvalue) return { state: 'done', result: job.returnvalue };
      return { state: 'failed', reason: await failureOf(queues, job.failedReason) };
    },
    isCancelled: async (computation) => (await redis.exists(key('cancelled', computation))) === 1,
    isAwaited: async (computation) => {
      const [all, begun] = await Promise.all([
        redis.scard(key('waiting', computation)),
        redis.sismember(key('waiting', computation), nobody),
      ]);
      return all > begun;
    },
    wake: async (computation) => {
      for (;;) {
        const requests = await redis.spop(key('waiting', computation), 100);
        if (requests.length === 0) return;
        await Promise.all(requests.map((request) => promote(finish, request)));
      }
    },
  };
}

/** Unless it stands there already: the first one who joined has hastened it. */
async function hastenIfBehind(queues: Queues, computation: string): Promise<void> {
  const job = await queues.compute.getJob(computation);
  if (job && job.priority !== 0) await hasten(queues, job);
}

/**
 * Lets a computation that was begun for nobody, and its batches, stand where those stand that
 * people wait for.
 */
export async function hasten({ count }: Queues, job: Job<ComputeData>): Promise<void> {
  const hastenBatch = async (batch: string) => {
    const counting = await count.getJob(batch);
    if (counting && counting.finishedOn === undefined) await raise(counting);
  };
  await Promise.all(batchIds(job.id as string, job.data.plan).map(hastenBatch));
  // Last: who is killed before leaves it to the next one.
  await raise(job);
}

async function raise(job: Job): Promise<void> {
  // One that is not behind would go to the end of its queue.
  if (job.priority === 0) return;
  // It may have ended and gone in between.
  await job.changePriority({ priority: 0 }).catch(() => undefined);
}

/**
 * The ids of a plan's count jobs, made from their parent's, so that a planning that is done again
 * after a crash adds none twice; and from what is counted, as rasters may be replaced, and tallies
 * be left, in between.
 */
export function batchIds(computation: string, plan: Pick<Plan, 'batches' | 'fingerprint'> | undefined): string[] {
  const { batches = 0, fingerprint } = plan ?? {};
  return Array.from({ length: batches }, (_, batch) => `${computation}-${batch}-of-${batches}-${fingerprint}`);
}

/**
 * A finish job that is not parked is under way, ended or gone: each sees for itself that the
 * computation is over.
 */
async function promote(finish: Queues['finish'], request: string): Promise<void> {
  const job = await finish.getJob(request);
  if (job && (await job.isDelayed())) await job.promote().catch(() => undefined);
}
