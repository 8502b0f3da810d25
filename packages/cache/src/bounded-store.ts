import { checkFencedWrite, checkSet } from './checked-store.ts';
import { expectFunctionsOf } from './expected.ts';
import type { Ledger } from './ledger.ts';
import { expectStore, type Store } from './store.ts';

/**
 * A store that keeps no more than its ledger allows of what is written through it: what was used
 * longest ago is deleted. A value that alone is over the limit is not kept, nor is the one that it
 * replaces.
 *
 * The ledger is asked before a value is written, so the limit holds whoever is killed when; what
 * was entered and never written takes room until its turn to go comes.
 */
export function boundedStore(store: Store, ledger: Ledger): Store {
  expectStore('what boundedStore bounds', store);
  expectFunctionsOf('ledger of a bounded store', ledger, ['admit', 'use', 'remove']);
  const admitted = async (key: string, bytes: Uint8Array): Promise<boolean> => {
    const going = await ledger.admit(key, key.length + bytes.length);
    await Promise.all((going ?? [key]).map((one) => store.delete(one)));
    return going !== undefined;
  };
  const used = <Found>(key: string, found: Found): Found => {
    // Who reads does not wait for it, and a line that is not written only makes the value look
    // older than it is.
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
