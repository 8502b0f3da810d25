import { dirname } from 'node:path';
import { isInProcess, openStore, type ResultCache, resultCache, storeWatch } from '@cellshed/cache';
import { resultSchemaVersion } from '@cellshed/contracts';
import { openRefreshes, type Queues, type Refreshes } from '@cellshed/jobs';
import { callMeter, type Metrics, statesOf } from '@cellshed/metrics';
import { traceCall } from '@cellshed/traces';
import type { GatewayConfig } from '../config.ts';

/** The results of well-known areas as a gateway reads them. */
export interface AnswerCache {
  readonly results: ResultCache;
  readonly refreshes: Refreshes;
  close(): Promise<void>;
}

type AnswerCacheConfig = Pick<
  GatewayConfig,
  'CACHE_URL' | 'CACHE_TIMEOUT_SECONDS' | 'CATCHMENT_CATALOG' | 'REFRESH_TIMEOUT_SECONDS' | 'BACKGROUND_WAITING_LIMIT'
>;

/**
 * Opens the workers' cache of results. Undefined: the settings name none, or one that only workers
 * can read; then each answer takes a job. The gateway starts also while the cache is away.
 */
export async function openAnswerCache(
  config: AnswerCacheConfig,
  {
    queues,
    metrics,
    onError,
  }: { readonly queues: Queues; readonly metrics: Metrics; readonly onError: (error: Error) => void },
): Promise<AnswerCache | undefined> {
  const { CACHE_URL: url, CATCHMENT_CATALOG: catalog } = config;
  if (url === undefined || isInProcess(url)) return undefined;
  const timeoutMilliseconds = 1000 * config.CACHE_TIMEOUT_SECONDS;
  const measure = callMeter(metrics);
  const watch = storeWatch({
    onTrouble: (message) => onError(new Error(message)),
    onCall: (call) => {
      measure(call);
      traceCall(call);
    },
  });
  const store = await openStore(url, { base: dirname(catalog), timeoutMilliseconds, watch, onError });
  const unobserve = metrics.observe('catchment_store_state', () => statesOf(watch.states()));
  return {
    results: resultCache({ store, schemaVersion: resultSchemaVersion, timeoutMilliseconds }),
    refreshes: openRefreshes({
      ...{ queues, leases: store.fence, clock: Date.now },
      timeoutMilliseconds: 1000 * config.REFRESH_TIMEOUT_SECONDS,
      mostWaiting: config.BACKGROUND_WAITING_LIMIT || Number.POSITIVE_INFINITY,
    }),
    close: () => {
      unobserve();
      return store.close();
    },
  };
}
