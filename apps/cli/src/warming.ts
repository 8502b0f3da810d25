import { dirname } from 'node:path';
import { decodeHeader, entryHeaderBytes, openResultStore, type Store } from '@catchment/cache';
import {
  connectPatiently,
  openComputations,
  openEndings,
  openQueues,
  type Queues,
  requireRedis,
} from '@catchment/jobs';
import {
  isRefusal,
  type OperationAhead,
  type Operations,
  openOperations,
  operationsAhead,
  resultSchemaVersion,
} from '@catchment/operations';
import type { Settings } from '@catchment/settings';

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
  /** Told of what goes wrong beside the jobs. */
  readonly onError: (error: Error) => void;
}

/** What the areas of a table and the operations asked for are. */
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
  const redis = opened.adopt(connectPatiently(settings.QUEUE_REDIS_URL, onError), async (one) => one.disconnect());
  await requireRedis(redis, settings.QUEUE_REDIS_URL);
  const retentionSeconds = settings.JOB_RETENTION_SECONDS;
  const queues = opened.adopt(openQueues({ redis, prefix: settings.QUEUE_PREFIX, retentionSeconds }), close);
  const endings = opened.adopt(await openEndings(queues, { queue: 'compute', redis, onError }), close);
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
    /** All that is wanted, by area; the ids are those that the table has now. */
    items: async (wanted: Wanted) => {
      const ids = await operations.idsOf(wanted.table, wanted.matches);
      return { items: items(operations, ids, wanted), planned: ids.length * wanted.operations.length };
    },
    /** By its name, which is `<operation> <table>/<id>`. */
    item: async (name: string) => {
      const [, called = '', table = '', id = ''] = /^(\S+) ([^/]+)\/(.*)$/s.exec(name) ?? [];
      const operation = ahead.get(called);
      if (!operation) return { name, problem: 'the catalog no longer has this operation' };
      return itemOf(operations, operation, { table, id });
    },
    close: () => kept.disposeAsync(),
  };
}

/** A result that is stale is computed anew, so that nobody meets it. */
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
  return isRefusal(identified) ? { name, problem: identified.problem } : { name, key: identified.key, request };
}

/** What failed at the last warming, beside the queues: it can be tried again alone. */
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
