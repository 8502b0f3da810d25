import { expectBytes, expected, expectList, expectNumber, expectObject, expectText } from '@cellshed/expected';
import {
  checkCharacters,
  checkKey,
  type EpochOptions,
  type Fence,
  type FencedWriteOptions,
  type Lease,
  type SetOptions,
  type Store,
  StoreError,
} from './store.ts';

/**
 * The rules that are the same on every store, put in front of one that may then rely on them; also
 * `verify`, unless the store does that.
 */
export function checkedStore(name: string, store: Store, { verifies = false } = {}): Store {
  let closed = false;
  const checkOpen = () => {
    if (closed) throw new StoreError(`the ${name} store is closed`);
  };
  const check = (key: string) => {
    checkOpen();
    checkKey(key);
  };
  return {
    // Not an async function, whose promise would be one more at every read.
    get: (key) => {
      try {
        check(key);
      } catch (error) {
        return Promise.reject(error);
      }
      return store.get(key);
    },
    getMany: async (keys) => {
      expectList('the keys of getMany', keys);
      keys.forEach(check);
      checkOpen();
      return keys.length === 0 ? [] : store.getMany(keys);
    },
    head: async (key, length) => {
      check(key);
      expectNumber('length of head', length);
      if (!Number.isSafeInteger(length) || length < 1)
        throw new RangeError(`head of ${length} bytes, expected 1 or more`);
      return store.head(key, length);
    },
    set: async (key, bytes, options = {}) => {
      checkOpen();
      checkSet(key, bytes, options);
      const kept = await store.set(key, bytes, options);
      return kept && (verifies || !options.verify || liesThere(await store.get(key), bytes));
    },
    delete: async (key) => {
      check(key);
      return store.delete(key);
    },
    ttlMilliseconds: async (key) => {
      check(key);
      return store.ttlMilliseconds(key);
    },
    keys: async function* (prefix) {
      checkOpen();
      checkCharacters('prefix', prefix);
      for await (const key of store.keys(prefix)) {
        yield key;
        checkOpen();
      }
    },
    close: async () => {
      closed = true;
      await store.close();
    },
    fence: checkedFence(store, check, verifies),
  };
}

function liesThere(found: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return found !== undefined && Buffer.compare(found, bytes) === 0;
}

function checkedFence(
  { fence, get }: Pick<Store, 'fence' | 'get'>,
  check: (key: string) => void,
  verifies: boolean,
): Fence {
  return {
    reach: fence.reach,
    take: async (key, lease) => {
      check(key);
      checkLease(lease);
      checkTtl(lease.milliseconds, 'milliseconds of a lease');
      return fence.take(key, lease);
    },
    release: async (key, lease) => {
      check(key);
      checkLease(lease);
      return fence.release(key, lease);
    },
    epoch: async (key) => {
      check(key);
      return fence.epoch(key);
    },
    move: async (key, options) => {
      check(key);
      checkEpochOptions(options);
      return fence.move(key, options);
    },
    write: async (key, entry, options) => {
      check(key);
      checkFencedWrite(key, entry, options);
      const kept = await fence.write(key, entry, options);
      return kept && (verifies || !options.verify || liesThere(await get(key), entry));
    },
    remove: async (key, options) => {
      check(key);
      checkEpochOptions(options);
      return fence.remove(key, options);
    },
  };
}

/** Throws unless a store can be asked to set this. */
export function checkSet(key: string, bytes: Uint8Array, options: SetOptions): void {
  checkKey(key);
  expectBytes(`the value of ${key}`, bytes);
  checkSetOptions(options);
}

/** The same for a write under a fence. */
export function checkFencedWrite(key: string, entry: Uint8Array, options: FencedWriteOptions): void {
  checkKey(key);
  expectBytes(`the entry of ${key}`, entry);
  checkSetOptions(options);
  expectText('epoch of a write', options.epoch);
}

function checkLease(lease: Omit<Lease, 'milliseconds'>): void {
  expectObject('a lease', lease);
  const { name, holder } = lease;
  expectText('name of a lease', name);
  expectText('holder of a lease', holder);
  if (!/^[a-z]+$/.test(name))
    throw new RangeError(`name of a lease is ${JSON.stringify(name)}, expected small letters`);
}

function checkSetOptions(options: SetOptions): void {
  expectObject('the options of a write', options);
  checkTtl(options.ttlMilliseconds);
}

function checkEpochOptions(options: EpochOptions | undefined): void {
  if (options === undefined) return;
  expectObject('the options of an epoch', options);
  checkTtl(options.rememberMilliseconds, 'rememberMilliseconds');
}

function checkTtl(milliseconds: number | undefined, name = 'ttlMilliseconds'): void {
  if (milliseconds !== undefined) expected(name, milliseconds, [typeof milliseconds === 'number', 'a number']);
  if (milliseconds === undefined || (milliseconds > 0 && milliseconds <= Number.MAX_SAFE_INTEGER)) return;
  throw new RangeError(`${name} is ${milliseconds}, expected a number above 0`);
}
