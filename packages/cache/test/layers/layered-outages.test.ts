import fc from 'fast-check';
import { encodeEntry } from '../../src/entry.ts';
import { layeredStore } from '../../src/layers/layered.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { processFence } from '../../src/stores/process-fence.ts';
import { type Fence, type Store, StoreError } from '../../src/stores/store.ts';

/** The outage of a layer: it does nothing, takes no values, or does only some of all. */
type Fault = 'well' | 'away' | 'full' | 'unsteady';
type LayerName = 'front' | 'above' | 'durable';

const clock = () => 0;
const keys = ['a', 'b'] as const;
type Key = (typeof keys)[number];

function entry(key: Key, number: number): Uint8Array {
  const times = { computedAt: number, freshUntil: null, hardUntil: null };
  return encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value: Buffer.from(`=${key}${number}`) });
}

function read(bytes: Uint8Array | undefined): { key: string; number: number } | undefined {
  const [, key, number] = /=([ab])(\d+)$/.exec(Buffer.from(bytes ?? []).toString('latin1')) ?? [];
  return key === undefined ? undefined : { key, number: Number(number) };
}

/** Layers that fail as they are told to, and processes over them. */
function layersThatFail(chances: readonly boolean[]) {
  const faults: Record<LayerName, Fault> = { front: 'well', above: 'well', durable: 'well' };
  let drawn = 0;
  const pass = (layer: LayerName) => {
    const fault = faults[layer];
    const isUnlucky = fault === 'unsteady' && chances[drawn++ % chances.length];
    if (fault === 'away' || isUnlucky) throw new StoreError(`${layer} is ${fault}`);
  };
  /** Now and then a call is carried out, and its answer is lost. */
  const failing =
    <A extends unknown[], R>(layer: LayerName, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const isCarriedOut = faults[layer] !== 'away' && chances[drawn++ % chances.length];
      if (!isCarriedOut) pass(layer);
      const answer = await call(...args);
      if (isCarriedOut) pass(layer);
      return answer;
    };
  const faulty = (layer: LayerName, store: Store, fence: Fence): Store => ({
    ...store,
    get: failing(layer, store.get),
    getMany: failing(layer, store.getMany),
    head: failing(layer, store.head),
    ttlMilliseconds: failing(layer, store.ttlMilliseconds),
    set: failing(layer, async (...args: Parameters<Store['set']>) => {
      if (faults[layer] === 'full') throw new StoreError(`${layer} is full`);
      return store.set(...args);
    }),
    delete: failing(layer, store.delete),
    fence,
  });
  const faultyFence = (layer: LayerName, fence: Fence): Fence => ({
    ...fence,
    epoch: failing(layer, fence.epoch),
    move: failing(layer, fence.move),
    remove: failing(layer, fence.remove),
    write: failing(layer, async (...args: Parameters<Fence['write']>) => {
      if (faults[layer] === 'full') throw new StoreError(`${layer} is full`);
      return fence.write(...args);
    }),
  });
  const [above, durable] = [memoryStore({ clock }), memoryStore({ clock })];
  const shared = faulty('above', above, { ...faultyFence('above', above.fence), reach: 'cluster' });
  const open = (withFront: boolean) => {
    const front = memoryStore({ clock });
    const slow = faulty('durable', durable, durable.fence);
    const layers = [{ store: shared }, { store: { ...slow, fence: processFence(slow, clock) } }];
    const own = faulty('front', front, faultyFence('front', front.fence));
    const all = withFront ? [{ store: own, mostMilliseconds: 1000 }, ...layers] : layers;
    return layeredStore({ layers: all, clock, repairMilliseconds: 0 });
  };
  return { faults, open, stores: [above, durable] };
}

interface Value {
  readonly key: Key;
  /** It is removed by what comes now: it was written, or its computation began. */
  isDead: boolean;
  isStored: boolean;
}

type Step =
  | { readonly do: 'begin' | 'set' | 'remove' | 'delete' | 'get' | 'head'; readonly key: Key; readonly by: number }
  | { readonly do: 'finish'; readonly which: number; readonly by: number }
  | { readonly do: 'fault'; readonly layer: LayerName; readonly fault: Fault }
  | { readonly do: 'evict'; readonly key: Key };

