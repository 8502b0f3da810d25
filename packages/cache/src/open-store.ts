import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectObject, expectText } from './expected.ts';
import { layeredStore } from './layered.ts';
import { s3Place } from './s3-url.ts';
import type { Clock, Store } from './store.ts';
import { fileStore } from './stores/files.ts';
import { memoryStore } from './stores/memory.ts';
import { type RedisConnection, redisStore } from './stores/redis.ts';
import { clusterAddress, isClusterUrl } from './stores/redis-cluster.ts';

export interface OpenStoreOptions {
  /** The folder from which a relative `file:` is found. */
  readonly base: string;
  /** Of `memory:`, where its URL does not say. */
  readonly maxBytes?: number;
  /** How long a `memory:` in front of others keeps a value; default 1,000. */
  readonly memoryMilliseconds?: number;
  /** How long a call of a server may take; default 1,000 for Redis and 10,000 for S3. */
  readonly timeoutMilliseconds?: number;
  /**
   * Hears of each failure to connect to Redis and, of several layers, of each that was passed over.
   */
  readonly onError?: (error: Error) => void;
  /** Not of Redis, which has its own. */
  readonly clock?: Clock;
}

/** A store that is not open yet. */
interface Place {
  readonly isMemory: boolean;
  open(): Promise<Store>;
}

/**
 * Opens what a URL names, or several separated by commas as layers of one, fast first and the
 * durable one last:
 *
 * - `memory:` or `memory:<bytes>`, in this process; in front of others it keeps values for a second
 * - `redis://[[user]:password@]host[:port][/database]`, `rediss://…` with TLS
 * - `redis-cluster://[[user]:password@]host[:port][,host[:port]…]`, `rediss-cluster://…` with TLS
 * - `file:<folder>` (`file:./results`, `file:/var/results`, `file:///var/results`)
 * - `s3://bucket[/prefix][?endpoint=http://host:9000&region=…&pathStyle=true]`
 *
 * Throws a `RangeError` for any other, before anything is opened.
 */
export async function openStore(url: string, options: OpenStoreOptions): Promise<Store> {
  expectObject('the options of openStore', options);
  expectText('base of openStore', options.base);
  const places = storeUrls(url).map((one) => placeOf(one, options));
  const [only, ...others] = places;
  if (only && others.length === 0) return only.open();
  if (others.some(({ isMemory }) => isMemory)) {
    throw new RangeError(
      'of several stores one behind the first is memory:, expected it first, in front of the others',
    );
  }
  const { memoryMilliseconds: mostMilliseconds = 1000, onError, clock } = options;
  const layers = (await openAll(places)).map((store, index) =>
    places[index]?.isMemory ? { store, mostMilliseconds } : { store },
  );
  return layeredStore({ layers, ...(onError ? { onError } : {}), ...(clock ? { clock } : {}) });
}

/**
 * The URLs of several stores. A comma that no scheme follows is part of the URL before it, such as
 * that of a cluster.
 */
export function storeUrls(urls: string): readonly string[] {
  expectText("a store's URL", urls);
  return urls.split(/\s*,\s*(?=[a-z][a-z0-9+.-]*:\/\/|file:|memory:)/i);
}

function placeOf(url: string, options: OpenStoreOptions): Place {
  const { base, maxBytes, timeoutMilliseconds, onError, clock } = options;
  const clocked = clock ? { clock } : {};
  const timed = timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds };
  const inMemory = /^memory:(\d*)$/.exec(url);
  if (inMemory) {
    const bytes = inMemory[1] ? Number(inMemory[1]) : maxBytes;
    return {
      isMemory: true,
      open: async () => memoryStore({ ...clocked, ...(bytes === undefined ? {} : { maxBytes: bytes }) }),
    };
  }
  if (/^file:./.test(url)) {
    const folder = folderOf(url, base);
    return { isMemory: false, open: () => fileStore({ ...clocked, folder }) };
  }
  if (/^s3:/.test(url)) {
    const place = s3Place(url);
    return {
      isMemory: false,
      open: async () => (await import('./stores/s3.ts')).s3Store({ ...place, ...clocked, ...timed }),
    };
  }
  if (isClusterUrl(url)) clusterAddress(url);
  if (isClusterUrl(url) || (/^rediss?:\/\//.test(url) && URL.canParse(url))) {
    const connection: RedisConnection = { url, ...timed, ...(onError ? { onError } : {}) };
    return { isMemory: false, open: () => redisStore(connection) };
  }
  // Only what is before the colon is shown, as the rest may hold a password.
  throw new RangeError(
    `a store's URL begins with ${JSON.stringify(url.split(':')[0])}, expected redis://<host>, rediss://<host>, redis-cluster://<host>,<host>, s3://<bucket>, file:<folder> or memory:`,
  );
}

async function openAll(places: readonly Place[]): Promise<readonly Store[]> {
  const opened: Store[] = [];
  try {
    for (const place of places) opened.push(await place.open());
    return opened;
  } catch (error) {
    await Promise.allSettled(opened.map((store) => store.close()));
    throw error;
  }
}

function folderOf(url: string, base: string): string {
  if (!url.startsWith('file://')) return resolve(base, url.slice('file:'.length));
  try {
    return fileURLToPath(url);
  } catch (cause) {
    const message = `${JSON.stringify(url)} names no folder, expected file:./results or file:///var/results`;
    throw new RangeError(message, { cause });
  }
}
