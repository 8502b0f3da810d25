import { checkedStore } from '../checked-store.ts';
import { expectAtLeast, expectFunction, expectObject } from '../expected.ts';
import { processFence } from '../process-fence.ts';
import type { Clock, Store } from '../store.ts';

export interface MemoryStoreOptions {
  /** Of values and keys together; default 64 MiB. A value that alone is larger is not kept. */
  readonly maxBytes?: number;
  readonly clock?: Clock;
}

interface Kept {
  readonly bytes: Uint8Array;
  readonly expiresAt: number;
}

/**
 * Keeps bytes in this process. When `maxBytes` would be passed, what was used longest ago goes
 * first.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  expectObject('the options of a memory store', options);
  const { maxBytes = 64 * 1024 * 1024, clock = Date.now } = options;
  expectAtLeast(0)('maxBytes of a memory store', maxBytes);
  expectFunction('clock of a memory store', clock);
  // A Map lists its keys in the order of insertion, so one that is put in again at each use is a
  // queue, oldest use first.
  const kept = new Map<string, Kept>();
  let size = 0;

  const remove = (key: string): boolean => {
    const found = kept.get(key);
    if (!found) return false;
    kept.delete(key);
    size -= sizeOf(key, found.bytes);
    return true;
  };
  const peek = (key: string): Kept | undefined => {
    const found = kept.get(key);
    if (!found || found.expiresAt >= clock()) return found;
    remove(key);
    return undefined;
  };
  const use = (key: string): Uint8Array | undefined => {
    const found = peek(key);
    if (!found) return undefined;
    kept.delete(key);
    kept.set(key, found);
    return found.bytes;
  };

  const store: Omit<Store, 'fence'> = {
    get: async (key) => use(key)?.slice(),
    getMany: async (keys) => keys.map((key) => use(key)?.slice()),
    head: async (key, length) => use(key)?.slice(0, length),
    set: async (key, bytes, { ttlMilliseconds = Infinity } = {}) => {
      remove(key);
      const needed = sizeOf(key, bytes);
      if (needed > maxBytes) return false;
      for (const oldest of kept.keys()) {
        if (size + needed <= maxBytes) break;
        remove(oldest);
      }
      kept.set(key, { bytes: Uint8Array.from(bytes), expiresAt: clock() + ttlMilliseconds });
      size += needed;
      return true;
    },
    delete: async (key) => peek(key) !== undefined && remove(key),
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
    close: async () => {
      kept.clear();
      size = 0;
    },
  };
  return checkedStore('memory', { ...store, fence: processFence(store, clock) });
}

function sizeOf(key: string, bytes: Uint8Array): number {
  return 2 * key.length + bytes.length;
}
