import { encodeEntry } from '../src/entry.ts';
import { boundedStore } from '../src/layers/bounded-store.ts';
import { type Ledger, memoryLedger } from '../src/layers/ledger.ts';
import { splitStore } from '../src/layers/split-store.ts';
import { openResultStore } from '../src/result-store.ts';
import { memoryStore } from '../src/stores/memory.ts';
import { StoreError } from '../src/stores/store.ts';
import { all, storeSuite } from './stores/store-suite.ts';

let now = 0;
const clock = () => now;
const letPass = async (milliseconds: number) => {
  now += milliseconds;
};

storeSuite('memory', {
  open: async () => boundedStore(memoryStore({ clock }), memoryLedger({ maxBytes: 1e9 })),
  letPass,
});

storeSuite('memory', {
  open: async () => {
    const [inside, outside] = [memoryStore({ clock }), memoryStore({ clock })];
    return splitStore({ prefix: 'a', inside, outside });
  },
  letPass,
});

const drawn = (name: string) => `geop:drawn:${name}:landcover:f`;
const known = (id: number) => `geop:huc12:${id}:landcover:f`;
const kilobyte = new Uint8Array(1000);

it('results of drawn areas stay within their limit and never push out those of well-known ones', async () => {
  const drawnLedger = memoryLedger({ maxBytes: 10_000 });
  const store = await openResultStore({ base: '.', url: 'memory:', drawnLedger });
  for (let id = 0; id < 50; id++) await store.set(known(id), kilobyte);
  for (let n = 0; n < 500; n++) await store.set(drawn(`d${n}`), kilobyte);
  expect((await all(store.keys('geop:huc12:'))).length).toBe(50);
  const kept = await all(store.keys('geop:drawn:'));
  expect(kept.length).toBe(9);
  expect(kept).toContain(drawn('d499'));
  await store.close();
});

it('in a store of their own they do not even share its eviction', async () => {
  const store = await openResultStore({ base: '.', url: 'memory:', drawnUrl: 'memory:', maxBytes: 20_000 });
  for (let id = 0; id < 10; id++) await store.set(known(id), kilobyte);
  for (let n = 0; n < 500; n++) await store.set(drawn(`d${n}`), kilobyte);
  expect((await all(store.keys('geop:huc12:'))).length).toBe(10);
  expect((await all(store.keys('geop:'))).length).toBeGreaterThan(10);
  await store.close();
});

it('a value over the limit is not kept, nor the one that it replaces', async () => {
  const store = boundedStore(memoryStore({ clock }), memoryLedger({ maxBytes: 100 }));
  await store.set('key', new Uint8Array(50));
  await store.set('key', new Uint8Array(500));
  expect(await store.get('key')).toBeUndefined();
  const entry = encodeEntry({
    ...{ value: new Uint8Array(500), computedAt: 0, freshUntil: null, hardUntil: null, costMs: 0, schemaVersion: 1 },
  });
  expect(await store.fence.write('key', entry, { epoch: '' })).toBe(false);
  expect(await store.get('key')).toBeUndefined();
});

it('what is read stays longer than what is not', async () => {
  const store = boundedStore(memoryStore({ clock }), memoryLedger({ maxBytes: 100 }));
  await store.set('a', new Uint8Array(40));
  await store.set('b', new Uint8Array(40));
  await store.get('a');
  await store.set('c', new Uint8Array(40));
  expect((await all(store.keys(''))).sort()).toEqual(['a', 'c']);
});

it('with its ledger away nothing is written, and all can be read', async () => {
  const inner = memoryStore({ clock });
  await inner.set('key', Uint8Array.of(1));
  const away = async () => {
    throw new StoreError('the ledger is away');
  };
  const ledger: Ledger = { admit: away, use: away, remove: away };
  const store = boundedStore(inner, ledger);
  await expect(store.set('other', Uint8Array.of(1))).rejects.toThrow('the ledger is away');
  expect(await store.get('key')).toEqual(Uint8Array.of(1));
  expect(await inner.get('other')).toBeUndefined();
});
