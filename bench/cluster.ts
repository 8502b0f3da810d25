import { availableParallelism } from 'node:os';
import { startRedis } from '@catchment/local-redis';
import { gatewayReady, startCatchment, workerReady } from '../test/processes.ts';

export interface ClusterOptions {
  readonly catalog: string;
  /** A process for each list of roles (as `catchment worker --roles`). */
  readonly workers: readonly string[];
  /** Whether each worker that only counts has a core of its own. */
  readonly pinned?: boolean;
  /** Environment variables of them all. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A gateway, workers and their Redis, each a process of its own. */
export interface Cluster {
  readonly url: string;
  /** For commands that are to work with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Of the workers, in their order. */
  readonly workerPids: readonly number[];
  stop(): Promise<void>;
}

export async function startCluster({
  catalog,
  workers,
  pinned = false,
  env: others = {},
}: ClusterOptions): Promise<Cluster> {
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = { ...others, QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, PORT: '0' };
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  const counting = workers.filter((roles) => roles === 'count').map((_, i) => i % availableParallelism());
  const running = await Promise.all(
    workers.map((roles) => {
      const core = pinned && roles === 'count' ? counting.shift() : undefined;
      return startCatchment(['worker', '--roles', roles], env, workerReady, core);
    }),
  );
  return {
    url: gateway.said,
    env,
    workerPids: running.map(({ pid }) => pid),
    stop: async () => {
      await Promise.all([gateway, ...running].map((one) => one.stop()));
      await Promise.all([queue.stop(), cache.stop()]);
    },
  };
}
