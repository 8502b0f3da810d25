import { dirname } from 'node:path';
import { isInProcess, openResultStore, requireAccess, type Store, StoreError } from '@cellshed/cache';
import { readSettings } from '@cellshed/settings';
import { withoutPassword } from '@cellshed/telling';
import { catalogPath } from '../options/catalog-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface OpenCache {
  readonly store: Store;
  /** The stores of all results, and of those of drawn areas where they have their own. */
  readonly urls: readonly string[];
  /** The URLs without their passwords, for people. */
  readonly place: string;
}

export interface CacheOptions {
  /** The value of `--catalog`. A relative `file:` is found from its folder, as workers do it. */
  readonly catalog: string | undefined;
  readonly env: Environment;
}

/** The time that an operator's command waits for one answer of the cache. */
const timeoutMilliseconds = 10_000;

/**
 * Runs `work` with the cache that CACHE_URL and DRAWN_CACHE_URL name, and closes it. A store that
 * is away is said with the reason for it.
 */
export async function withCache<Result>(options: CacheOptions, work: (cache: OpenCache) => Promise<Result>) {
  const { CACHE_URL: url, DRAWN_CACHE_URL: drawnUrl } = readSettings(options.env, ['CACHE_URL', 'DRAWN_CACHE_URL']);
  const urls = drawnUrl === undefined ? [url] : [url, drawnUrl];
  const inProcess = urls.findIndex((one) => isInProcess(one));
  if (inProcess >= 0) {
    const name = inProcess === 0 ? 'CACHE_URL' : 'DRAWN_CACHE_URL';
    throw new Error(
      `${name} is memory:, a cache inside the process that uses it; expected one that can be looked into`,
    );
  }
  await requireAccess({ CACHE_URL: url, DRAWN_CACHE_URL: drawnUrl });
  let reason = '';
  const onError = (error: Error) => {
    reason = error.message;
  };
  const store = await openResultStore({ url, drawnUrl, base: cacheBase(options), timeoutMilliseconds, onError });
  try {
    return await work({ store, urls, place: urls.map(withoutPassword).join(' and ') });
  } catch (error) {
    if (error instanceof StoreError && reason !== '' && !error.message.includes(reason)) {
      throw new StoreError(`${error.message} (${reason})`, { cause: error });
    }
    throw error;
  } finally {
    await store.close();
  }
}

/** The folder of the catalog; without a catalog, the folder in which the command runs. */
function cacheBase({ catalog, env }: CacheOptions): string {
  try {
    return dirname(catalogPath(catalog, env));
  } catch {
    return '.';
  }
}
