import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { openResultStore, openStore, redisLedger, requireAccess, resultCache, storeWatch } from '@cellshed/cache';
import { aheadNames } from '@cellshed/chores';
import { type Request, resultSchemaVersion } from '@cellshed/contracts';
import {
  type FailedJob,
  failureText,
  openComputations,
  openDemand,
  openDismissals,
  openEndedRequests,
  openPresence,
  openProgress,
  openQueueing,
  openRefreshes,
  openRequests,
  openRoster,
  openScratch,
  openShelf,
  openSpending,
  openStoreTroubles,
  type Scratch,
  seldom,
  type TroubledJob,
} from '@cellshed/jobs';
import { alsoTelling, callMeter, type Metrics, statesOf } from '@cellshed/metrics';
import { openOperations } from '@cellshed/operations';
import { type CountPool, openCountPool } from '@cellshed/pool';
import { rasterCacheOf } from '@cellshed/settings';
import { type Traces, traceCall } from '@cellshed/traces';
import { attemptLogger } from './attempt-logger.ts';
import type { WorkerConfig } from './config.ts';
import { drawnReader } from './drawn-reader.ts';
import { traceAttempt } from './measuring/attempt-tracer.ts';
import { attemptMeter } from './measuring/attempts.ts';
import { observeDisks } from './measuring/disks.ts';
import { observeThreads } from './measuring/threads.ts';
import { openForget } from './processors/forget.ts';
import { openKnownAnswers } from './processors/known-answers.ts';
import { openServedStale } from './processors/stale.ts';

