import { expectFunctionsOf } from '@cellshed/expected';
import { checkFencedWrite, checkSet } from '../stores/checked-store.ts';
import { expectStore, type Store, StoreError } from '../stores/store.ts';
import type { Ledger } from './ledger.ts';

/**
 * A store that keeps no more than its ledger allows: the values used longest ago are deleted. A
 * value that alone is over the limit is not kept, and neither is the one that it replaces.
 *
 * The ledger is asked before a value is written, so the limit holds even if a process is killed. A
 * value that was entered but never written takes room until its turn to be deleted.
 */
export function boundedStore(store: Store, ledger: Ledger): Store {
  expectStore('what boundedStore bounds', store);
  expectFunctionsOf('ledger of a bounded store', ledger, ['admit', 'use', 'remove']);
  const admitted = async (key: string, bytes: Uint8Array): Promise<boolean> => {
    const going = await ledger.admit(key, key.length + bytes.length);
    if (going === undefined) await store.delete(key);
    // Those that could not be deleted are valid. They stay until they expire, or, in layers, until
    // the layer is back that kept them.
    else await Promise.all(going.map((one) => store.delete(one).catch(storeErrorsPass)));
    return going !== undefined;
  };
  const used = <Found>(key: string, found: Found): Found => {
    // A reader does not wait for it. If the line is not written, the value only looks older than it
    // is.
    if (found !== undefined) void ledger.use(key).catch(() => {});
    return found;
  };
  const { fence } = store;
  return {
    ...store,
    get: async (key) => used(key, await store.get(key)),
    getMany: async (keys) => (await store.getMany(keys)).map((found, i) => used(keys[i] as string, found)),
    head: async (key, length) => used(key, await store.head(key, length)),
    set: async (key, bytes, options = {}) => {
      // Before anything is deleted for its sake.
      checkSet(key, bytes, options);
      return (await admitted(key, bytes)) && store.set(key, bytes, options);
    },
    delete: async (key) => {
      const was = await store.delete(key);
      await ledger.remove(key);
      return was;
    },
    fence: {
      ...fence,
      write: async (key, entry, options) => {
        checkFencedWrite(key, entry, options);
        return (await admitted(key, entry)) && fence.write(key, entry, options);
      },
      remove: async (key, options) => {
        const was = await fence.remove(key, options);
        await ledger.remove(key);
        return was;
      },
    },
  };
}

function storeErrorsPass(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
