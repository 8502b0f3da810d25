import type { Fence, Store } from './store.ts';

export interface SplitStoreOptions {
  /** Keys that begin with it lie in `inside`, all others in `outside`. */
  readonly prefix: string;
  readonly inside: Store;
  readonly outside: Store;
}

/** Two stores as one, each with keys of its own; both are closed with it. They may be views of the same one. */
export function splitStore({ prefix, inside, outside }: SplitStoreOptions): Store {
  const of = (key: string) => (key.startsWith(prefix) ? inside : outside);
  const fence: Fence = {
    reach: inside.fence.reach === 'cluster' ? outside.fence.reach : 'process',
    take: async (key, lease) => of(key).fence.take(key, lease),
    release: async (key, lease) => of(key).fence.release(key, lease),
    epoch: async (key) => of(key).fence.epoch(key),
    move: async (key, options) => of(key).fence.move(key, options),
    write: async (key, entry, options) => of(key).fence.write(key, entry, options),
    remove: async (key, options) => of(key).fence.remove(key, options),
  };
  return {
    get: async (key) => of(key).get(key),
    head: async (key, length) => of(key).head(key, length),
    set: async (key, bytes, options) => of(key).set(key, bytes, options),
    delete: async (key) => of(key).delete(key),
    ttlMilliseconds: async (key) => of(key).ttlMilliseconds(key),
    keys: async function* (from) {
      if (from.startsWith(prefix)) {
        yield* inside.keys(from);
        return;
      }
      for await (const key of outside.keys(from)) if (!key.startsWith(prefix)) yield key;
      if (prefix.startsWith(from)) yield* inside.keys(prefix);
    },
    close: async () => {
      await outside.close();
      await inside.close();
    },
    fence,
  };
}
