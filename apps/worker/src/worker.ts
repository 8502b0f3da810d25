import { dirname } from 'node:path';
import { openResultStore, openStore, redisLedger, resultCache } from '@catchment/cache';
import {
  connectPatiently,
  type FailedJob,
  failureText,
  openComputations,
  openDismissals,
  openProgress,
  openQueues,
  openRefreshes,
  openScratch,
  openShelf,
  type RunningWorker,
  requireRedis,
  runCompute,
  runCount,
  runFinish,
  runRefresh,
  runStart,
  runTally,
  seldom,
} from '@catchment/jobs';
import { openOperations, resultSchemaVersion } from '@catchment/operations';
import { rasterCacheOf } from '@catchment/settings';
import type { WorkerConfig } from './config.ts';
import { openCountPool } from './count-pool.ts';
import { computeProcessor } from './processors/compute.ts';
import { countProcessor } from './processors/count.ts';
import { finishProcessor } from './processors/finish.ts';
import { refreshProcessor } from './processors/refresh.ts';
import { startProcessor } from './processors/start.ts';
import { tallyProcessor } from './processors/tally.ts';

/** What a worker can do; `finish` also answers compute and refresh jobs. */
export const roles = ['start', 'finish', 'count'] as const;
export type Role = (typeof roles)[number];

export interface WorkerLogger {
  info(message: string): void;
  warn(message: string): void;
  error(details: object, message: string): void;
}

/**
 * Starts a worker with these roles: it takes jobs when this resolves. Throws a sentence when the
 * catalog is wrong or Redis not as needed; nothing is left open then. `close` goes on with the jobs
 * under way for the configured grace; what is not done then goes to another worker.
 */
export async function startWorker(
  config: WorkerConfig,
  wanted: readonly Role[],
  logger: WorkerLogger,
): Promise<{ close(): Promise<void> }> {
  await using opened = new AsyncDisposableStack();
  const opening = {
    catalogPath: config.CATCHMENT_CATALOG,
    recheckMilliseconds: config.RECHECK_SECONDS * 1000,
    rasterCache: rasterCacheOf(config),
  };
  const onError = seldom((error) => logger.warn(error.message));
  // The threads keep them; a URL that is wrong is told here.
  const tallies = config.TALLY_URL === undefined ? undefined : { url: config.TALLY_URL, onError };
  const operations = opened.adopt(await openOperations({ ...opening, tallies }), close);
  const redis = opened.adopt(connectPatiently(config.QUEUE_REDIS_URL, onError), disconnect);
  await requireRedis(redis, config.QUEUE_REDIS_URL);
  const retentionSeconds = config.JOB_RETENTION_SECONDS;
  const queues = opened.adopt(openQueues({ redis, prefix: config.QUEUE_PREFIX, retentionSeconds }), close);
  const shelf = openShelf(queues, { mostBytes: config.SHELF_LIMIT_BYTES });
  const timeoutMilliseconds = config.CACHE_TIMEOUT_SECONDS * 1000;
  const caching = {
    base: dirname(config.CATCHMENT_CATALOG),
    timeoutMilliseconds,
    onError: (error: Error) => logger.warn(`cache Redis (nothing is cached while it is away): ${error.message}`),
  };
  const drawnLedger = redisLedger({ client: redis, name: queues.key('drawn'), maxBytes: config.DRAWN_CACHE_BYTES });
  const stores = { url: config.CACHE_URL, drawnUrl: config.DRAWN_CACHE_URL, drawnLedger };
  const store = opened.adopt(await openResultStore({ ...stores, ...caching }), close);
  const jobStore = config.JOB_CACHE_URL && opened.adopt(await openStore(config.JOB_CACHE_URL, caching), close);
  const scratch = openScratch(queues, jobStore || undefined);
  const results = resultCache({ store, schemaVersion: resultSchemaVersion, timeoutMilliseconds });
  const computations = openComputations(queues);
  const dismissals = openDismissals(queues, computations);
  const refreshes = openRefreshes({
    queues,
    leases: store.fence,
    timeoutMilliseconds: config.REFRESH_TIMEOUT_SECONDS * 1000,
    clock: Date.now,
  });
  const books = { computations, progress: openProgress(queues) };
  const pool = opened.adopt(
    openCountPool({
      ...opening,
      catalog: operations.catalog,
      tallyUrl: config.TALLY_URL,
      tileCacheBytes: config.TILE_CACHE_BYTES,
      threads: config.COUNT_THREADS,
      scratch,
      onError,
    }),
    close,
  );
  const settings = {
    redis,
    concurrency: config.JOB_CONCURRENCY,
    lockMilliseconds: config.JOB_LOCK_SECONDS * 1000,
    onError,
    onFailed: (failed: FailedJob) => logger.error(failed, failureText(failed)),
  };
  const mostResultBytes = config.RESULTS_LIMIT_BYTES;
  const refreshing = { refreshes, onError, clock: Date.now };
  const run: Record<Role, () => RunningWorker[]> = {
    start: () => [runStart(queues, startProcessor({ operations, results }), settings)],
    finish: () => [
      runFinish(
        queues,
        computations,
        finishProcessor({ results, shelf, scratch, computations, dismissals, mostResultBytes, ...refreshing }),
        settings,
      ),
      runRefresh(queues, refreshProcessor({ results, computations, refreshes }), settings),
      runCompute(
        queues,
        books,
        computeProcessor({
          operations,
          pool,
          results,
          shelf,
          scratch,
          tilesPerBatch: config.TILES_PER_JOB,
          cellLimit: config.CELL_LIMIT,
          mostResultBytes,
          drawnLifetimeMilliseconds: config.DRAWN_LIFETIME_SECONDS * 1000,
          ...refreshing,
        }),
        settings,
      ),
    ],
    count: () => [
      runCount(queues, books, countProcessor({ pool, scratch }), { ...settings, concurrency: config.COUNT_THREADS }),
      runTally(queues, tallyProcessor({ pool }), { ...settings, concurrency: config.COUNT_THREADS }),
    ],
  };
  const running = [...new Set(wanted)].flatMap((role) => run[role]());
  const graceMilliseconds = config.SHUTDOWN_GRACE_SECONDS * 1000;
  opened.defer(async () => void (await Promise.all(running.map((one) => one.close(graceMilliseconds)))));
  logger.info(`worker takes ${wanted.join(', ')} jobs`);
  const kept = opened.move();
  return { close: () => kept.disposeAsync() };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}

async function disconnect(one: { disconnect(): void }): Promise<void> {
  one.disconnect();
}
