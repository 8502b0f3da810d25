import { encodeEntry } from '../../src/entry.ts';
import { resultKey } from '../../src/results/key.ts';
import { countResults, type Removal, removeResults } from '../../src/results/remove.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { type Store, StoreError } from '../../src/stores/store.ts';
import { all } from '../store-fixture.ts';

const keyOf = (id: number) =>
  resultKey({ area: { table: 'huc12', id: `${id}` }, operation: 'soil', fingerprint: '0f' });
const never = { freshUntil: null, hardUntil: null };

function entry(times: { readonly freshUntil: number | null; readonly hardUntil: number | null }): Uint8Array {
  return encodeEntry({ value: Buffer.from('{}'), computedAt: 0, costMs: 1, schemaVersion: 1, ...times });
}

async function storeOf(count: number): Promise<Store> {
  const store = memoryStore();
  for (let id = 0; id < count; id += 1) await store.set(keyOf(id), entry(never));
  return store;
}

it('removing says after each step how far it is', async () => {
  const store = await storeOf(10);
  await store.set('geop:other', Uint8Array.of(1));
  const heard: Removal[] = [];
  const sum = await removeResults(store, {}, { stepKeys: 4, onProgress: (progress) => heard.push(progress) });
  expect(heard).toEqual([
    { looked: 4, matched: 4, removed: 4 },
    { looked: 8, matched: 8, removed: 8 },
    { looked: 11, matched: 10, removed: 10 },
  ]);
  expect(sum).toEqual(heard.at(-1));
});

it('a step is removed at once, so that a server far away is not asked one by one', async () => {
  const store = await storeOf(1000);
  let [waiting, most] = [0, 0];
  const counting: Store = {
    ...store,
    delete: async (key) => {
      waiting += 1;
      most = Math.max(most, waiting);
      await new Promise((resolve) => setImmediate(resolve));
      waiting -= 1;
      return store.delete(key);
    },
  };
  await removeResults(counting, {});
  expect(most).toBe(500);
});

it('a result that went by itself, or was listed twice, is counted once or not at all', async () => {
  const store = await storeOf(3);
  const twice: Store = {
    ...store,
    keys: async function* () {
      yield* [keyOf(0), keyOf(0), keyOf(1), keyOf(7)];
      yield keyOf(1);
    },
  };
  expect(await removeResults(twice, {}, { stepKeys: 4 })).toEqual({ looked: 5, matched: 5, removed: 2 });
});

describe('a computation under way while its result is removed', () => {
  const late = entry({ freshUntil: 10, hardUntil: null });
  it.each([
    ['that is refreshed, and is never too old', { freshUntil: 10, hardUntil: null }],
    ['that is refreshed, up to a limit', { freshUntil: 10, hardUntil: 20 }],
  ])('does not bring back one %s', async (_, times) => {
    const store = memoryStore({ clock: () => 0 });
    await store.set(keyOf(0), entry(times));
    const epoch = await store.fence.epoch(keyOf(0));
    expect(await removeResults(store, {})).toMatchObject({ removed: 1 });
    expect(await store.fence.write(keyOf(0), late, { epoch })).toBe(false);
    expect(await store.get(keyOf(0))).toBeUndefined();
  });

  it.each([
    ['that never expires', entry(never)],
    ['of a drawn area', entry({ freshUntil: 10, hardUntil: 10 })],
    ['that is damaged', entry(never).subarray(0, 70)],
    ['that is empty', new Uint8Array()],
  ])('leaves no epoch of one %s, as a million of them would take more room than was freed', async (_, bytes) => {
    const store = memoryStore({ clock: () => 0 });
    await store.set(keyOf(0), bytes);
    expect(await removeResults(store, {})).toMatchObject({ removed: 1 });
    expect(await store.fence.epoch(keyOf(0))).toBe('');
    expect(await store.get(keyOf(0))).toBeUndefined();
  });
});

describe('a store that fails half-way', () => {
  const failAt = (store: Store, failing: ReadonlySet<string>): Store => ({
    ...store,
    delete: async (key) => {
      if (failing.has(key)) throw new StoreError('the store is away');
      return store.delete(key);
    },
  });

  it('ends the removal with its own words, after saying what was removed; then removing goes on', async () => {
    const store = await storeOf(12);
    const heard: Removal[] = [];
    const options = { stepKeys: 4, onProgress: (progress: Removal) => heard.push(progress) };
    const failing = failAt(store, new Set([keyOf(5), keyOf(6)]));
    await expect(removeResults(failing, {}, options)).rejects.toThrow(new StoreError('the store is away'));
    expect(heard.at(-1)).toEqual({ looked: 8, matched: 8, removed: 6 });
    expect(await all(store.keys(''))).toHaveLength(6);
    expect(await removeResults(store, {})).toEqual({ looked: 6, matched: 6, removed: 6 });
  });

  it('ends the removal when it can list no more', async () => {
    const store = await storeOf(8);
    const broken: Store = {
      ...store,
      keys: async function* () {
        for (let id = 0; id < 5; id += 1) yield keyOf(id);
        throw new StoreError('the store is away');
      },
    };
    const heard: Removal[] = [];
    const onProgress = (progress: Removal) => heard.push(progress);
    await expect(removeResults(broken, {}, { stepKeys: 2, onProgress })).rejects.toThrow('the store is away');
    expect(heard.at(-1)).toEqual({ looked: 4, matched: 4, removed: 4 });
    await expect(countResults(broken, {}, { stepKeys: 2 })).rejects.toThrow('the store is away');
  });
});
