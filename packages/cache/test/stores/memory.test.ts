import { memoryStore } from '../../src/stores/memory.ts';
import { all } from '../store-fixture.ts';
import { storeSuite } from './store-suite.ts';

let now = 0;

storeSuite('memory', {
  open: async () => memoryStore({ clock: () => now }),
  letPass: async (milliseconds) => {
    now += milliseconds;
  },
});

describe('the memory store, bounded', () => {
  const kilobyte = new Uint8Array(1000);
  const bounded = (maxBytes = 3 * (1000 + 2)) => memoryStore({ maxBytes, clock: () => now });
  const keysOf = async (store: ReturnType<typeof bounded>) => (await all(store.keys(''))).join('');

  it('lets go of what was used longest ago, when the next byte would not fit', async () => {
    const store = bounded();
    for (const key of ['a', 'b', 'c']) await store.set(key, kilobyte);
    expect(await keysOf(store)).toBe('abc');
    await store.get('a');
    await store.head('b', 1);
    await store.set('d', kilobyte);
    expect(await keysOf(store)).toBe('abd');
    await store.set('e', new Uint8Array(1001));
    expect(await keysOf(store)).toBe('de');
  });

  it('counts an overwritten, deleted or expired value no more', async () => {
    const store = bounded();
    for (let time = 0; time < 5; time++) await store.set('a', kilobyte);
    await store.set('b', kilobyte);
    await store.delete('b');
    await store.set('c', kilobyte, { ttlMilliseconds: 10 });
    now += 11;
    expect(await store.get('c')).toBeUndefined();
    await store.set('d', kilobyte);
    await store.set('e', kilobyte);
    expect(await keysOf(store)).toBe('ade');
  });

  it('does not keep a value that alone is too large, nor the one that it replaces', async () => {
    const store = bounded();
    await store.set('a', kilobyte);
    await store.set('b', kilobyte);
    await store.set('a', new Uint8Array(5000));
    expect(await keysOf(store)).toBe('b');
  });

  it('serves a value at the very age of its time to live', async () => {
    const store = bounded();
    await store.set('a', kilobyte, { ttlMilliseconds: 10 });
    now += 10;
    expect(await store.get('a')).toBeDefined();
    expect(await store.ttlMilliseconds('a')).toBe(0);
    now += 1;
    expect(await store.get('a')).toBeUndefined();
  });
});
