import fc from 'fast-check';
import { encodeEntry } from '../../src/entry.ts';
import { layeredStore } from '../../src/layers/layered.ts';
import type { Layer } from '../../src/layers/layers.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import { processFence } from '../../src/stores/process-fence.ts';
import { type Fence, type Store, StoreError } from '../../src/stores/store.ts';

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
 * Two processes that each have a layered store over the same two: one that both reach, and one
 * whose fence is each one's own. The first has its own memory in front.
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
    return layeredStore({ layers, clock, repairMilliseconds: 0 });
  };
  const own = { ...watched('mine', mine, wait), fence: watchedFence('mine', mine.fence, wait) };
  const stores = [open({ store: own, mostMilliseconds: 1000 }), open()] as const;
  return { mine, above, durable, stores };
}

type Race = ReturnType<typeof processes>;

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
    [
      'a deletion moves the epoch, and goes from the durable layer up',
      (s) => s.delete('key'),
      'above.move durable.delete above.remove',
    ],
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

describe('while a fenced write waits for the layer that decides', () => {
  /** The steps of the other process when the first is about to make that first call. */
  const before = async (call: string, act: (race: Race) => Promise<unknown>) => {
    const race = processes(async (name) => {
      if (name !== call || !waiting) return;
      waiting = false;
      await act(race);
    });
    let waiting = true;
    const written = await race.stores[0].fence.write('key', entry(3), { epoch: '' });
    return { written, above: text(await race.above.get('key')), durable: text(await race.durable.get('key')) };
  };

  it('another that started later is left where it is', async () => {
    const later = { above: 'started at 4', durable: 'started at 4' };
    const act = ({ stores: [, other] }: Race) => other.fence.write('key', entry(4), { epoch: '' });
    expect(await before('above.write', act)).toEqual({ written: false, ...later });
  });

  it('another that started later, and that a reader has carried up, is not kept out', async () => {
    const later = { above: 'started at 4', durable: 'started at 4' };
    let writing: Promise<boolean> | undefined;
    const reached = Promise.withResolvers<void>();
    const decided = Promise.withResolvers<void>();
    const outcome = await before('above.write', async ({ above, durable, stores: [, other] }) => {
      const slow = layeredStore({
        layers: [
          {
            store: {
              ...above,
              fence: {
                ...above.fence,
                reach: 'cluster',
                write: async (...args) => {
                  reached.resolve();
                  await decided.promise;
                  return above.fence.write(...args);
                },
              },
            },
          },
          { store: durable },
        ],
      });
      writing = slow.fence.write('key', entry(4), { epoch: '' });
      await reached.promise;
      await other.get('key');
    });
    decided.resolve();
    expect(await writing).toBe(true);
    expect(outcome).toEqual({ written: false, ...later });
  });

  it('one that began after the entry was removed is left where it is', async () => {
    const newer = { above: 'started at 2', durable: 'started at 2' };
    const act = async ({ stores: [, other] }: Race) => {
      await other.fence.remove('key');
      await other.fence.write('key', entry(2), { epoch: await other.fence.epoch('key') });
    };
    expect(await before('above.write', act)).toEqual({ written: false, ...newer });
  });

  it('and after that one has decided, what is removed is not laid in other layers', async () => {
    const [decides, middle, durable] = [memoryStore(), memoryStore(), memoryStore()];
    const decider = { ...decides, fence: { ...decides.fence, reach: 'cluster' } as const };
    const other = layeredStore({ layers: [{ store: decider }, { store: middle }, { store: durable }] });
    const removing = {
      ...decider,
      fence: {
        ...decider.fence,
        write: async (...args: Parameters<Fence['write']>) => {
          const written = await decider.fence.write(...args);
          await other.fence.remove('key');
          return written;
        },
      },
    };
    const one = layeredStore({ layers: [{ store: removing }, { store: middle }, { store: durable }] });
    expect(await one.fence.write('key', entry(3), { epoch: '' })).toBe(true);
    for (const store of [decides, middle, durable]) expect(await store.get('key')).toBeUndefined();
  });
});

describe('whatever happens at once, in two processes', () => {
  interface Run {
    readonly before?: (race: Race) => Promise<unknown>;
    /** A call that does not succeed. */
    readonly fails?: string;
    /** One that does not succeed before. */
    readonly failed?: string;
    readonly start: (one: Store, other: Store) => Promise<unknown>[];
    readonly after: (race: Race) => Promise<unknown>;
  }
  /**
   * Lets what is started run at once, in any order of the single calls, and looks at what is there
   * afterwards.
   */
  const inAnyOrder = ({ before: prepare = async () => {}, fails, failed, start, after }: Run) =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        let racing = false;
        const race = processes(async (call) => {
          if (racing) await scheduler.schedule(Promise.resolve(), call);
          if (call === (racing ? fails : failed)) throw new StoreError('not taken');
        });
        await prepare(race);
        racing = true;
        await scheduler.waitFor(Promise.all(start(...race.stores)));
        await scheduler.waitIdle();
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
      // The computation began before the other one: a mere `set` does not ask.
      start: (one, other) => [one.get('key'), other.get('key'), one.set('key', entry(0)), one.get('key')],
      after: async ({ mine, above, durable }) =>
        expect(await lies([mine, above, durable])).toEqual(['started at 0', 'started at 0', 'started at 0']),
    }));

  it('nor where a layer above does not take the new value', () =>
    inAnyOrder({
      before: inDurable,
      fails: 'above.set',
      start: (one, other) => [one.get('key'), other.get('key'), one.set('key', entry(2)), other.get('key')],
      after: async ({ mine, above, durable }) => {
        expect(await lies([mine, durable])).toEqual(['started at 2', 'started at 2']);
        expect((await lies([above]))[0]).not.toBe('started at 1');
      },
    }));

  it.each(['delete', 'remove'] as const)('what is copied down into a layer that was full is not left by a %s', (how) =>
    inAnyOrder({
      before: async ({ stores: [one], durable, above }) => {
        await one.set('key', entry(1));
        expect(await lies([above, durable])).toEqual(['started at 1', undefined]);
      },
      failed: 'durable.set',
      start: (one, other) => [
        one.get('key'),
        how === 'delete' ? other.delete('key') : other.fence.remove('key'),
        one.get('key'),
      ],
      after: async ({ above, durable }) => expect(await lies([above, durable])).toEqual([undefined, undefined]),
    }),
  );

  it('what is copied down does not take the place of what is written meanwhile', () =>
    inAnyOrder({
      before: ({ stores: [one] }) => one.set('key', entry(1)),
      failed: 'durable.set',
      start: (one, other) => [one.get('key'), other.fence.write('key', entry(2), { epoch: '' }), one.get('key')],
      after: async ({ stores: [, other], above }) =>
        expect(await lies([above, other])).toEqual(['started at 2', 'started at 2']),
    }));

  it('what was removed is not left by a write that the layer that decides did not take', () =>
    inAnyOrder({
      before: inDurable,
      fails: 'above.write',
      start: (one, other) => [one.fence.write('key', entry(3), { epoch: '' }), other.fence.remove('key')],
      after: async ({ above, durable }) => expect(await lies([above, durable])).toEqual([undefined, undefined]),
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
        one.fence.write('key', entry(5), { epoch: '' }),
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
