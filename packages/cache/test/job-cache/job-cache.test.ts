import { randomBytes } from 'node:crypto';
import { encodeEntry } from '../../src/entry.ts';
import type { Drawers } from '../../src/job-cache/drawers.ts';
import { KeyNotFoundError, NoJobCacheError, noJobCache, openJobCache } from '../../src/job-cache/job-cache.ts';
import { storeDrawers } from '../../src/job-cache/store-drawers.ts';
import { checkedStore } from '../../src/stores/checked-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { all } from '../store-fixture.ts';
import { jobCacheSuite, listed } from './job-cache-suite.ts';

let now = 0;
let store: Store;
const open = async () => {
  store = memoryStore({ clock: () => now });
  return storeDrawers(store);
};

jobCacheSuite('memory', {
  open,
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
  left: () => all(store.keys('')),
});

describe('the job cache in a store', () => {
  const options = { scope: 'r1', ttlMilliseconds: 60_000 };

  it('keeps values under keys that tell whose they are, and for how long', async () => {
    const cache = openJobCache(await open(), options);
    await cache.set('parts/7', Uint8Array.of(1));
    await openJobCache(storeDrawers(store), { ...options, prefix: 'computation' }).set('key', Uint8Array.of(1));
    expect(await all(store.keys(''))).toEqual(['job/request/r1/parts/7', 'job/computation/r1/key']);
    expect(await store.ttlMilliseconds('job/request/r1/parts/7')).toBe(60_000);
  });

  it('answers false for a value that the store does not keep, also one that is gone when it is read back', async () => {
    const small = openJobCache(storeDrawers(memoryStore({ maxBytes: 500 })), options);
    expect(await small.set('key', Uint8Array.of(1))).toBe(true);
    expect(await small.set('key', randomBytes(1000))).toBe(false);
    expect(await small.has('key')).toBe(false);
    const forgetful = { ...memoryStore(), set: async () => true };
    const cache = openJobCache(storeDrawers(checkedStore('forgetful', forgetful)), options);
    expect(await cache.set('key', Uint8Array.of(1))).toBe(true);
    expect(await cache.set('key', Uint8Array.of(1), { verify: true })).toBe(false);
  });

  it('compresses large values', async () => {
    await openJobCache(await open(), options).set('key', new Uint8Array(5_000_000));
    expect((await store.get('job/request/r1/key'))?.length).toBeLessThan(5000);
  });

  it.each<readonly [string, (bytes: Uint8Array) => Uint8Array]>([
    ['altered', (bytes) => bytes.with(80, 0xff)],
    ['cut off', (bytes) => bytes.subarray(0, 81)],
    ['empty', () => new Uint8Array()],
    [
      'of another format',
      () =>
        encodeEntry({
          value: Uint8Array.of(1),
          computedAt: 0,
          freshUntil: null,
          hardUntil: null,
          costMs: 0,
          schemaVersion: 2,
        }),
    ],
  ])('has no value where one is %s, until it is set again', async (_, damage) => {
    const cache = openJobCache(await open(), options);
    await cache.set(
      'key',
      Uint8Array.from({ length: 10 }, (_, byte) => byte),
    );
    await store.set('job/request/r1/key', damage((await store.get('job/request/r1/key')) ?? new Uint8Array()));
    await expect(cache.get('key')).rejects.toThrow(KeyNotFoundError);
    await cache.set('key', Uint8Array.of(1));
    expect([...(await cache.get('key'))]).toEqual([1]);
  });

  it('lists once what the store lists twice', async () => {
    const memory = memoryStore();
    const doubled: Store = {
      ...memory,
      keys: async function* (prefix) {
        yield* memory.keys(prefix);
        yield* memory.keys(prefix);
      },
    };
    const cache = openJobCache(storeDrawers(doubled), options);
    for (const path of ['a', 'b', 'group/c']) await cache.set(path, Uint8Array.of(1));
    expect(await listed(cache.keys())).toEqual(['a', 'b']);
    expect(await listed(cache.groups())).toEqual(['group']);
    await cache.clear();
    expect(await all(memory.keys(''))).toEqual([]);
  });

  it('says at every use that the store has failed', async () => {
    const cache = openJobCache(await open(), options);
    await cache.set('group/key', Uint8Array.of(1));
    await store.close();
    const uses = [
      cache.get('key'),
      cache.set('key', Uint8Array.of(1)),
      cache.delete('key'),
      cache.has('key'),
      all(cache.keys()),
      all(cache.items()),
      all(cache.groups()),
      cache.clear(),
      cache.group('group').clear(),
    ];
    for (const use of await Promise.allSettled(uses)) {
      expect(use).toMatchObject({ status: 'rejected', reason: new StoreError('the memory store is closed') });
    }
  });

  it.each([1, 31, 32, 33, 40])('says so when clearing %d keys fails', async (keys) => {
    const memory = memoryStore();
    const failing: Store = {
      ...memory,
      delete: async () => {
        throw new StoreError('the disk is full of holes');
      },
    };
    const cache = openJobCache(storeDrawers(failing), options);
    for (let key = 0; key < keys; key++) await cache.set(`${key}`, Uint8Array.of(1));
    await expect(cache.clear()).rejects.toThrow('the disk is full of holes');
  });
});

describe('opening a job cache', () => {
  const drawers: Drawers = storeDrawers(memoryStore());

  it.each<readonly [string]>([[''], ['a/b'], ['/'], ['.'], ['..'], ['x'.repeat(101)], ['a\0'], ['\ud800']])(
    'refuses %j as a scope and as a prefix',
    (name) => {
      for (const options of [{ scope: name }, { scope: 'r1', prefix: name }]) {
        const what = options.scope === name ? 'scope' : 'prefix';
        const opening = () => openJobCache(drawers, { ...options, ttlMilliseconds: 1000 });
        expect(opening).toThrow(RangeError);
        expect(opening).toThrow(`${what} of a job cache`);
      }
    },
  );

  it.each([0, -1, Number.NaN, Infinity])('refuses %d as a time to live', (ttlMilliseconds) => {
    expect(() => openJobCache(drawers, { scope: 'r1', ttlMilliseconds })).toThrow(
      new RangeError(`ttlMilliseconds is ${ttlMilliseconds}, expected a number above 0`),
    );
  });
});

describe('no job cache', () => {
  it('says so at every use, in groups too', async () => {
    const none = noJobCache();
    for (const cache of [none, none.group('a'), none.group('a').group('b')]) {
      const uses = [
        cache.get('key'),
        cache.set('key', Uint8Array.of(1)),
        cache.delete('key'),
        cache.has('key'),
        all(cache.keys()),
        all(cache.items()),
        all(cache.groups()),
        cache.clear(),
      ];
      for (const use of await Promise.allSettled(uses)) {
        expect(use).toMatchObject({ status: 'rejected', reason: { name: 'NoJobCacheError' } });
        expect(use.status === 'rejected' && use.reason).toBeInstanceOf(NoJobCacheError);
      }
    }
  });
});
