import { encodeEntry } from '../../src/entry.ts';
import { layeredStore } from '../../src/layers/layered.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { type Fence, type Store, StoreError } from '../../src/stores/store.ts';
import { all } from '../store-fixture.ts';

const times = { computedAt: 1, freshUntil: null, hardUntil: null };
const entry = encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value: Buffer.from('new') });
const fail = (what: string) => async () => {
  throw new StoreError(`${what} failed`);
};

/**
 * A layer that all processes reach over a durable one; of the first, those calls fail that the test
 * names.
 */
function overDurable({ failing = {}, fence = {} }: { failing?: Partial<Store>; fence?: Partial<Fence> } = {}) {
  const [above, durable] = [memoryStore(), memoryStore()];
  const told: string[] = [];
  const faulty = { ...above, ...failing, fence: { ...above.fence, reach: 'cluster' as const, ...fence } };
  const store = layeredStore({
    layers: [{ store: faulty }, { store: durable }],
    onError: (error) => told.push(error.message),
  });
  return { above, durable, told, store };
}

describe('when the layer above fails in the middle', () => {
  it('a value that it did not take does not leave its old one there', async () => {
    const { above, durable, told, store } = overDurable({ failing: { set: fail('set') } });
    await above.set('key', Buffer.from('old'));
    await store.set('key', Buffer.from('new'));
    expect(await above.get('key')).toBeUndefined();
    expect([await durable.get('key'), told]).toEqual([Uint8Array.from(Buffer.from('new')), ['set failed']]);
  });

  it('an entry that it did not take neither, and the write counts', async () => {
    const { above, durable, told, store } = overDurable({ fence: { write: fail('write') } });
    await above.set('key', Buffer.from('old'));
    expect(await store.fence.write('key', entry, { epoch: '' })).toBe(true);
    expect(await above.get('key')).toBeUndefined();
    expect(await durable.get('key')).toBeDefined();
    expect(told).toEqual(['write failed']);
  });

  it('an entry whose epoch it cannot tell is laid nowhere, as it may have been removed meanwhile', async () => {
    const { above, durable, store } = overDurable({ fence: { epoch: fail('epoch') } });
    await above.set('key', Buffer.from('old'));
    await expect(store.fence.write('key', entry, { epoch: '' })).rejects.toThrow(new StoreError('epoch failed'));
    expect([text(await above.get('key')), await durable.get('key')]).toEqual(['old', undefined]);
  });

  it('nor one that it did not take, and of which it cannot tell afterwards whether it was removed', async () => {
    let asked = 0;
    const epoch = async () => (asked++ === 0 ? '' : fail('epoch')());
    const { above, durable, store } = overDurable({ fence: { epoch, write: fail('write') } });
    await expect(store.fence.write('key', entry, { epoch: '' })).rejects.toThrow(new StoreError('epoch failed'));
    expect([await above.get('key'), await durable.get('key')]).toEqual([undefined, undefined]);
  });

  it('nor does a layer that decides nothing keep its old entry when it could not tell its epoch', async () => {
    const [front, decider, durable] = [memoryStore(), memoryStore(), memoryStore()];
    const faulty = { ...front, fence: { ...front.fence, epoch: fail('epoch') } };
    const clustered = { ...decider, fence: { ...decider.fence, reach: 'cluster' as const } };
    const told: string[] = [];
    const store = layeredStore({
      layers: [{ store: faulty }, { store: clustered }, { store: durable }],
      onError: (error) => told.push(error.message),
    });
    await front.set('key', Buffer.from('old'));
    expect(await store.fence.write('key', entry, { epoch: '' })).toBe(true);
    expect([await front.get('key'), told]).toEqual([undefined, ['epoch failed']]);
  });

  it.each<[string, Partial<Store>, Partial<Fence>]>([
    ['epoch', {}, { epoch: fail('epoch') }],
    ['write', {}, { write: fail('write') }],
    ['get', { get: fail('get') }, {}],
  ])('a reader gets the value all the same (%s)', async (call, failing, fence) => {
    const { durable, told, store } = overDurable({ failing, fence });
    await durable.set('key', Buffer.from('value'));
    expect(Buffer.from((await store.get('key')) ?? []).toString()).toBe('value');
    expect(told).toEqual([`${call} failed`]);
  });

  it.each(['delete', 'remove'])('a %s goes on with the other layers, and says what failed', async (call) => {
    const { durable, store } = overDurable({ fence: { move: fail('move'), remove: fail('remove') } });
    await store.set('key', Buffer.from('value'));
    const failure = call === 'delete' ? store.delete('key') : store.fence.remove('key');
    const message = `not ${call}d from every layer: move failed; remove failed`;
    await expect(failure).rejects.toMatchObject({ name: 'StoreError', message });
    expect(await durable.get('key')).toBeUndefined();
  });

  it('a bug in it is not passed over', async () => {
    const bug = async () => {
      throw new TypeError('a bug');
    };
    const { store } = overDurable({ failing: { get: bug, set: bug }, fence: { remove: bug } });
    await expect(store.get('key')).rejects.toThrow(TypeError);
    await expect(store.set('key', entry)).rejects.toThrow(TypeError);
    await expect(store.delete('key')).rejects.toThrow(TypeError);
  });
});