export interface WorkerLogger {
  debug(details: object, message: string): void;
  info(message: string): void;
  warn(message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** The name by which this process is told from others: its machine and its number there. */
export const workerName = `${hostname()}:${process.pid}`;

export type Parts = Awaited<ReturnType<typeof openParts>>;

/**
 * Opens what processors work with: at once what all need, the rest when one first asks for it. The
 * stack closes all of it.
 */
export async function openParts(
  config: WorkerConfig,
  {
    logger,
    metrics,
    telemetry,
  }: { readonly logger: WorkerLogger; readonly metrics: Metrics } & Pick<Traces, 'telemetry'>,
  opened: AsyncDisposableStack,
) {
  const opening = {
    catalogPath: config.CATCHMENT_CATALOG,
    recheckMilliseconds: config.RECHECK_SECONDS * 1000,
    rasterCache: rasterCacheOf(config),
  };
  const watchOf = (what: string) =>
    storeWatch({
      onTrouble: (message) => logger.warn(`${what}: ${message}`),
      onWell: (message) => logger.info(`${what}: ${message}`),
      onCall: each(callMeter(metrics), traceCall),
    });
  const tallyWatch = watchOf('tallies (without them, cells are counted)');
  // The threads keep them; a URL that is wrong is told here.
  const unused = { watch: tallyWatch, onError: () => undefined };
  const tallies = config.TALLY_URL === undefined ? undefined : { url: config.TALLY_URL, ...unused };
  const operations = opened.adopt(await openOperations({ ...opening, tallies }), close);
  const queueing = opened.use(
    await openQueueing(config, {
      onError: (error) => logger.warn(error.message),
      onBack: (message) => logger.info(message),
      telemetry,
    }),
  );
  const { CACHE_URL, DRAWN_CACHE_URL, JOB_CACHE_URL, TALLY_URL } = config;
  await requireAccess({ CACHE_URL, DRAWN_CACHE_URL, JOB_CACHE_URL, TALLY_URL });
  const { queues, patient: redis, onError } = queueing;
  const timeoutMilliseconds = config.CACHE_TIMEOUT_SECONDS * 1000;
  const caching = {
    base: dirname(config.CATCHMENT_CATALOG),
    timeoutMilliseconds,
    watch: watchOf('cache'),
    onError: seldom((error) => logger.warn(`cache Redis (nothing is cached there while it is away): ${error.message}`)),
    onBack: () => logger.info('cache Redis is back'),
  };
  const storeStates = () => [...caching.watch.states(), ...tallyWatch.states()];
  opened.defer(metrics.observe('catchment_store_state', () => statesOf(storeStates())));
  opened.defer(observeDisks(metrics, [CACHE_URL, DRAWN_CACHE_URL, JOB_CACHE_URL, TALLY_URL], caching.base));
  const ended = opened.adopt(openEndedRequests(queues, queueing.now, onError), close);
  const told = alsoTelling(metrics, 'catchment_requests_total', ({ outcome }) => ended.add(outcome));
  const computations = openComputations(queues);
  const requests = openRequests(queues);
  const nameAhead = aheadNames(operations.catalog);
  const demand = opened.adopt(openDemand(queues, { onError }), close);
  const scratch = once(async (): Promise<Scratch> => {
    const url = config.JOB_CACHE_URL;
    return openScratch(queues, url ? opened.adopt(await openStore(url, caching), close) : undefined);
  });
  return {
    ...{ config, queues, operations, onError, computations, requests, scratch, demand, now: queueing.now },
    opened,
    /** Notes what people ask for. */
    onAsked: (asked: readonly Request[]) => demand.note(asked.flatMap((one) => nameAhead(one) ?? [])),
    presence: openPresence(queues),
    roster: openRoster(queues, queueing.now),
    storeTroubles: openStoreTroubles(queues, queueing.now),
    storeStates,
    dismissals: openDismissals(queues, { computations, requests }),
    forget: once(async () => openForget({ scratch: await scratch(), onError })),
    progress: openProgress(queues),
    spending: openSpending(queues, { cellsPerHour: config.CLIENT_CELLS_PER_HOUR }),
    shelf: openShelf(queues, { mostBytes: config.SHELF_LIMIT_BYTES }),
    settings: {
      name: workerName,
      redis,
      concurrency: config.JOB_CONCURRENCY,
      lockMilliseconds: config.JOB_LOCK_SECONDS * 1000,
      untilRight: queueing.untilRight,
      onError,
      onFailed: (failed: FailedJob) => logger.error(failed, failureText(failed)),
      onRests: (troubled: TroubledJob) => logger.warn(troubled, failureText(troubled, 'rests')),
      onAttempt: each(attemptMeter(told), attemptLogger(logger), traceAttempt),
    },
    /** The result cache, the refreshes of what is stale in it, and what is served of it. */
    caching: once(async () => {
      const drawnLedger = redisLedger({ client: redis, name: queues.key('drawn'), maxBytes: config.DRAWN_CACHE_BYTES });
      const stores = { url: config.CACHE_URL, drawnUrl: config.DRAWN_CACHE_URL, drawnLedger };
      const store = opened.adopt(await openResultStore({ ...stores, ...caching }), close);
      const lease = { leases: store.fence, timeoutMilliseconds: config.REFRESH_TIMEOUT_SECONDS * 1000 };
      const { watch } = caching;
      const results = resultCache({ store, schemaVersion: resultSchemaVersion, timeoutMilliseconds, watch });
      const mostWaiting = config.BACKGROUND_WAITING_LIMIT || Number.POSITIVE_INFINITY;
      const refreshes = openRefreshes({ queues, ...lease, mostWaiting, clock: Date.now });
      const opens = { scratch: await scratch(), onError };
      const servedStale = openServedStale({ refreshes, ...opens, clock: Date.now });
      return { results, refreshes, servedStale, knownAnswers: openKnownAnswers({ results, servedStale, ...opens }) };
    }),
    /** The threads that plan and count. */
    pool: once(async (): Promise<CountPool> => {
      const readDrawn = drawnReader(await scratch());
      const { TALLY_URL: tallyUrl, TILE_CACHE_BYTES: tileCacheBytes, COUNT_THREADS: threads } = config;
      const { catalog } = operations;
      const pool = opened.adopt(
        openCountPool({ ...opening, catalog, tallyUrl, tallyWatch, tileCacheBytes, threads, readDrawn, onError }),
        close,
      );
      opened.defer(observeThreads(metrics, pool));
      return pool;
    }),
  };
}

/** Calls all of these. */
function each<Told>(...listeners: readonly ((told: Told) => void)[]): (told: Told) => void {
  return (told) => {
    for (const listen of listeners) listen(told);
  };
}

function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opening: Promise<Value> | undefined;
  return () => {
    opening ??= open();
    return opening;
  };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
