import type { EntryHeader } from '@cellshed/cache';
import { memoryStore, type Store, StoreError } from '@cellshed/cache';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import type { ReadOptions, TaskOptions } from '../src/read-options.ts';
import { type RefreshingCacheOptions, refreshingCache } from '../src/refreshing.ts';

type Options = Partial<ReadOptions<[town: string], string>>;

const lifetime = 1000;

/** A cache with a read of weather, a queue that notes what it is given, and a clock. */
function setUp(options: Options = {}, more: Partial<RefreshingCacheOptions> = {}) {
  const time = { now: 1_000_000 };
  const clock = () => time.now;
  const store = more.store ?? memoryStore({ clock });
  const queued: { job: RefreshJob; options: TaskOptions }[] = [];
  const queue = { add: async (job: RefreshJob, options: TaskOptions) => void queued.push({ job, options }) };
  const errors: string[] = [];
  const onError = (error: Error) => void errors.push(error.message);
  const cache = refreshingCache({ store, queue, clock, onError, pause: soon, ...more });
  let fetches = 0;
  const fetch = async (town: string) => `${town} ${++fetches}`;
  const options_ = { name: 'weather', lifetimeMilliseconds: lifetime, fetch, ...options };
  const weather = cache.define<[town: string], string>(options_);
  const read = async (town = 'Ghent') => {
    const { status, value } = await weather.read(town);
    await cache.settled();
    return `${status} ${value}`;
  };
  const work = () => Promise.all(queued.splice(0).map(({ job }) => cache.perform(job)));
  return { time, store, cache, weather, queued, errors, read, work, fetches: () => fetches };
}

describe('a refresh by hand', () => {
  it('is queued once, whatever is there: nothing, a fresh value, a stale one', async () => {
    const { time, weather, queued, read, work, fetches } = setUp();
    for (const there of [undefined, 'hit Ghent 1', 'stale Ghent 2']) {
      if (there !== undefined) expect(await read()).toBe(there);
      queued.splice(1);
      expect(await weather.refreshSoon('Ghent')).toBe(there !== 'stale Ghent 2');
      expect(await weather.refreshSoon('Ghent')).toBe(false);
      expect(queued).toHaveLength(1);
      expect(await work()).toEqual(['refreshed']);
      time.now += there === undefined ? 0 : lifetime + 1;
    }
    expect(fetches()).toBe(3);
    time.now -= lifetime;
    expect(await read()).toBe('hit Ghent 3');
  });

  it('serves the old value meanwhile, and outdates nothing', async () => {
    const { weather, read, work } = setUp();
    await read();
    await weather.refreshSoon('Ghent');
    expect(await read()).toBe('hit Ghent 1');
    expect(await work()).toEqual(['refreshed']);
    expect(await read()).toBe('hit Ghent 2');
  });

  it('is not queued while somebody is fetching', async () => {
    const goOn = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { weather, queued } = setUp({
      fetch: async () => {
        begun.resolve();
        await goOn.promise;
        return 'value';
      },
    });
    const fetching = weather.get('Ghent');
    await begun.promise;
    expect(await weather.refreshSoon('Ghent')).toBe(false);
    expect(await weather.refreshSoon('Bruges')).toBe(true);
    goOn.resolve();
    await fetching;
    expect(queued.map(({ job }) => job.args)).toEqual([['Bruges']]);
    expect(await weather.refreshSoon('Ghent')).toBe(true);
  });

  it('is fetched in the background where it cannot be queued, which is said', async () => {
    const queue = { add: () => Promise.reject(new Error('queue away')) };
    const { weather, cache, errors, read } = setUp({}, { queue });
    expect(await weather.refreshSoon('Ghent')).toBe(true);
    await cache.settled();
    expect(await read()).toBe('hit Ghent 1');
    expect(errors).toEqual([expect.stringMatching(/could not be queued: queue away$/)]);
  });

  it('rejects where the store is away, as its caller must know', async () => {
    const away = () => Promise.reject(new StoreError('away'));
    const memory = memoryStore();
    const store: Store = { ...memory, get: away, fence: { ...memory.fence, epoch: away, take: away } };
    await expect(setUp({}, { store }).weather.refreshSoon('Ghent')).rejects.toThrow(new StoreError('away'));
  });
});

