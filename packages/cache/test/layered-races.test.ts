import fc from 'fast-check';
import { encodeEntry } from '../src/entry.ts';
import { layeredStore } from '../src/layered.ts';
import type { Layer } from '../src/layers.ts';
import { processFence } from '../src/process-fence.ts';
import type { Fence, Store } from '../src/store.ts';
import { memoryStore } from '../src/stores/memory.ts';

const clock = () => 0;

function entry(computedAt: number): Uint8Array {
  const times = { computedAt, freshUntil: null, hardUntil: null };
  return encodeEntry({ ...times, costMs: 0, schemaVersion: 1, value: Buffer.from(`started at ${computedAt}`) });
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return (
    bytes &&
    Buffer.from(bytes)
      .toString()
      .replace(/^.*started/s, 'started')
  );
}

type Before = (call: string) => Promise<unknown>;

function before(wait: Before, name: string) {
  return <A extends unknown[], R>(call: string, then: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await wait(`${name}.${call}`);
      return then(...args);
    };
}

/** The store, with something done before each call of its own. */
function watched(name: string, store: Store, wait: Before): Store {
  const first = before(wait, name);
  return {
    ...store,
    get: first('get', store.get),
    head: first('head', store.head),
    set: first('set', store.set),
    delete: first('delete', store.delete),
    ttlMilliseconds: first('ttl', store.ttlMilliseconds),
  };
}

function watchedFence(name: string, fence: Fence, wait: Before): Fence {
  const first = before(wait, name);
  return {
    ...fence,
    epoch: first('epoch', fence.epoch),
    move: first('move', fence.move),
    write: first('write', fence.write),
    remove: first('remove', fence.remove),
  };
}

/**
 * Two processes that each have a layered store over the same two: one that both reach, and one whose fence is each one's own. The first has
 * its own memory in front.
 */
function processes(wait: Before) {
  const [mine, above, durable] = [memoryStore({ clock }), memoryStore({ clock }), memoryStore({ clock })];
  const open = (...front: Layer[]) => {
    const slow = watched('durable', durable, wait);
    const fence = { ...above.fence, reach: 'cluster' } as const;
    const layers = [
      ...front,
      { store: { ...watched('above', above, wait), fence: watchedFence('above', fence, wait) } },
      { store: { ...slow, fence: watchedFence('durable', processFence(slow, clock), wait) } },
    ];
    return layeredStore({ layers, clock });
  };
  const own = { ...watched('mine', mine, wait), fence: watchedFence('mine', mine.fence, wait) };
  const stores = [open({ store: own, mostMilliseconds: 1000 }), open()] as const;
  return { mine, above, durable, stores };
}

describe('the order of calls', () => {
  const callsOf = async (run: (store: Store) => Promise<unknown>, calls: string[] = []) => {
    let listening = false;
    const [, store] = processes(async (call) => listening && calls.push(call)).stores;
    await store.set('key', entry(1));
    listening = true;
    await run(store);
    return calls.join(' ');
  };

  it.each<[string, (store: Store) => Promise<unknown>, string]>([
    ['a write reaches the durable layer first', (s) => s.set('key', entry(2)), 'durable.set above.set'],
    ['a deletion goes from the durable layer up', (s) => s.delete('key'), 'durable.delete above.remove'],
    [
      'a removal moves the epoch before anything else',
      (s) => s.fence.remove('key'),
      'above.move durable.delete above.remove',
    ],
    [
      'a fenced write asks for the epoch, writes the durable layer, and then the one that decides',
      (s) => s.fence.write('key', entry(2), { epoch: '' }),
      'above.epoch durable.epoch durable.write durable.head durable.set above.write',
    ],
    [
      'a fenced write with an outdated epoch writes nothing',
      (s) => s.fence.write('key', entry(2), { epoch: 'outdated' }),
      'above.epoch',
    ],
    ['what is found above is not looked for below', (s) => s.get('key'), 'above.get'],
    ['what is not is, after the epoch was asked for', async (s) => s.get('other'), 'above.get above.epoch durable.get'],
  ])('%s', async (_, run, expected) => {
    expect(await callsOf(run)).toBe(expected);
  });
});

