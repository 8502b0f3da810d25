import type { RedisClient } from '@cellshed/redis';
import { failureText, readFailure } from '@cellshed/telling';
import { Queue, Worker } from 'bullmq';
import type { Queues } from '../queues.ts';
import { PermanentFailure } from '../workers/permanent-failure.ts';

/** The names of the queues of the way before this one. */
const names = ['start', 'finish', 'compute', 'count', 'refresh', 'tally'] as const;

const refusal = 'this request was left by an older version of the service, which no longer runs: ask again';

/** The requests of the way before this one: what they answered stays readable. */
export function olderRequests({ redis, root }: Pick<Queues, 'redis' | 'root'>): Queue {
  const queue = new Queue('finish', { connection: redis, prefix: root, skipMetasUpdate: true });
  queue.on('error', () => undefined);
  return queue;
}

/**
 * Whether a failure is that of a request of the way before this one whose job was refused: the
 * sentence is its reason, or its reason only names the refused child.
 */
export function olderFailure(reason: string): string | undefined {
  if (readFailure(reason).cause.startsWith(refusal)) return refusal;
  return /^child .*:(start|compute|count):.* failed/.test(reason) ? refusal : undefined;
}

export interface OlderOptions {
  /** A connection for blocking reads: `maxRetriesPerRequest: null`. */
  readonly redis: RedisClient;
  readonly onError: (error: Error) => void;
}

const lookAgainMilliseconds = 30_000;

/**
 * Refuses the jobs that the way before this one has left, as soon as none of its workers is there
 * to do them.
 */
export function refuseOlder({ root }: Pick<Queues, 'root'>, { redis, onError }: OlderOptions) {
  const queues = names.map((name) => {
    const queue = new Queue(name, { connection: redis, prefix: root, skipMetasUpdate: true });
    queue.on('error', onError);
    return queue;
  });
  const refusing = new Map<string, Pick<Worker, 'close'>>();
  const look = async () => {
    for (const queue of queues) {
      if (refusing.has(queue.name)) continue;
      const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed', 'waiting-children');
      const areLeft = Object.values(counts).some((count) => count > 0);
      if (!areLeft || (await queue.getWorkersCount()) > 0) continue;
      refusing.set(queue.name, refuse(queue.name));
    }
  };
  const refuse = (name: string) => {
    const process = async () => {
      const failure = new PermanentFailure(refusal);
      // A gateway of the version before tells its clients, too.
      failure.message = failureText(failure);
      throw failure;
    };
    const worker = new Worker(name, process, { connection: redis, prefix: root });
    worker.on('error', onError);
    return worker;
  };
  let looking: Promise<void> | undefined;
  const lookOnce = () => {
    looking ??= look()
      .catch(onError)
      .finally(() => {
        looking = undefined;
      });
  };
  lookOnce();
  const timer = setInterval(lookOnce, lookAgainMilliseconds);
  return {
    close: async () => {
      clearInterval(timer);
      await looking;
      await Promise.all([...refusing.values(), ...queues].map((one) => one.close()));
    },
  };
}