describe('how a refresh is queued', () => {
  it('is said to the queue as the read says it, for each way in which one is queued', async () => {
    const taskOptions = { priority: 3, attempts: 7, lifo: true };
    const { time, weather, queued, read, work } = setUp({ taskOptions });
    await read();
    time.now += lifetime + 1;
    expect(await read()).toBe('stale Ghent 1');
    await work();
    await weather.invalidate('Ghent');
    await work();
    await weather.refreshSoon('Ghent');
    time.now += lifetime + 1;
    queued.push(...queued);
    expect(queued.map(({ options }) => options)).toEqual([taskOptions, taskOptions]);
  });

  it('may depend on the arguments; by default nothing is said', async () => {
    const { weather, queued } = setUp({ taskOptions: (town) => ({ priority: town.length }) });
    await weather.refreshSoon('Ghent');
    await weather.refreshSoon('Bruges');
    expect(queued.map(({ options }) => options)).toEqual([{ priority: 5 }, { priority: 6 }]);
    const plain = setUp();
    await plain.weather.refreshSoon('Ghent');
    expect(plain.queued.map(({ options }) => options)).toEqual([{}]);
  });

  it('with a delay is taken to be lost that much later', async () => {
    const clock = { now: 1_000_000 };
    const refresh = { refreshTimeoutMilliseconds: 5000, taskOptions: { delay: 60_000 } };
    const { weather, queued } = setUp(refresh, {
      clock: () => clock.now,
      store: memoryStore({ clock: () => clock.now }),
    });
    await weather.refreshSoon('Ghent');
    clock.now += 65_000;
    expect(await weather.refreshSoon('Ghent')).toBe(false);
    clock.now += 1;
    expect(await weather.refreshSoon('Ghent')).toBe(true);
    expect(queued).toHaveLength(2);
  });

  it.each<readonly [unknown, string]>([
    [5, 'taskOptions of the read weather is the number 5, expected an object of options'],
    [Promise.resolve({}), 'taskOptions of the read weather is a Promise, expected an object of options'],
    [{ priority: '1' }, 'taskOptions.priority of the read weather is the text "1", expected a number'],
    [{ priority: 1.5 }, 'taskOptions.priority of the read weather is 1.5, expected a whole number from 0 to 2097152'],
    [{ delay: -1 }, 'taskOptions.delay of the read weather is -1, expected 0 to 2592000000 milliseconds'],
    [{ attempts: 0 }, 'taskOptions.attempts of the read weather is 0, expected a whole number from 1'],
  ])('is not %j', async (taskOptions, message) => {
    expect(() => setUp({ taskOptions: taskOptions as TaskOptions })).toThrow(message);
    const { weather } = setUp({ taskOptions: () => taskOptions as TaskOptions });
    await expect(weather.refreshSoon('Ghent')).rejects.toThrow(message);
  });
});

