import { dirname } from 'node:path';
import { openResultStore, requireAccess } from '@cellshed/cache';
import { openWarmFailures, openWarming } from '@cellshed/chores';
import { openBackground, openComputations, openEndings, openQueueing } from '@cellshed/jobs';
import { openOperations } from '@cellshed/operations';
import type { Settings } from '@cellshed/settings';

export const warmSettings = [
  'QUEUE_REDIS_URL',
  'QUEUE_PREFIX',
  'CACHE_URL',
  'JOB_RETENTION_SECONDS',
  'RECHECK_SECONDS',
] as const;

export interface WarmingOptions {
  readonly settings: Settings<(typeof warmSettings)[number]>;
  readonly catalogPath: string;
  /** Is called with errors that happen beside the jobs. */
  readonly onError: (error: Error) => void;
}

/** Opens all that warming needs: catalog, queues, cache. Nothing is left open when it throws. */
export async function openWarmingHere({ settings, catalogPath, onError }: WarmingOptions) {
  await using opened = new AsyncDisposableStack();
  const recheckMilliseconds = settings.RECHECK_SECONDS * 1000;
  const operations = opened.adopt(await openOperations({ catalogPath, recheckMilliseconds }), close);
  const { queues, patient: redis } = opened.use(await openQueueing(settings, { onError }));
  const endings = opened.adopt(await openEndings(queues, { queue: queues.count, redis, onError }), close);
  await requireAccess({ CACHE_URL: settings.CACHE_URL });
  const caching = { url: settings.CACHE_URL, base: dirname(catalogPath), timeoutMilliseconds: 10_000, onError };
  const store = opened.adopt(await openResultStore(caching), close);
  const failures = openWarmFailures(queues);
  const computations = openComputations(queues);
  const kept = opened.move();
  return {
    ...{ catalog: operations.catalog, queues, endings, computations, failures },
    background: openBackground(queues, computations),
    ...openWarming({ operations, store, failures }),
    close: () => kept.disposeAsync(),
  };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
