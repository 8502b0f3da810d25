import { createHash } from 'node:crypto';
import type { ComputeInput, ComputeResult } from './compute.ts';
import { failureOf } from './failure.ts';
import { jobOptions, type Queues } from './queues.ts';

export type ComputationState =
  | { readonly state: 'pending' }
  | { readonly state: 'done'; readonly result: ComputeResult }
  | { readonly state: 'failed'; readonly reason: string }
  /** No such job: it was removed, by age or by hand. */
  | { readonly state: 'gone' };

/** The computations under way, one per key in the whole cluster, and the requests that wait for each. */
export interface Computations {
  /**
   * Starts the computation of a key, or finds the one under way, and enters the request among those that wait for it.
   * Answers its id; undefined when it is just being cancelled, so that the request must ask again a little later.
   */
  join(request: string, input: ComputeInput): Promise<string | undefined>;
  /** Takes the request from those that wait. When it was the last one, the computation is cancelled, wherever it runs. */
  leave(request: string, computation: string): Promise<void>;
  state(computation: string): Promise<ComputationState>;
  isCancelled(computation: string): Promise<boolean>;
  /** Lets all requests that wait look again, now. */
  wake(computation: string): Promise<void>;
}

/** Enters a request unless the computation is cancelled. KEYS: waiting, cancelled. ARGV: request, seconds. */
const enter = `
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return 1`;

/** Takes a request out; cancels when nobody is left. KEYS: waiting, cancelled. ARGV: request, seconds. */
const withdraw = `
if redis.call('SREM', KEYS[1], ARGV[1]) == 0 then return 0 end
if redis.call('SCARD', KEYS[1]) > 0 then return 0 end
redis.call('SET', KEYS[2], '1', 'EX', ARGV[2])
return 1`;

export function openComputations(queues: Queues): Computations {
  const { redis, key, compute, finish } = queues;
  const seconds = 2 * queues.retentionSeconds;
  const both = (computation: string) => [key('waiting', computation), key('cancelled', computation)] as const;
  return {
    join: async (request, input) => {
      const id = createHash('sha256').update(input.key).digest('hex');
      const job = await compute.add('compute', input, {
        ...jobOptions(queues.retentionSeconds),
        deduplication: { id },
      });
      const computation = job.id as string;
      const entered = await redis.eval(enter, 2, ...both(computation), request, seconds);
      return entered === 1 ? computation : undefined;
    },
    leave: async (request, computation) => {
      const cancelled = await redis.eval(withdraw, 2, ...both(computation), request, seconds);
      if (cancelled === 1) await redis.publish(key('cancel'), computation);
    },
    state: async (computation) => {
      const job = await compute.getJob(computation);
      if (!job) return { state: 'gone' };
      if (job.finishedOn === undefined) return { state: 'pending' };
      if (job.failedReason) return { state: 'failed', reason: await failureOf(queues, job.failedReason) };
      return { state: 'done', result: job.returnvalue };
    },
    isCancelled: async (computation) => (await redis.exists(key('cancelled', computation))) === 1,
    wake: async (computation) => {
      for (;;) {
        const requests = await redis.spop(key('waiting', computation), 100);
        if (requests.length === 0) return;
        await Promise.all(requests.map((request) => promote(finish, request)));
      }
    },
  };
}

/** A finish job that is not parked is under way, ended or gone: each sees for itself that the computation is over. */
async function promote(finish: Queues['finish'], request: string): Promise<void> {
  const job = await finish.getJob(request);
  if (job && (await job.isDelayed())) await job.promote().catch(() => undefined);
}
