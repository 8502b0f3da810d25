import { dirname } from 'node:path';
import { decodeHeader, entryHeaderBytes, openResultStore, requireAccess, type Store } from '@cellshed/cache';
import { isRefusal, refusalText, resultSchemaVersion } from '@cellshed/contracts';
import { openComputations, openEndings, openQueueing, type Queues } from '@cellshed/jobs';
import { type OperationAhead, type Operations, openOperations, operationsAhead } from '@cellshed/operations';
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

/** The areas of a table and the operations that are asked for. */
export interface Wanted {
  readonly table: string;
  readonly matches: (id: string) => boolean;
  readonly operations: readonly OperationAhead[];
}

export type Warming = Awaited<ReturnType<typeof openWarming>>;

/** Opens all that warming needs: catalog, queues, cache. Nothing is left open when it throws. */
export async function openWarming({ settings, catalogPath, onError }: WarmingOptions) {
  await using opened = new AsyncDisposableStack();
  const recheckMilliseconds = settings.RECHECK_SECONDS * 1000;
  const operations = opened.adopt(await openOperations({ catalogPath, recheckMilliseconds }), close);
  const { queues, patient: redis } = opened.use(await openQueueing(settings, { onError }));
  const endings = opened.adopt(await openEndings(queues, { queue: queues.count, redis, onError }), close);
  await requireAccess({ CACHE_URL: settings.CACHE_URL });
  const caching = { url: settings.CACHE_URL, base: dirname(catalogPath), timeoutMilliseconds: 10_000, onError };
  const store = opened.adopt(await openResultStore(caching), close);
  const ahead = operationsAhead(operations.catalog);
  const kept = opened.move();
  return {
    catalog: operations.catalog,
    queues,
    endings,
    computations: openComputations(queues),
    failures: openFailures(queues),
    isThere: (key: string) => isFresh(store, key),
    /** The results that are wanted, by area. The ids are those that the table has now. */
    items: async (wanted: Wanted) => {
      const ids = await operations.idsOf(wanted.table, wanted.matches);
      return { items: items(operations, ids, wanted), planned: ids.length * wanted.operations.length };
    },
    /** The result of this name, which is `<operation> <table>/<id>`. */
    item: async (name: string) => {
      const [, called = '', table = '', id = ''] = /^(\S+) ([^/]+)\/(.*)$/s.exec(name) ?? [];
      const operation = ahead.get(called);
      if (!operation) return { name, problem: 'the catalog no longer has this operation' };
      return itemOf(operations, operation, { table, id });
    },
    close: () => kept.disposeAsync(),
  };
}

/**
 * Whether a result is there and fresh. Stale results are computed anew before anybody meets them.
 */
async function isFresh(store: Store, key: string): Promise<boolean> {
  const bytes = await store.head(key, entryHeaderBytes);
  const header = bytes && decodeHeader(bytes);
  if (header?.schemaVersion !== resultSchemaVersion) return false;
  return Math.min(header.freshUntil ?? Infinity, header.hardUntil ?? Infinity) >= Date.now();
}

async function* items(operations: Operations, ids: readonly string[], wanted: Wanted) {
  for (const id of ids) {
    for (const operation of wanted.operations) yield itemOf(operations, operation, { table: wanted.table, id });
  }
}

async function itemOf(
  operations: Operations,
  { name: called, resolved }: OperationAhead,
  area: { readonly table: string; readonly id: string },
) {
  const name = `${called} ${area.table}/${area.id}`;
  const request = { ...resolved, area };
  const identified = await operations.identify(request);
  return isRefusal(identified) ? { name, problem: refusalText(identified) } : { name, ...identified, request };
}

/**
 * The results that failed at the last warming. They are kept beside the queues, and can be tried
 * again alone.
 */
function openFailures({ redis, key }: Queues) {
  const hash = key('warm', 'failed');
  return {
    add: async (name: string, reason: string) => {
      await redis.hset(hash, name, reason.slice(0, 500));
    },
    remove: async (name: string) => {
      await redis.hdel(hash, name);
    },
    names: async () => (await redis.hkeys(hash)).sort(),
  };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