describe('when the durable layer fails in the middle', () => {
  it('a value that has gone, or whose time to live it does not say, is not carried up', async () => {
    const [above, durable] = [memoryStore(), memoryStore()];
    const told: string[] = [];
    const onError = (error: StoreError) => told.push(error.message);
    await durable.set('key', Buffer.from('value'));
    for (const ttlMilliseconds of [async () => undefined, async () => 0, fail('ttl')]) {
      const store = layeredStore({ layers: [{ store: above }, { store: { ...durable, ttlMilliseconds } }], onError });
      expect(Buffer.from((await store.get('key')) ?? []).toString()).toBe('value');
      expect(await above.get('key')).toBeUndefined();
    }
    expect(told).toEqual(['ttl failed']);
  });
});

describe('several layers', () => {
  const three = () => {
    const stores = [memoryStore(), memoryStore(), memoryStore()] as const;
    return { stores, store: layeredStore({ layers: stores.map((store) => ({ store })) }) };
  };

  it('are all given what is found further down, and what is written', async () => {
    const { stores, store } = three();
    await stores[2].set('key', entry, { ttlMilliseconds: 60_000 });
    await store.get('key');
    for (const layer of stores) {
      expect(await layer.get('key')).toBeDefined();
      expect(await layer.ttlMilliseconds('key')).toBeGreaterThan(50_000);
    }
    await store.set('set', entry, { ttlMilliseconds: 60_000 });
    await store.fence.write('written', entry, { epoch: '', ttlMilliseconds: 60_000 });
    for (const layer of stores) {
      for (const key of ['set', 'written']) expect(await layer.ttlMilliseconds(key)).toBeGreaterThan(50_000);
    }
    expect(await store.fence.remove('key')).toBe(true);
    expect(await store.delete('set')).toBe(true);
    for (const layer of stores) expect(await all(layer.keys(''))).toEqual(['written']);
  });

  it('list each key once, however few of them have it', async () => {
    const { stores, store } = three();
    const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`);
    for (const [index, key] of keys.entries()) {
      const sets = stores.filter((_, layer) => ((index % 7) + 1) & (1 << layer));
      for (const layer of sets) await layer.set(key, entry);
    }
    await stores[0].set('other', entry);
    expect((await all(store.keys('key'))).sort()).toEqual(keys.toSorted());
  });

  it('tell that there was something to delete if any had it', async () => {
    for (const index of [0, 1, 2] as const) {
      const { stores, store } = three();
      await stores[index].set('key', entry);
      expect(await store.delete('key')).toBe(true);
      await stores[index].set('key', entry);
      expect(await store.fence.remove('key')).toBe(true);
      expect(await store.fence.remove('key')).toBe(false);
    }
  });

  it('keep leases and epochs in the first that all processes reach, else in the last', async () => {
    const clustered = (store: Store): Store => ({ ...store, fence: { ...store.fence, reach: 'cluster' } });
    const lease = { name: 'refresh', holder: 'me', milliseconds: 60_000 };
    for (const [reached, expected] of [
      [[], 2],
      [[1], 1],
      [[1, 2], 1],
      [[2], 2],
      [[0, 1, 2], 0],
    ] as const) {
      const { stores } = three();
      const layers = stores.map((store, index) => ({
        store: (reached as readonly number[]).includes(index) ? clustered(store) : store,
      }));
      const { fence } = layeredStore({ layers });
      expect(fence.reach).toBe(reached.length > 0 ? 'cluster' : 'process');
      await fence.take('key', lease);
      const epoch = await fence.move('key');
      for (const [index, store] of stores.entries()) {
        expect(await store.fence.take('key', { ...lease, holder: 'you' })).toBe(index !== expected);
        expect(await store.fence.epoch('key')).toBe(index === expected ? epoch : '');
      }
    }
  });

  it('are all closed, also when one fails', async () => {
    const { stores } = three();
    const broken = { ...stores[0], close: fail('close') };
    const store = layeredStore({ layers: [{ store: broken }, { store: stores[1] }, { store: stores[2] }] });
    await expect(store.close()).rejects.toThrow('close failed');
    await expect(stores[1].get('key')).rejects.toThrow('closed');
    await expect(stores[2].get('key')).rejects.toThrow('closed');
  });

  it('are refused when none would keep anything, or one with a limit lies under one without', () => {
    const [plain, brief] = [{ store: memoryStore() }, { store: memoryStore(), mostMilliseconds: 1000 }];
    for (const layers of [[], [brief], [plain, brief], [brief, plain, brief]]) {
      expect(() => layeredStore({ layers })).toThrow(/^layers are out of order, expected those with mostMilliseconds/);
    }
    expect(() => layeredStore({ layers: [brief, brief, plain] })).not.toThrow();
    expect(() => layeredStore({ layers: [plain] })).not.toThrow();
  });
});

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString();
}
