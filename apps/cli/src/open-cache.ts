import { dirname } from 'node:path';
import { openStore, type Store, StoreError } from '@catchment/cache';
import { readSettings } from '@catchment/settings';
import { catalogPath } from './catalog-path.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface OpenCache {
  readonly store: Store;
  readonly url: string;
  /** The URL without its password, for people. */
  readonly shownUrl: string;
}

export interface CacheOptions {
  /** As `--catalog` gives it: a relative `file:` is found from its folder, as the workers do. */
  readonly catalog: string | undefined;
  readonly env: Environment;
}

/** How long an operator's command waits for one answer of the cache. */
const timeoutMilliseconds = 10_000;

/** Runs `work` with the cache that CACHE_URL names, and closes it. A store that is away is said with the reason for it. */
export async function withCache<Result>(options: CacheOptions, work: (cache: OpenCache) => Promise<Result>) {
  const url = readSettings(options.env, ['CACHE_URL']).CACHE_URL;
  if (url === 'memory:') {
    throw new Error(
      'CACHE_URL is memory:, a cache inside the process that uses it; expected one that can be looked into',
    );
  }
  let reason = '';
  const onError = (error: Error) => {
    reason = error.message;
  };
  const store = await openStore(url, { base: cacheBase(options), timeoutMilliseconds, onError });
  try {
    return await work({ store, url, shownUrl: url.replace(/\/\/[^@/]*@/, '//…@') });
  } catch (error) {
    if (error instanceof StoreError && reason !== '' && !error.message.includes(reason)) {
      throw new StoreError(`${error.message} (${reason})`, { cause: error });
    }
    throw error;
  } finally {
    await store.close();
  }
}

/** Where there is no catalog, the folder in which the command runs. */
function cacheBase({ catalog, env }: CacheOptions): string {
  try {
    return dirname(catalogPath(catalog, env));
  } catch {
    return '.';
  }
}