const key = fc.constantFrom(...keys);
const by = fc.nat({ max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('begin', 'set', 'remove', 'delete', 'get', 'head'), key, by }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('finish'), which: fc.nat({ max: 3 }), by }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('fault'),
      layer: fc.constantFrom('front', 'above', 'durable'),
      fault: fc.constantFrom('well', 'well', 'away', 'full', 'unsteady'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('evict'), key }) },
) as fc.Arbitrary<Step>;

/** Does the steps one after the other, and holds each value that is read against the definition. */
async function follow(steps: readonly Step[], chances: readonly boolean[], { processes, withFront }: Followed) {
  const { faults, open, stores } = layersThatFail(chances);
  const opened = Array.from({ length: processes }, () => open(withFront));
  const values: Value[] = [];
  const begun: { readonly number: number; readonly epoch: string }[] = [];
  const orUndefined = async <T>(call: Promise<T>) => {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return undefined;
    }
  };
  const make = (of: Key): number => values.push({ key: of, isDead: false, isStored: false }) - 1;
  /** A value is dead once a removal has succeeded, or its only process has written another. */
  const kill = (of: Key, which: (value: Value) => boolean) => {
    for (const value of values) if (value.key === of && which(value)) value.isDead = true;
  };
  const look = (asked: Key, bytes: Uint8Array | undefined) => {
    const found = read(bytes);
    if (!found) return;
    expect(found.key).toBe(asked);
    expect({ ...found, isDead: values[found.number]?.isDead }).toEqual({ ...found, isDead: false });
  };

  for (const one of steps) {
    const store = opened['by' in one ? one.by % processes : 0] as Store;
    if (one.do === 'fault') faults[one.layer] = one.fault;
    else if (one.do === 'evict') await stores[0]?.delete(one.key);
    else if (one.do === 'begin') {
      const epoch = await orUndefined(store.fence.epoch(one.key));
      if (epoch !== undefined) begun.unshift({ number: make(one.key), epoch });
    } else if (one.do === 'finish') {
      const [run] = begun.splice(one.which, 1);
      const value = run && values[run.number];
      if (!value) continue;
      value.isStored = true;
      const written = await orUndefined(
        store.fence.write(value.key, entry(value.key, run.number), { epoch: run.epoch }),
      );
      if (written && processes === 1) kill(value.key, (other) => other !== value && other.isStored);
    } else if (one.do === 'set') {
      const number = make(one.key);
      const value = values[number] as Value;
      value.isStored = true;
      const kept = await orUndefined(store.set(one.key, entry(one.key, number)));
      if (kept && processes === 1) kill(one.key, (other) => other !== value && other.isStored);
    } else if (one.do === 'remove') {
      if ((await orUndefined(store.fence.remove(one.key))) !== undefined) kill(one.key, () => true);
    } else if (one.do === 'delete') {
      if ((await orUndefined(store.delete(one.key))) !== undefined) kill(one.key, ({ isStored }) => isStored);
    } else if (one.do === 'get') look(one.key, await orUndefined(store.get(one.key)));
    else look(one.key, await orUndefined(store.head(one.key, 10_000)));
  }

  // Everything is well again.
  for (const layer of ['front', 'above', 'durable'] as const) faults[layer] = 'well';
  for (let round = 0; round < 3; round++) {
    for (const store of opened) {
      for (const of of keys) look(of, await store.get(of));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stores[0]?.delete('a');
    await stores[0]?.delete('b');
  }
}

interface Followed {
  readonly processes: number;
  readonly withFront: boolean;
}

it.each<[string, Followed]>([
  ['one process', { processes: 1, withFront: false }],
  ['one process with its own memory in front', { processes: 1, withFront: true }],
  ['two processes', { processes: 2, withFront: false }],
])('%s: whatever fails, nothing removed is read, and nothing of another key', (_, followed) =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 32 }),
      (steps, chances) => follow(steps, chances, followed),
    ),
    { numRuns: 2000 },
  ),
);