describe('a read that extends another', () => {
  it('is as the other one but for what it says otherwise, under keys of its own', async () => {
    const { weather, fetches, queued, work } = setUp({ taskOptions: { priority: 2 } });
    const slow = weather.extend({ name: 'slow', lifetimeMilliseconds: 5 });
    expect([await weather.get('Ghent'), await slow.get('Ghent'), fetches()]).toEqual(['Ghent 1', 'Ghent 2', 2]);
    expect(slow.keyOf('Ghent')).not.toBe(weather.keyOf('Ghent'));
    expect(slow.options).toMatchObject({ name: 'slow', lifetimeMilliseconds: 5, taskOptions: { priority: 2 } });
    expect(weather.options.name).toBe('weather');
    const loud = slow.extend({
      name: 'loud',
      fetch: async (town) => `${await slow.options.fetch(town)}!`,
      processResult: (value) => ({ shouted: value.toUpperCase() }),
    });
    expect(await loud.get('Ghent')).toEqual({ shouted: 'GHENT 3!' });
    expect(loud.options.lifetimeMilliseconds).toBe(5);
    const type: Promise<{ shouted: string }> = loud.get('Ghent');
    expect(await type).toEqual({ shouted: 'GHENT 3!' });
    expect(await loud.refreshSoon('Ghent')).toBe(true);
    expect(queued.map(({ job, options }) => [job.name, options])).toEqual([['loud', { priority: 2 }]]);
    expect(await work()).toEqual(['refreshed']);
    expect(await loud.get('Ghent')).toEqual({ shouted: 'GHENT 4!' });
  });

  it('may be of a function or a query that was wrapped', async () => {
    const { cache } = setUp();
    const area = cache.wrap(async function area(radius: number) {
      return radius * radius;
    });
    const rough = area.extend({ name: 'rough', processResult: (value) => Math.round(value) });
    expect([await area(1.5), await rough.get(1.5)]).toEqual([2.25, 2]);
    const database = { query: async (text: string, values: unknown[]) => ({ rows: [{ text, values }] }) };
    const rows = cache.rows<{ text: string }, [town: string]>({ name: 'rows', database, text: 'select $1' });
    const first = rows.extend({ name: 'first', processResult: ([row]) => row?.text });
    expect(await first.get('Ghent')).toBe('select $1');
  });

  it.each<readonly [unknown, string | RegExp]>([
    [{ name: 'weather' }, 'name of a read is "weather", expected one that is not taken yet'],
    [{ lifetimeMilliseconds: 5 }, 'name of a read is "weather", expected one that is not taken yet'],
    [undefined, 'what is otherwise than in the read weather is undefined, expected an object'],
    [{ name: 'other', lifetime: 5 }, /^the read other has a member "lifetime", expected only name, fetch, /],
    [{ name: 'other', lifetimeMilliseconds: -5 }, 'lifetimeMilliseconds of the read other is -5, expected 0 or more'],
  ])('is refused with %j', (overrides, message) => {
    const { weather } = setUp();
    expect(() => weather.extend(overrides as never)).toThrow(message);
  });
});

describe('a lifetime that the value decides', () => {
  const lifetimeOf = (value: string, town: string) =>
    value.endsWith('1') ? 10 : town === 'Bruges' ? ('do not keep' as const) : 100;

  it('is counted from the fetch, of fetched values, refreshed ones, and those that were set', async () => {
    const { time, weather, read, work } = setUp({ lifetimeOf });
    await read();
    time.now += 10;
    expect(await read()).toBe('hit Ghent 1');
    time.now += 1;
    expect(await read()).toBe('stale Ghent 1');
    await work();
    time.now += 100;
    expect(await read()).toBe('hit Ghent 2');
    time.now += 1;
    expect(await read()).toBe('stale Ghent 2');
    expect(await weather.set(['Ghent'], 'set 1')).toBe(true);
    time.now += 11;
    expect(await read()).toBe('stale set 1');
    expect((await weather.peek('Ghent'))?.header).toMatchObject({ freshUntil: time.now - 1 } as Partial<EntryHeader>);
  });

  it('may say that the value is not kept: who waits gets it, and the next one fetches', async () => {
    const { cache, weather, read, fetches } = setUp({ lifetimeOf: () => 'do not keep' });
    expect(await Promise.all([read(), read(), read()])).toEqual(Array(3).fill('miss Ghent 1'));
    expect(await read()).toBe('miss Ghent 2');
    expect(await weather.peek('Ghent')).toBeUndefined();
    expect(await weather.getMany([['Ghent'], ['Ghent']])).toEqual(['Ghent 3', 'Ghent 3']);
    expect(await weather.refresh('Ghent')).toBe('Ghent 4');
    expect(fetches()).toBe(4);
    expect(cache.stats()).toMatchObject({ unkept: 4, writes: 0, fencedWrites: 0, droppedWrites: 0 });
  });

  it('of a value that is not kept takes away the one that is there, which it outdates', async () => {
    let keeps = true;
    const { time, weather, read, work } = setUp({ lifetimeOf: () => (keeps ? lifetime : 'do not keep') });
    await read();
    keeps = false;
    time.now += lifetime + 1;
    expect(await read()).toBe('stale Ghent 1');
    expect(await work()).toEqual(['not kept']);
    expect(await read()).toBe('miss Ghent 3');
    keeps = true;
    expect(await weather.set(['Ghent'], 'set')).toBe(true);
    keeps = false;
    expect(await weather.set(['Ghent'], 'not kept')).toBe(false);
    expect(await read()).toBe('miss Ghent 4');
  });

  it('does not take away what was set, deleted or invalidated while the value was fetched', async () => {
    const { weather, read, work } = setUp({
      lifetimeOf: (value) => (value === 'set' ? lifetime : 'do not keep'),
      fetch: async (town) => {
        await weather.set([town], 'set');
        return 'fetched';
      },
    });
    expect(await read()).toBe('miss fetched');
    expect(await read()).toBe('hit set');
    await weather.refreshSoon('Ghent');
    await work();
    expect(await read()).toBe('hit set');
  });

  it.each<readonly [unknown, string]>([
    [-1, "lifetimeOf of the read weather is -1, expected 0 or more milliseconds or 'do not keep'"],
    [Number.NaN, "lifetimeOf of the read weather is NaN, expected 0 or more milliseconds or 'do not keep'"],
    ['for ever', 'lifetimeOf of the read weather is the text "for ever", expected 0 or more milliseconds'],
    [undefined, 'lifetimeOf of the read weather is undefined, expected 0 or more milliseconds'],
    [Promise.resolve(5), 'lifetimeOf of the read weather is a Promise, expected 0 or more milliseconds'],
  ])('is not %p', async (answer, message) => {
    const { weather } = setUp({ lifetimeOf: () => answer as number });
    await expect(weather.get('Ghent')).rejects.toThrow(message);
    await expect(weather.set(['Ghent'], 'value')).rejects.toThrow(message);
    expect(await weather.peek('Ghent')).toBeUndefined();
  });
});

