import { expectList, expectObject, expectText } from '@cellshed/expected';
import { checkKey, expectStore, type Fence, type Store } from '../stores/store.ts';

export interface SplitStoreOptions {
  /** Keys that begin with it are stored in `inside`, all others in `outside`. */
  readonly prefix: string;
  readonly inside: Store;
  readonly outside: Store;
}

/**
 * Two stores as one, each with keys of its own; both are closed with it. They may be views of the
 * same one.
 */
export function splitStore(options: SplitStoreOptions): Store {
  expectObject('the options of a split store', options);
  const { prefix, inside, outside } = options;
  expectText('prefix of a split store', prefix);
  expectStore('inside of a split store', inside);
  expectStore('outside of a split store', outside);
  const isInside = (key: string) => {
    checkKey(key);
    return key.startsWith(prefix);
  };
  const of = (key: string) => (isInside(key) ? inside : outside);
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
    getMany: async (keys) => {
      expectList('the keys of getMany', keys);
      const [within, others] = await Promise.all([
        inside.getMany(keys.filter(isInside)),
        outside.getMany(keys.filter((key) => !isInside(key))),
      ]);
      const [fromInside, fromOutside] = [within.values(), others.values()];
      return keys.map((key) => (isInside(key) ? fromInside : fromOutside).next().value);
    },
    head: async (key, length) => of(key).head(key, length),
    set: async (key, bytes, options) => of(key).set(key, bytes, options),
    delete: async (key) => of(key).delete(key),
    ttlMilliseconds: async (key) => of(key).ttlMilliseconds(key),
    keys: async function* (from) {
      expectText('a prefix', from);
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
