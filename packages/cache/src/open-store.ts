import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectObject, expectText } from '@cellshed/expected';
import { isRedisUrl, redisAddress, urlForms } from '@cellshed/redis';
import { readS3Url } from '@cellshed/s3';
import { withoutPassword } from '@cellshed/telling';
import { layeredStore } from './layers/layered.ts';
import { fileStore } from './stores/files.ts';
import { guardedStore } from './stores/guarded-store.ts';
import { memoryStore } from './stores/memory.ts';
import { type RedisConnection, redisStore } from './stores/redis.ts';
import { defaultTimeoutMilliseconds } from './stores/redis-connection.ts';
import type { Clock, Store } from './stores/store.ts';
import { type StoreWatch, storeWatch } from './stores/store-watch.ts';

export interface OpenStoreOptions {
  /** The folder from which a relative `file:` is found. */
  readonly base: string;
  /** The limit of a `memory:` whose URL has none. */
  readonly maxBytes?: number;
  /** The time for which a `memory:` in front of others keeps a value; default 1,000. */
  readonly memoryMilliseconds?: number;
  /** The time that a call may take; default 1,000 for Redis, and 10,000 for S3 and files. */
  readonly timeoutMilliseconds?: number;
  /**
   * Is called when the connection to a Redis is lost, and, unless a watch says so, for each layer
   * that was skipped.
   */
  readonly onError?: (error: Error) => void;
  /** Is called when the connection to a Redis is back. */
  readonly onBack?: () => void;
  /** Watches the stores, but not what is in memory. */
  readonly watch?: StoreWatch;
  /** Redis ignores this and uses its own clock. */
  readonly clock?: Clock;
}

/** Whether a URL names a store that no other process can read. */
export function isInProcess(url: string): boolean {
  expectText("a store's URL", url);
  return inMemory.test(url);
}

const inMemory = /^memory:(\d*)$/;

/** The time that a call of S3, or of a file system, may take. */
const mostMilliseconds = 10_000;

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
 * - `redis-sentinel://[[user]:password@]host[:port][,host[:port]…]/name[/database]`, with
 *   `?sentinelPassword=…` if the Sentinels require one, or
 *   `rediss-…`
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
  return layeredStore({ layers, ...(onError && !options.watch ? { onError } : {}), ...(clock ? { clock } : {}) });
}

/**
 * The URLs of several stores. A comma that no scheme follows is part of the URL before it, such as
 * that of a cluster.
 */
export function storeUrls(urls: string): readonly string[] {
  expectText("a store's URL", urls);
  return urls.split(betweenUrls);
}

/** The forms of a store's URL. Messages list them, and a list of stores is split before each. */
const forms = [
  ...[...urlForms.server, ...urlForms.cluster, ...urlForms.sentinel],
  ...['s3://<bucket>', 'file:<folder>', 'memory:'],
];

/** Schemes without `//`; others are found by it. */
const plainSchemes = forms.filter((form) => !form.includes('://')).map((form) => form.split(':')[0]);
const betweenUrls = new RegExp(`\\s*,\\s*(?=[a-z][a-z0-9+.-]*://|(?:${plainSchemes.join('|')}):)`, 'i');

/** A store of files, and the folder in which they are. */
export interface StoreFolder {
  /** Its URL. */
  readonly place: string;
  readonly folder: string;
}

/**
 * The stores of files among those that a URL names, as `openStore` takes it. `base` is the folder
 * from which a relative one is found.
 */
export function storeFolders(urls: string, base: string): readonly StoreFolder[] {
  expectText('base of storeFolders', base);
  const files = storeUrls(urls).filter((url) => /^file:./.test(url));
  return files.map((place) => ({ place, folder: folderOf(place, base) }));
}

function placeOf(url: string, options: OpenStoreOptions): Place {
  const { base, maxBytes, timeoutMilliseconds, onError, onBack, clock, watch = storeWatch() } = options;
  const clocked = clock ? { clock } : {};
  const timed = timeoutMilliseconds === undefined ? {} : { timeoutMilliseconds };
  const guarded = (store: Store, timeout: number, isTimed = true) =>
    guardedStore(store, {
      ...{ place: withoutPassword(url), watch, isTimed },
      timeoutMilliseconds: timeoutMilliseconds ?? timeout,
    });
  const memory = inMemory.exec(url);
  if (memory) {
    const bytes = memory[1] ? Number(memory[1]) : maxBytes;
    return {
      isMemory: true,
      open: async () => memoryStore({ ...clocked, ...(bytes === undefined ? {} : { maxBytes: bytes }) }),
    };
  }
  if (/^file:./.test(url)) {
    const folder = folderOf(url, base);
    return {
      isMemory: false,
      open: async () => guarded(await fileStore({ ...clocked, folder }), mostMilliseconds, false),
    };
  }
  if (/^s3:/.test(url)) {
    const { path: prefix, ...place } = readS3Url(url, 'prefix');
    return {
      isMemory: false,
      open: async () => {
        const { s3Store } = await import('./stores/s3.ts');
        return guarded(s3Store({ ...place, prefix, ...clocked, ...timed }), mostMilliseconds);
      },
    };
  }
  if (isRedisUrl(url) && (!/^rediss?:/.test(url) || URL.canParse(url))) {
    redisAddress(url);
    const told = { ...(onError ? { onError } : {}), ...(onBack ? { onBack } : {}) };
    const connection: RedisConnection = { url, ...timed, ...told };
    return { isMemory: false, open: async () => guarded(await redisStore(connection), defaultTimeoutMilliseconds) };
  }
  // Only what is before the colon is shown, as the rest may hold a password.
  throw new RangeError(
    `a store's URL begins with ${JSON.stringify(url.split(':')[0])}, expected ${forms.slice(0, -1).join(', ')} or ${forms.at(-1)}`,
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
