import { memoryStore } from '@cellshed/cache';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import type { ReadOptions } from '../src/read-options.ts';
import { refreshingCache } from '../src/refreshing.ts';
import type { Codec } from '../src/stored/plain-data.ts';

let now = 0;
const clock = () => now;

function setUp() {
  now = 0;
  const store = memoryStore({ clock });
  const jobs: RefreshJob[] = [];
  const queue = { add: async (job: RefreshJob) => void jobs.push(job) };
  return { store, jobs, queue, cache: refreshingCache({ store, queue, clock }) };
}

describe('what a reader gets', () => {
  it('is its own copy, and of the same kind at a miss as at a hit', async () => {
    const { cache } = setUp();
    const made = { list: [1], when: new Date(5), bytes: Buffer.from('ab'), none: undefined };
    const read = cache.define({ name: 'read', fetch: async () => made });
    const readers = await Promise.all([read.get(), read.get(), read.get()]);
    readers.push(await read.get());
    for (const value of readers) {
      expect(value).toStrictEqual({ ...made, bytes: Uint8Array.of(97, 98) });
      value.list.push(2);
    }
    expect(made.list).toEqual([1]);
  });

  it('is what processResult makes of the value, its status and its arguments; peek shows the value itself', async () => {
    const { cache } = setUp();
    const read = cache.define({
      name: 'read',
      lifetimeMilliseconds: 10,
      fetchOnMiss: (user) => user !== 'eve',
      fetch: (user: string) => user.length,
      empty: () => -1,
      processResult: (value, { status, args: [user] }) => `${user} ${status} ${value}`,
    });
    const results: string[] = [await read.get('david'), await read.get('david'), await read.get('eve')];
    now = 11;
    results.push(await read.get('david'), (await read.read('david')).value, await read.refresh('david'));
    expect(results).toEqual([
      ...['david miss 5', 'david hit 5', 'eve empty -1', 'david stale 5', 'david stale 5', 'david miss 5'],
    ]);
    expect(await read.peek('david')).toMatchObject({ value: 5, status: 'hit' });
  });
});

describe('an entry', () => {
  const codec: Codec<string> = {
    encode: (value) => Buffer.from(value.toUpperCase()),
    decode: (bytes) => {
      const text = Buffer.from(bytes).toString();
      if (text !== text.toUpperCase()) throw new SyntaxError('not ours');
      return text;
    },
  };
  const of = (options: Omit<ReadOptions<[], string>, 'name'>, { store, queue }: ReturnType<typeof setUp>) =>
    refreshingCache({ store, queue, clock }).define({ name: 'read', ...options });

  it('is written and read by the codec', async () => {
    const all = setUp();
    const read = of({ fetch: () => 'value', codec }, all);
    expect([await read.get(), await read.get()]).toEqual(['VALUE', 'VALUE']);
    expect(
      Buffer.from((await all.store.get(read.keyOf())) ?? [])
        .subarray(72)
        .toString(),
    ).toBe('VALUE');
    await read.set([], 'set');
    expect(await read.get()).toBe('SET');
  });

  it.each<readonly [string, Partial<ReadOptions<[], string>>]>([
    ['of another schema version', { schemaVersion: 2 }],
    ['that its codec cannot decode', { codec }],
  ])('%s is a miss, for a refresh job too, and is written over', async (_, options) => {
    const all = setUp();
    await of({ fetch: () => 'old' }, all).get();
    let fetches = 0;
    const fetch = () => {
      fetches += 1;
      return 'NEW';
    };
    const read = of({ fetch, ...options }, all);
    expect(await read.peek()).toBeUndefined();
    expect(await read.invalidate()).toBe(false);
    expect(await read.read()).toMatchObject({ status: 'miss', value: 'NEW' });
    expect(await read.read()).toMatchObject({ status: 'hit', value: 'NEW' });
    expect([fetches, all.jobs.length]).toEqual([1, 0]);
  });

  it('that is damaged is a miss and is written over', async () => {
    const all = setUp();
    const read = of({ fetch: () => 'value' }, all);
    await read.get();
    const bytes = (await all.store.get(read.keyOf())) ?? new Uint8Array();
    await all.store.set(read.keyOf(), bytes.with(75, 0));
    expect(await read.peek()).toBeUndefined();
    expect(await read.read()).toMatchObject({ status: 'miss', value: 'value' });
    expect(await read.read()).toMatchObject({ status: 'hit', value: 'value' });
  });
});

describe('a wrapped function', () => {
  it('answers from the cache, under its own name, with everything else in its members', async () => {
    const { cache, jobs } = setUp();
    const asked: (readonly [number, string?])[] = [];
    async function area(size: number, unit?: string) {
      asked.push(unit === undefined ? [size] : [size, unit]);
      return { area: size ** 2, unit };
    }
    const cached = cache.wrap(area, { lifetimeMilliseconds: 10 });
    expect([await cached(3), await cached(3)]).toEqual([{ area: 9 }, { area: 9 }]);
    expect(await cached(3, 'm')).toEqual({ area: 9, unit: 'm' });
    expect(asked).toEqual([[3], [3, 'm']]);
    expect(await cached.invalidate(3)).toBe(true);
    expect(jobs[0]).toMatchObject({ name: 'area', args: [3] });
    expect(cached.keyOf(3)).toMatch(/^refresh:area:/);
  });

  it('without a name needs one', async () => {
    const { cache } = setUp();
    expect(() => cache.wrap(() => 1)).toThrow('name of a read is "", expected 1 to 200 letters, digits, dots,');
    expect(await cache.wrap(() => 1, { name: 'one' })()).toBe(1);
  });
});

