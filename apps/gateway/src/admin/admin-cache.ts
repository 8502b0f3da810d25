import { dirname } from 'node:path';
import { isInProcess, openResultStore, type RedisServer, redisServers, type Store } from '@cellshed/cache';
import type { GatewayConfig } from '../config.ts';

/** The cache as the admin routes need it, or the reason why they are switched off. */
export type AdminCache = OpenAdminCache | SwitchedOff;

interface SwitchedOff {
  /** The reason, in a sentence. */
  readonly off: string;
  close(): Promise<void>;
}

interface OpenAdminCache {
  readonly store: Store;
  /** The state of each Redis of the cache, as it reports it. */
  servers(): Promise<readonly RedisServer[]>;
  close(): Promise<void>;
}

type AdminCacheConfig = Pick<
  GatewayConfig,
  'ADMIN_TOKEN' | 'API_KEYS' | 'CACHE_URL' | 'CACHE_TIMEOUT_SECONDS' | 'DRAWN_CACHE_URL' | 'CATCHMENT_CATALOG'
>;

/** Opens the cache for the admin routes. The gateway starts also while a cache is away. */
export async function openAdminCache(config: AdminCacheConfig, onError: (error: Error) => void): Promise<AdminCache> {
  const { ADMIN_TOKEN: token, CACHE_URL: url, DRAWN_CACHE_URL: drawnUrl, CATCHMENT_CATALOG: catalog } = config;
  const off = (reason: string): SwitchedOff => ({
    off: `the admin routes of the cache are switched off: ${reason}`,
    close: async () => undefined,
  });
  if (token === undefined && config.API_KEYS !== 'required')
    return off('set ADMIN_TOKEN, or API_KEYS=required, to switch them on');
  if (url === undefined) return off('set CACHE_URL to what the workers have, to switch them on');
  if (isInProcess(url)) return off('CACHE_URL is memory:, a cache inside the process that uses it');
  if (drawnUrl !== undefined && isInProcess(drawnUrl))
    return off('DRAWN_CACHE_URL is memory:, a cache inside the process that uses it');
  const timeoutMilliseconds = config.CACHE_TIMEOUT_SECONDS * 1000;
  const store = await openResultStore({ url, drawnUrl, base: dirname(catalog), timeoutMilliseconds, onError });
  return { store, servers: () => redisServers([url, drawnUrl]), close: store.close };
}
