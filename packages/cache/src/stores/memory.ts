import { expectAtLeast, expectFunction, expectObject } from '@cellshed/expected';
import { recentlyUsed } from '@cellshed/recent';
import { checkedStore } from './checked-store.ts';
import { processFence } from './process-fence.ts';
import type { Clock, Store } from './store.ts';

export interface MemoryStoreOptions {
  /**
   * The limit for values and keys together; default 64 MiB. A value that alone is larger is not
   * kept.
   */
  readonly maxBytes?: number;
  readonly clock?: Clock;
}

interface Kept {
  readonly bytes: Uint8Array;
  readonly expiresAt: number;
}

/**
 * Keeps bytes in this process. When there are more than `maxBytes`, the values that were used
 * longest ago are dropped.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  expectObject('the options of a memory store', options);
  const { maxBytes = 64 * 1024 * 1024, clock = Date.now } = options;
  expectAtLeast(0)('maxBytes of a memory store', maxBytes);
  expectFunction('clock of a memory store', clock);
  const kept = recentlyUsed<Kept>({ limit: maxBytes, sizeOf: ({ bytes }, key) => sizeOf(key, bytes) });

  const peek = (key: string): Kept | undefined => {
    const found = kept.peek(key);
    if (!found || found.expiresAt >= clock()) return found;
    kept.delete(key);
    return undefined;
  };
  const use = (key: string): Uint8Array | undefined => (peek(key) ? kept.get(key)?.bytes : undefined);

  const store: Omit<Store, 'fence'> = {
    get: async (key) => use(key)?.slice(),
    getMany: async (keys) => keys.map((key) => use(key)?.slice()),
    head: async (key, length) => use(key)?.slice(0, length),
    set: async (key, bytes, { ttlMilliseconds = Infinity } = {}) => {
      kept.delete(key);
      if (sizeOf(key, bytes) > maxBytes) return false;
      kept.set(key, { bytes: Uint8Array.from(bytes), expiresAt: clock() + ttlMilliseconds });
      return true;
    },
    delete: async (key) => peek(key) !== undefined && kept.delete(key),
    ttlMilliseconds: async (key) => {
      const found = peek(key);
      if (!found) return undefined;
      return found.expiresAt === Infinity ? null : found.expiresAt - clock();
    },
    keys: async function* (prefix) {
      for (const key of [...kept.keys()]) {
        if (key.startsWith(prefix) && peek(key)) yield key;
      }
    },
    close: async () => kept.clear(),
  };
  return checkedStore('memory', { ...store, fence: processFence(store, clock) });
}

function sizeOf(key: string, bytes: Uint8Array): number {
  return 2 * key.length + bytes.length;
}