describe('the options of a read', () => {
  const fetch = () => 1;
  it.each<readonly [Partial<ReadOptions<[], number>>, string]>([
    [{ name: 'a b' }, 'name of a read is "a b", expected 1 to 200 letters, digits, dots, underscores and hyphens'],
    [{ name: 'x'.repeat(201) }, 'name of a read is "xxx'],
    [{ lifetimeMilliseconds: -1 }, 'lifetimeMilliseconds of the read r is -1, expected 0 or more milliseconds'],
    [{ lifetimeMilliseconds: Number.NaN }, 'lifetimeMilliseconds of the read r is NaN'],
    [
      { lifetimeMilliseconds: 6, ttlMilliseconds: 5 },
      'lifetimeMilliseconds of the read r is 6, expected at most ttlMilliseconds, which is 5',
    ],
    [{ lifetimeMilliseconds: Infinity }, 'expected at most ttlMilliseconds, which is 2592000000'],
    [{ ttlMilliseconds: 0 }, 'ttlMilliseconds of the read r is 0, expected more than 0 milliseconds'],
    [{ fetchOnStaleThresholdMilliseconds: -1 }, 'fetchOnStaleThresholdMilliseconds of the read r is -1'],
    [{ staleIfErrorMilliseconds: Number.NaN }, 'staleIfErrorMilliseconds of the read r is NaN, expected 0 or more'],
    [{ refreshTimeoutMilliseconds: 0 }, 'refreshTimeoutMilliseconds of the read r is 0, expected more than 0'],
    [{ refreshTimeoutMilliseconds: Infinity }, 'refreshTimeoutMilliseconds of the read r is Infinity'],
    [{ waitMilliseconds: -1 }, 'waitMilliseconds of the read r is -1, expected 0 to 2592000000'],
    [{ waitMilliseconds: Infinity }, 'waitMilliseconds of the read r is Infinity'],
    [{ earlyRefresh: { beta: -1 } }, 'earlyRefresh.beta of the read r is -1, expected 0 or more'],
    [{ schemaVersion: 1.5 }, 'schemaVersion of the read r is 1.5, expected an integer from 0 to 4294967295'],
    [{ fetchOnMiss: false }, 'empty of the read r is missing, expected a function, as fetchOnMiss is not true'],
    [{ fetchOnMiss: () => true }, 'empty of the read r is missing'],
  ])('%j are refused', (options, message) => {
    const { cache } = setUp();
    expect(() => cache.define({ name: 'r', fetch, ...options })).toThrow(RangeError);
    expect(() => cache.define({ name: 'r', fetch, ...options })).toThrow(message);
    cache.define({ name: 'r', fetch });
  });

  it.each<Partial<ReadOptions<[], number>>>([
    { lifetimeMilliseconds: 0, ttlMilliseconds: 1, fetchOnStaleThresholdMilliseconds: 0, staleIfErrorMilliseconds: 0 },
    { lifetimeMilliseconds: 5, ttlMilliseconds: 5, waitMilliseconds: 0, earlyRefresh: { beta: 0 }, schemaVersion: 0 },
    { ttlMilliseconds: 5, refreshTimeoutMilliseconds: 1, staleIfErrorMilliseconds: Infinity },
    { name: 'A-z_0.9', fetchOnMiss: false, empty: fetch, schemaVersion: 0xffffffff },
  ])('%j are good', async (options) => {
    const { cache } = setUp();
    const read = cache.define({ name: 'r', fetch, ...options });
    expect(await read.refresh()).toBe(1);
    expect(await read.read()).toMatchObject({ status: 'hit' });
  });

  it('name a read that no other has, and a prefix that a key can contain', () => {
    const { cache, store } = setUp();
    cache.define({ name: 'r', fetch });
    expect(() => cache.define({ name: 'r', fetch })).toThrow('name of a read is "r", expected one that is not taken');
    expect(() => refreshingCache({ store, prefix: 'a:b' })).toThrow('prefix of a refreshing cache is "a:b", expected');
  });

  it('by default keep a value fresh for ten minutes and serve it for thirty days', async () => {
    const { cache } = setUp();
    const read = cache.define({ name: 'r', fetch });
    await read.get();
    const { header } = (await read.peek()) ?? {};
    expect(header).toMatchObject({ freshUntil: 600_000, hardUntil: 2_592_000_000, schemaVersion: 1 });
  });

  it('make no value fresh for longer than it may be served', async () => {
    const { cache } = setUp();
    const read = cache.define({ name: 'r', fetch, ttlMilliseconds: 5, lifetimeMilliseconds: () => 9 });
    await read.get();
    expect((await read.peek())?.header).toMatchObject({ freshUntil: 5, hardUntil: 5 });
  });
});