describe('set', () => {
  it('answers false where the store does not keep the value, and counts it', async () => {
    const small = setUp({}, { store: memoryStore({ maxBytes: 500 }) });
    expect(await small.weather.set(['Ghent'], 'value')).toBe(true);
    expect(await small.weather.set(['Ghent'], 'x'.repeat(1000))).toBe(false);
    expect(await small.weather.peek('Ghent')).toBeUndefined();
    expect(small.cache.stats()).toMatchObject({ writes: 1, droppedWrites: 1 });

    const away = () => Promise.reject(new StoreError('away'));
    expect(await setUp({}, { store: { ...memoryStore(), set: away } }).weather.set(['Ghent'], 'value')).toBe(false);
    const never = () => new Promise<never>(() => {});
    const silent = setUp({}, { store: { ...memoryStore(), set: never }, timeoutMilliseconds: 5 });
    expect(await silent.weather.set(['Ghent'], 'value')).toBe(false);
  });

  it('verifies only if told to', async () => {
    const asked: unknown[] = [];
    const memory = memoryStore();
    const store: Store = {
      ...memory,
      set: async (key, bytes, options) => {
        asked.push(options?.verify);
        return memory.set(key, bytes, options);
      },
    };
    const { weather } = setUp({}, { store });
    await weather.set(['Ghent'], 'value');
    await weather.set(['Ghent'], 'value', { verify: true });
    expect(asked).toEqual([false, true]);
  });

  it.each<readonly [unknown, string]>([
    ['Ghent', 'the arguments of set is the text "Ghent", expected a list'],
    [undefined, 'the arguments of set is undefined, expected a list'],
    [{ 0: 'Ghent' }, 'the arguments of set is a plain object, expected a list'],
  ])('refuses %j in place of the arguments: nothing is put under a key that nobody reads', async (args, message) => {
    const { weather, store } = setUp();
    await expect(weather.set(args as never, 'value')).rejects.toThrow(new TypeError(message));
    for await (const key of store.keys('')) throw new Error(`there is ${key}`);
  });

  it.each<readonly [unknown, string]>([
    [() => 1, 'value is a function, expected plain data'],
    [{ a: [Symbol('s')] }, 'value.a[0] is the symbol Symbol(s), expected plain data'],
    [new Map(), 'value is a Map, expected plain data'],
    [Promise.resolve(1), 'value is a Promise, expected plain data'],
  ])('refuses %p, which cannot be kept', async (value, message) => {
    const { weather } = setUp();
    await expect(weather.set(['Ghent'], value as never)).rejects.toThrow(new TypeError(message));
    expect(await weather.peek('Ghent')).toBeUndefined();
  });

  it('refuses what a codec makes of it, if that is no bytes', async () => {
    const codec = { encode: (value: string) => value as never, decode: () => 'value' };
    const { weather } = setUp({ codec });
    await expect(weather.set(['Ghent'], 'text')).rejects.toThrow(
      new TypeError('value of an entry is the text "text", expected bytes: a Uint8Array or Buffer'),
    );
    await expect(weather.get('Ghent')).rejects.toThrow(/^value of an entry is the text "Ghent 1", expected bytes/);
  });
});

