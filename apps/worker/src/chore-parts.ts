import { dirname } from 'node:path';
import { isInProcess, openResultStore } from '@cellshed/cache';
import { openWarmFailures, openWarming } from '@cellshed/chores';
import { openChores, openEndings, openRenewals } from '@cellshed/jobs';
import { openCurrentVersions } from '@cellshed/operations';
import type { Parts } from './parts.ts';

/** The time that a chore waits for one answer of the cache. */
const timeoutMilliseconds = 10_000;

/** Opens what chores work with. The stack closes all of it. */
export async function openChoreParts(
  { config, queues, operations, settings, onError, computations, demand }: Omit<Parts, 'chore'>,
  opened: AsyncDisposableStack,
) {
  const { CACHE_URL: url, DRAWN_CACHE_URL: drawnUrl, CATCHMENT_CATALOG: path, RECHECK_SECONDS: recheck } = config;
  const store = opened.adopt(
    await openResultStore({ url, drawnUrl, base: dirname(path), timeoutMilliseconds, onError }),
    (one) => one.close(),
  );
  const endingsOf = async (queue: 'count' | 'tally') =>
    opened.adopt(await openEndings(queues, { queue: queues[queue], redis: settings.redis, onError }), (one) =>
      one.close(),
    );
  const versions = opened.adopt(
    openCurrentVersions(operations.catalog, { recheckMilliseconds: 1000 * recheck }),
    (one) => one.close(),
  );
  const failures = openWarmFailures(queues);
  return {
    ...{ queues, operations, store, computations, demand, failures, versions, onError },
    warming: openWarming({ operations, store, failures }),
    endings: await endingsOf('count'),
    tallyEndings: await endingsOf('tally'),
    archives: { folder: config.ARCHIVE_DIR, mostBytes: config.ARCHIVE_LIMIT_BYTES },
    isCacheInProcess: isInProcess(url),
    cellsPerHour: config.RENEW_CELLS_PER_HOUR,
    renewals: openRenewals(queues),
    chores: openChores(queues),
    catalog: operations.catalog,
  };
}
