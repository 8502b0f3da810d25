import { availableParallelism } from 'node:os';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { gatewayReady, startCatchment, workerReady } from '../test/processes.ts';

export interface ClusterOptions {
  readonly catalog: string;
  /** A process for each list of roles (as `catchment worker --roles`); `all` plays them all. */
  readonly workers: readonly string[];
  /** Whether each worker that only counts has a core of its own. */
  readonly pinned?: boolean;
  /** Environment variables of them all. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder of another version of this repository, whose gateway and workers they are. */
  readonly checkout?: string;
}

/** A gateway, workers and their Redis, each a process of its own. */
export interface Cluster {
  readonly url: string;
  /** The environment of commands that work with the cluster. */
  readonly env: Readonly<Record<string, string>>;
  readonly gatewayPid: number;
  /** The process ids of the workers, in their order. */
  readonly workerPids: readonly number[];
  /** The URLs of the gateway's metrics, and of each worker that has METRICS_PORT. */
  readonly metricsUrls: readonly string[];
  /** The Redis of the queues, and that of the cache. */
  readonly queue: PrivateRedis;
  readonly cache: PrivateRedis;
  stop(): Promise<void>;
}

export async function startCluster({
  catalog,
  workers,
  pinned = false,
  env: others = {},
  checkout,
}: ClusterOptions): Promise<Cluster> {
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = { ...others, QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, PORT: '0' };
  const gateway = await startCatchment(['gateway'], env, gatewayReady, { checkout });
  const counting = workers.filter((roles) => roles === 'count').map((_, i) => i % availableParallelism());
  const running = await Promise.all(
    workers.map((roles) => {
      const core = pinned && roles === 'count' ? counting.shift() : undefined;
      const played = roles === 'all' ? [] : ['--roles', roles];
      return startCatchment(['worker', ...played], env, workerReady, { core, checkout });
    }),
  );
  return {
    url: gateway.said,
    env,
    gatewayPid: gateway.pid,
    workerPids: running.map(({ pid }) => pid),
    metricsUrls: [
      `${gateway.said}/metrics`,
      ...running.flatMap(({ output }) => {
        const [, place] = /metrics of the worker are on ([\d.:]+)/.exec(output()) ?? [];
        return place === undefined ? [] : [`http://${place}/metrics`];
      }),
    ],
    queue,
    cache,
    stop: async () => {
      await Promise.all([gateway, ...running].map((one) => one.stop()));
      await Promise.all([queue.stop(), cache.stop()]);
    },
  };
}