describe('options of a read', () => {
  const never = () => 1;
  it.each<readonly [unknown, string | RegExp]>([
    [undefined, 'the options of a read is undefined, expected an object'],
    ['weather', 'the options of a read is the text "weather", expected an object'],
    [{ fetch: never }, 'name of a read is undefined, expected text'],
    [{ name: 5, fetch: never }, 'name of a read is the number 5, expected text'],
    [{ name: 'a b', fetch: never }, /^name of a read is "a b", expected 1 to 200 letters/],
    [{ name: 'a' }, 'fetch of the read a is undefined, expected a function'],
    [{ name: 'a', fetch: 'now' }, 'fetch of the read a is the text "now", expected a function'],
    [{ name: 'a', fetch: never, lifetime: 5 }, /^the read a has a member "lifetime", expected only name, fetch, /],
    [
      { name: 'a', fetch: never, lifetimeMilliseconds: '600' },
      'lifetimeMilliseconds of the read a is the text "600", expected a number',
    ],
    [
      { name: 'a', fetch: never, lifetimeMilliseconds: null },
      'lifetimeMilliseconds of the read a is null, expected a number',
    ],
    [
      { name: 'a', fetch: never, ttlMilliseconds: '5' },
      'ttlMilliseconds of the read a is the text "5", expected a number',
    ],
    [
      { name: 'a', fetch: never, waitMilliseconds: Number.NaN },
      'waitMilliseconds of the read a is NaN, expected 0 to 2592000000',
    ],
    [
      { name: 'a', fetch: never, fetchOnMiss: 'no' },
      'fetchOnMiss of the read a is the text "no", expected true, false or a function',
    ],
    [
      { name: 'a', fetch: never, fetchOnMiss: false, empty: 'none' },
      'empty of the read a is the text "none", expected a function',
    ],
    [
      { name: 'a', fetch: never, fetchOnStale: true },
      'fetchOnStale of the read a is the boolean true, expected a function',
    ],
    [{ name: 'a', fetch: never, key: 'town' }, 'key of the read a is the text "town", expected a function'],
    [
      { name: 'a', fetch: never, processResult: {} },
      'processResult of the read a is a plain object, expected a function',
    ],
    [{ name: 'a', fetch: never, fetchMany: [] }, 'fetchMany of the read a is a list, expected a function'],
    [{ name: 'a', fetch: never, lifetimeOf: 5 }, 'lifetimeOf of the read a is the number 5, expected a function'],
    [
      { name: 'a', fetch: never, codec: {} },
      'codec of the read a is a plain object, expected an object with the functions encode, decode',
    ],
    [{ name: 'a', fetch: never, earlyRefresh: 2 }, 'earlyRefresh of the read a is the number 2, expected an object'],
    [{ name: 'a', fetch: never, earlyRefresh: {} }, 'earlyRefresh.beta of the read a is undefined, expected a number'],
    [{ name: 'a', fetch: never, schemaVersion: '2' }, 'schemaVersion of the read a is the text "2", expected a number'],
  ])('are not %p', (options, message) => {
    expect(() => setUp().cache.define(options as never)).toThrow(message);
  });

  it('that are functions answer what they should, no promise of it', async () => {
    const { cache } = setUp();
    const promised = cache.define({ name: 'a', fetch: never, fetchOnMiss: (async () => false) as never, empty: never });
    await expect(promised.get()).rejects.toThrow(
      new TypeError('fetchOnMiss of the read a answered a Promise, expected true or false'),
    );
    const texts = cache.define({ name: 'b', fetch: never, lifetimeMilliseconds: (() => '600') as never });
    await expect(texts.get()).rejects.toThrow(/^lifetimeMilliseconds of the read b is the text "600", expected/);
    const stale = cache.define({ name: 'c', fetch: never, lifetimeMilliseconds: 0, fetchOnStale: (() => 1) as never });
    await stale.get();
    await stale.invalidate();
    await expect(stale.get()).rejects.toThrow(
      'fetchOnStale of the read c answered the number 1, expected true or false',
    );
  });
});

/** Lets everything else go on that can. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
