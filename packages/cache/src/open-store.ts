import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock, Store } from './store.ts';
import { fileStore } from './stores/files.ts';
import { memoryStore } from './stores/memory.ts';
import { type RedisConnection, redisStore } from './stores/redis.ts';

export interface OpenStoreOptions extends Omit<RedisConnection, 'url'> {
  /** The folder from which a relative `file:` is found. */
  readonly base: string;
  /** Of `memory:`. */
  readonly maxBytes?: number;
  /** Of `memory:` and `file:`. */
  readonly clock?: Clock;
}

/**
 * Opens the store that a URL names: `redis://…`, `rediss://…`, `file:<folder>` (`file:./results`, `file:/var/results`,
 * `file:///var/results`) or `memory:`. Throws a `RangeError` for any other.
 */
export async function openStore(url: string, options: OpenStoreOptions): Promise<Store> {
  const { base, maxBytes, clock, ...connection } = options;
  const clocked = clock ? { clock } : {};
  if (url === 'memory:') return memoryStore({ ...clocked, ...(maxBytes === undefined ? {} : { maxBytes }) });
  if (/^file:./.test(url)) return fileStore({ ...clocked, folder: folderOf(url, base) });
  if (/^rediss?:\/\//.test(url) && URL.canParse(url)) return redisStore({ ...connection, url });
  // Only what is before the colon is shown, as the rest may hold a password.
  throw new RangeError(
    `a store's URL begins with ${JSON.stringify(url.split(':')[0])}, expected redis://<host>, rediss://<host>, file:<folder> or memory:`,
  );
}

function folderOf(url: string, base: string): string {
  return url.startsWith('file://') ? fileURLToPath(url) : resolve(base, url.slice('file:'.length));
}
