import { expectStore, type Store } from '../stores/store.ts';
import type { Drawers } from './drawers.ts';

const deletesAtOnce = 32;

/**
 * Drawers in any store, each value under the key `job/<drawer>/<path>` with a time to live of its
 * own. Listing and clearing cost what the store's listing costs, which may be a walk through all
 * that it keeps.
 */
export function storeDrawers(store: Store): Drawers {
  expectStore('the store of job caches', store);
  return {
    drawer: (name) => {
      const start = `job/${name}/`;
      const keyOf = (path: string) => start + path;
      return {
        get: (path) => store.get(keyOf(path)),
        getMany: (paths) => store.getMany(paths.map(keyOf)),
        set: (path, bytes, options) => store.set(keyOf(path), bytes, options),
        has: async (path) => (await store.head(keyOf(path), 1)) !== undefined,
        delete: (path) => store.delete(keyOf(path)),
        paths: async function* (from) {
          for await (const key of store.keys(keyOf(from))) yield key.slice(start.length);
        },
        clear: async (from) => {
          let deletes: Promise<boolean>[] = [];
          for await (const key of store.keys(keyOf(from))) {
            deletes.push(store.delete(key));
            if (deletes.length < deletesAtOnce) continue;
            await Promise.all(deletes);
            deletes = [];
          }
          await Promise.all(deletes);
        },
      };
    },
  };
}
