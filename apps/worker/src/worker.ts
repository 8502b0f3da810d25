import { dirname } from 'node:path';
import { openStore, resultCache } from '@catchment/cache';
import {
  connectPatiently,
  openComputations,
  openDismissals,
  openProgress,
  openQueues,
  openShelf,
  type RunningWorker,
  requireRedis,
  runCompute,
  runCount,
  runFinish,
  runStart,
} from '@catchment/jobs';
import { openOperations, resultSchemaVersion } from '@catchment/operations';
import type { WorkerConfig } from './config.ts';
import { openCountPool } from './count-pool.ts';
import { computeProcessor } from './processors/compute.ts';
import { countProcessor } from './processors/count.ts';
import { finishProcessor } from './processors/finish.ts';
import { startProcessor } from './processors/start.ts';

/** What a worker can do; `finish` also answers compute jobs. */
export const roles = ['start', 'finish', 'count'] as const;
export type Role = (typeof roles)[number];

export interface WorkerLogger {
  info(message: string): void;
  warn(message: string): void;
}

/**
 * Starts a worker with these roles: it takes jobs when this resolves. Throws a sentence when the catalog is wrong or Redis not
 * as needed. `close` goes on with the jobs under way for the configured grace; what is not done then goes to another worker.
 */
export async function startWorker(
  config: WorkerConfig,
  wanted: readonly Role[],
  logger: WorkerLogger,
): Promise<{ close(): Promise<void> }> {
  const opening = { catalogPath: config.CATCHMENT_CATALOG, recheckMilliseconds: config.RECHECK_SECONDS * 1000 };
  const operations = await openOperations(opening);
  const onError = (error: Error) => logger.warn(error.message);
  const redis = connectPatiently(config.QUEUE_REDIS_URL, onError);
  await requireRedis(redis, config.QUEUE_REDIS_URL);
  const queues = openQueues({ redis, prefix: config.QUEUE_PREFIX, retentionSeconds: config.JOB_RETENTION_SECONDS });
  const shelf = openShelf(queues);
  const store = await openStore(config.CACHE_URL, { base: dirname(config.CATCHMENT_CATALOG) });
  const results = resultCache({ store, schemaVersion: resultSchemaVersion });
  const computations = openComputations(queues);
  const dismissals = openDismissals(queues, computations);
  const books = { computations, progress: openProgress(queues) };
  const pool = openCountPool({ ...opening, threads: config.COUNT_THREADS, shelf });
  const settings = {
    redis,
    concurrency: config.JOB_CONCURRENCY,
    lockMilliseconds: config.JOB_LOCK_SECONDS * 1000,
    onError,
  };
  const run: Record<Role, () => RunningWorker[]> = {
    start: () => [runStart(queues, startProcessor({ operations, results }), settings)],
    finish: () => [
      runFinish(queues, computations, finishProcessor({ results, shelf, computations, dismissals }), settings),
      runCompute(
        queues,
        books,
        computeProcessor({
          operations,
          pool,
          results,
          shelf,
          tilesPerBatch: config.TILES_PER_JOB,
          drawnLifetimeMilliseconds: config.DRAWN_LIFETIME_SECONDS * 1000,
          clock: Date.now,
        }),
        settings,
      ),
    ],
    count: () => [
      runCount(queues, books, countProcessor({ pool }), { ...settings, concurrency: config.COUNT_THREADS }),
    ],
  };
  const running = [...new Set(wanted)].flatMap((role) => run[role]());
  logger.info(`worker takes ${wanted.join(', ')} jobs`);
  return {
    close: async () => {
      await Promise.all(running.map((one) => one.close(config.SHUTDOWN_GRACE_SECONDS * 1000)));
      await pool.close();
      await queues.close();
      await store.close();
      await operations.close();
      redis.disconnect();
    },
  };
}