describe('whatever happens at once, in two processes', () => {
  type Race = ReturnType<typeof processes>;
  interface Run {
    readonly before?: (race: Race) => Promise<unknown>;
    readonly start: (one: Store, other: Store) => Promise<unknown>[];
    readonly after: (race: Race) => Promise<unknown>;
  }
  /** Lets what is started run at once, in any order of the single calls, and looks at what is there afterwards. */
  const inAnyOrder = ({ before: prepare = async () => {}, start, after }: Run) =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        let racing = false;
        const race = processes((call) => (racing ? scheduler.schedule(Promise.resolve(), call) : Promise.resolve()));
        await prepare(race);
        racing = true;
        await scheduler.waitFor(Promise.all(start(...race.stores)));
        racing = false;
        await after(race);
      }),
      { numRuns: 400 },
    );
  const lies = async (stores: readonly Store[]) =>
    Promise.all(stores.map(async (store) => text(await store.get('key'))));
  const inDurable = async ({ durable }: Race) => durable.set('key', entry(1));

  it('what was deleted is not brought back by those who are reading', () =>
    inAnyOrder({
      before: inDurable,
      start: (one, other) => [one.get('key'), other.get('key'), one.delete('key'), one.get('key')],
      after: async ({ mine, above, durable }) =>
        expect(await lies([mine, above, durable])).toEqual([undefined, undefined, undefined]),
    }));

  it('what was removed is not brought back by those who are reading, or were writing before', () =>
    inAnyOrder({
      before: inDurable,
      start: (one, other) => [
        one.get('key'),
        one.fence.write('key', entry(3), { epoch: '' }),
        other.fence.remove('key'),
        other.get('key'),
        other.get('key'),
      ],
      after: async ({ above, durable }) => expect(await lies([above, durable])).toEqual([undefined, undefined]),
    }));

  it('nor in the process that removed it', () =>
    inAnyOrder({
      before: inDurable,
      start: (one) => [
        one.get('key'),
        one.fence.write('key', entry(3), { epoch: '' }),
        one.fence.remove('key'),
        one.get('key'),
      ],
      after: async ({ mine, above, durable }) =>
        expect(await lies([mine, above, durable])).toEqual([undefined, undefined, undefined]),
    }));

  it('nor by one who writes only where nothing lies', () =>
    inAnyOrder({
      start: (one, other) => [
        one.fence.write('key', entry(3), { epoch: '', ifAbsent: true }),
        other.fence.remove('key'),
        other.get('key'),
        one.get('key'),
      ],
      after: async ({ above, durable }) => expect(await lies([above, durable])).toEqual([undefined, undefined]),
    }));

  it('what was overwritten is not brought back by those who are reading', () =>
    inAnyOrder({
      before: inDurable,
      start: (one, other) => [one.get('key'), other.get('key'), one.set('key', entry(2)), one.get('key')],
      after: async ({ mine, above, durable }) =>
        expect(await lies([mine, above, durable])).toEqual(['started at 2', 'started at 2', 'started at 2']),
    }));

  it('the fenced write that started later is what is read', () =>
    inAnyOrder({
      before: inDurable,
      start: (one, other) => [
        one.fence.write('key', entry(2), { epoch: '' }),
        other.fence.write('key', entry(3), { epoch: '' }),
        other.get('key'),
        other.get('key'),
      ],
      after: async ({ stores: [, other], above }) =>
        expect(await lies([above, other])).toEqual(['started at 3', 'started at 3']),
    }));

  it('one fenced write gets in although everybody reads, and says so', () =>
    inAnyOrder({
      start: (one, other) => [
        one.fence.write('key', entry(3), { epoch: '', ifAbsent: true }).then((written) => expect(written).toBe(true)),
        one.get('key'),
        other.get('key'),
        other.get('key'),
      ],
      after: async ({ mine, above, durable }) =>
        expect(await lies([mine, above, durable])).toEqual(['started at 3', 'started at 3', 'started at 3']),
    }));

  it('writes and removals of one key take turns within a process', () =>
    inAnyOrder({
      start: (one) => [
        one.set('key', entry(2)),
        one.delete('key'),
        one.fence.remove('key'),
        one.set('key', entry(4)),
        one.get('key'),
      ],
      after: async ({ mine, above, durable }) =>
        expect(await lies([mine, above, durable])).toEqual(['started at 4', 'started at 4', 'started at 4']),
    }));
});
