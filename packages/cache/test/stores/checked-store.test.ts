import { encodeEntry } from '../../src/entry.ts';
import { layeredStore } from '../../src/layers/layered.ts';
import { splitStore } from '../../src/layers/split-store.ts';
import { checkedStore } from '../../src/stores/checked-store.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { Store } from '../../src/stores/store.ts';

const one = Uint8Array.of(1);
const entry = encodeEntry({
  value: one,
  computedAt: 1,
  freshUntil: null,
  hardUntil: null,
  costMs: 0,
  schemaVersion: 1,
});

/** A store that says that it keeps what it is given, and then does as the test says. */
function unreliable(afterwards: (store: Store, key: string) => Promise<unknown>): Store {
  const memory = memoryStore();
  return checkedStore('unreliable', {
    ...memory,
    set: async (key, bytes) => {
      await memory.set(key, bytes);
      await afterwards(memory, key);
      return true;
    },
    fence: {
      ...memory.fence,
      write: async (key, bytes, options) => {
        await memory.fence.write(key, bytes, options);
        await afterwards(memory, key);
        return true;
      },
    },
  });
}

const evicts = (store: Store, key: string) => store.delete(key);
const alters = (store: Store, key: string) => store.set(key, Uint8Array.of(9));

describe.each([
  ['is gone', evicts],
  ['is another one', alters],
] as const)('a value that %s when it is read back', (_, afterwards) => {
  const stores: readonly [string, () => Store][] = [
    ['a store', () => unreliable(afterwards)],
    [
      'a store under a prefix',
      () => splitStore({ prefix: 'k', inside: unreliable(afterwards), outside: memoryStore() }),
    ],
    [
      'the durable layer',
      () => layeredStore({ layers: [{ store: memoryStore() }, { store: unreliable(afterwards) }] }),
    ],
  ];
  it.each(stores)('was kept, as %s says, but not when that is verified', async (_, open) => {
    const store = open();
    expect(await store.set('key', one)).toBe(true);
    expect(await store.set('key', one, { verify: true })).toBe(false);
    const epoch = await store.fence.epoch('key');
    expect(await store.fence.write('key', entry, { epoch })).toBe(true);
    expect(await store.fence.write('key', entry, { epoch, verify: true })).toBe(false);
  });
});

it('a value that the durable layer does not keep lies in no layer', async () => {
  const fast = memoryStore();
  const store = layeredStore({ layers: [{ store: fast }, { store: memoryStore({ maxBytes: 100 }) }] });
  await store.set('key', one);
  expect(await fast.get('key')).toEqual(one);
  expect(await store.set('key', new Uint8Array(200))).toBe(false);
  expect([await fast.get('key'), await store.get('key')]).toEqual([undefined, undefined]);
});

it('a value that only the durable layer can hold was kept, and is read from there', async () => {
  const fast = memoryStore({ maxBytes: 100 });
  const store = layeredStore({ layers: [{ store: fast }, { store: memoryStore() }] });
  await store.set('key', one);
  expect(await store.set('key', new Uint8Array(200), { verify: true })).toBe(true);
  expect(await fast.get('key')).toBeUndefined();
  expect((await store.get('key'))?.length).toBe(200);
});
