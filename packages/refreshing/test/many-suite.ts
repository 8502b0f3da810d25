import type { Store } from '@cellshed/cache';
import { patient } from '../../cache/test/store-fixture.ts';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import type { ReadOptions } from '../src/read-options.ts';
import { type RefreshingCache, type RefreshingCacheOptions, refreshingCache } from '../src/refreshing.ts';

export interface ManyFixture {
  /** A store with nothing in it. */
  open(): Promise<Store>;
}

type Options = Partial<ReadOptions<[town: string], string>>;

const minute = 60_000;

/** The promises of reading many values at once, with any store. */
export function manySuite(name: string, { open }: ManyFixture): void {
  describe(`many values over ${name}`, () => {
    let store: Store;
    let now: number;
    const caches: RefreshingCache[] = [];
    beforeEach(async () => {
      store = await open();
      now = Date.now();
    });
    afterEach(async () => {
      await Promise.all(caches.splice(0).map((cache) => cache.settled()));
      await store.close();
    });

    /** A cache with a read, as in one of several processes, and what was fetched by which call. */
    function process(options: Options = {}, more: Partial<RefreshingCacheOptions> = {}) {
      const jobs: RefreshJob[] = [];
      const calls: string[][] = [];
      const queue = { add: async (job: RefreshJob) => void jobs.push(JSON.parse(JSON.stringify(job))) };
      const cache = refreshingCache({
        ...{ store, queue, clock: () => now, pause: soon, ...patient },
        ...more,
      });
      caches.push(cache);
      const weather = cache.define<[town: string], string>({
        name: 'weather',
        lifetimeMilliseconds: minute,
        fetch: async (town) => {
          calls.push([town]);
          return `${town} ${calls.length}`;
        },
        fetchMany: async (many) => {
          calls.push(many.map(([town]) => town));
          return many.map(([town]) => `${town} ${calls.length}`);
        },
        ...options,
      });
      const read = async (...towns: string[]) => {
        const answers = await weather.readMany(towns.map((town): [string] => [town]));
        return answers.map(({ status, value }) => `${status} ${value}`);
      };
      return { cache, weather, jobs, calls, read };
    }

    it('come in the order of their arguments, what is missing by one fetch', async () => {
      const { weather, calls, read, cache } = process();
      expect(await weather.get('b')).toBe('b 1');
      expect(await read('a', 'b', 'c', 'a')).toEqual(['miss a 2', 'hit b 1', 'miss c 2', 'miss a 2']);
      expect(calls).toEqual([['b'], ['a', 'c']]);
      expect(await weather.getMany([['c'], ['a']])).toEqual(['c 2', 'a 2']);
      expect([await weather.get('a'), calls.length]).toEqual(['a 2', 2]);
      expect(await read()).toEqual([]);
      expect(cache.stats()).toMatchObject({ hits: 4, misses: 4, fetches: 3, writes: 3 });
    });

    it('without fetchMany are fetched one by one, all at once', async () => {
      const ends = Promise.withResolvers<void>();
      const begun: string[] = [];
      const fetch = async (town: string) => {
        begun.push(town);
        if (begun.length === 3) ends.resolve();
        // Ends when all have begun.
        await ends.promise;
        return town;
      };
      const { read } = process({ fetch, fetchMany: undefined as never });
      expect(await read('a', 'b', 'c')).toEqual(['miss a', 'miss b', 'miss c']);
      expect(await read('a', 'b', 'c')).toEqual(['hit a', 'hit b', 'hit c']);
    });

    it('that are stale are served, and one refresh of each is queued', async () => {
      const { cache, jobs, read, calls } = process();
      await read('a', 'b');
      now += minute + 1;
      expect(await read('a', 'b', 'a', 'c')).toEqual(['stale a 1', 'stale b 1', 'stale a 1', 'miss c 2']);
      await cache.settled();
      // They are queued at once, in no order.
      jobs.sort((one, other) => one.key.localeCompare(other.key));
      expect(jobs.map(({ args }) => args)).toEqual([['a'], ['b']]);
      for (const job of jobs.splice(0)) expect(await cache.perform(job)).toBe('refreshed');
      expect(await read('a', 'b')).toEqual(['hit a 3', 'hit b 4']);
      expect(calls).toEqual([['a', 'b'], ['c'], ['a'], ['b']]);
    });

    it('that are too stale are fetched together, and stay where that fails', async () => {
      let isDown = false;
      const fetchMany = async (many: readonly [string][]) => {
        if (isDown) throw new Error('down');
        return many.map(([town]) => `${town} at ${now}`);
      };
      const { read, cache } = process({ fetchMany, fetchOnStaleThresholdMilliseconds: 2 * minute }, {});
      const began = now;
      await read('a', 'b');
      now += 2 * minute + 1;
      isDown = true;
      expect(await read('a', 'b')).toEqual([`stale a at ${began}`, `stale b at ${began}`]);
      expect(cache.stats()).toMatchObject({ failedFetches: 2, lastFailure: expect.stringMatching(/down/) });
      isDown = false;
      now += minute;
      expect(await read('a', 'b')).toEqual([`miss a at ${now}`, `miss b at ${now}`]);
    });

    it('without fetchOnMiss are empty, and refreshed in the background', async () => {
      const { cache, jobs, read } = process({ fetchOnMiss: (town) => town !== 'b', empty: (town) => `no ${town}` });
      expect(await read('a', 'b', 'b')).toEqual(['miss a 1', 'empty no b', 'empty no b']);
      await cache.settled();
      expect(jobs.map(({ args }) => args)).toEqual([['b']]);
    });

    it('of which one cannot be had reject with that failure, which is remembered; the others are kept', async () => {
      const { read, weather, calls } = process({
        fetchMany: undefined as never,
        fetch: async (town) => {
          calls.push([town]);
          if (town === 'bad') throw new Error('no such town');
          return town;
        },
      });
      await expect(read('a', 'bad', 'b')).rejects.toThrow('no such town');
      expect([await weather.get('a'), await weather.get('b'), calls.length]).toEqual(['a', 'b', 3]);
      await expect(read('a', 'bad')).rejects.toThrow('no such town');
      expect(calls.length).toBe(3);
    });

    it.each<readonly [unknown, string]>([
      [['a'], 'fetchMany of the read weather answered 1 values, expected a list of 2 values'],
      [['a', 'b', 'c'], 'fetchMany of the read weather answered 3 values, expected a list of 2 values'],
      [undefined, 'fetchMany of the read weather answered undefined, expected a list of 2 values'],
      [new Map([['a', 1]]), 'fetchMany of the read weather answered a Map, expected a list of 2 values'],
    ])('are not had where fetchMany answers %j', async (values, message) => {
      const { read, weather } = process({ fetchMany: async () => values as string[] });
      await expect(read('a', 'b')).rejects.toThrow(new TypeError(message));
      expect(await weather.peek('a')).toBeUndefined();
    });

    it('of which some cannot be kept are refused with their place, the others are kept', async () => {
      const { read, weather } = process({ fetchMany: async () => ['a', (() => 1) as unknown as string] });
      await expect(read('a', 'b')).rejects.toThrow('value is a function, expected plain data');
      expect((await weather.read('a')).status).toBe('hit');
    });

    it('are fetched once by all who ask at once, alone or together, in all processes', async () => {
      const towns = Array.from({ length: 20 }, (_, index) => `town ${index}`);
      const processes = [process(), process(), process()];
      const asked = processes.flatMap(({ read, weather }, at) => [
        read(...towns),
        read(...towns.slice(at), 'town 0'),
        ...towns.map(async (town) => [`miss ${await weather.get(town)}`]),
      ]);
      const answers = (await Promise.all(asked)).flat();
      expect(new Set(answers.map((answer) => answer.replace(/^hit/, 'miss').replace(/ \d+$/, ''))).size).toBe(20);
      const fetched = processes.flatMap(({ calls }) => calls.flat());
      expect(fetched.sort()).toEqual(towns.toSorted());
    });

    it('that another process is fetching are waited for, the others fetched meanwhile', async () => {
      const goOn = Promise.withResolvers<void>();
      const begun = Promise.withResolvers<void>();
      const theirs = process({
        fetch: async (town) => {
          begun.resolve();
          await goOn.promise;
          return `their ${town}`;
        },
      });
      const mine = process();
      const their = theirs.weather.get('b');
      await begun.promise;
      const all = mine.read('a', 'b', 'c');
      while (mine.calls.length === 0) await soon();
      expect(mine.calls).toEqual([['a', 'c']]);
      goOn.resolve();
      expect(await all).toEqual(['miss a 1', 'miss their b', 'miss c 1']);
      expect([await their, mine.calls.length]).toEqual(['their b', 1]);
    });

    it('that were deleted while they were fetched are not kept', async () => {
      const { weather, read } = process({
        fetchMany: async (many) => {
          await weather.delete('a');
          return many.map(([town]) => town);
        },
      });
      expect(await read('a', 'b')).toEqual(['miss a', 'miss b']);
      expect([await weather.peek('a'), (await weather.peek('b'))?.value]).toEqual([undefined, 'b']);
    });

    it.each<readonly [unknown, string]>([
      [undefined, 'what many values are asked for is undefined, expected a list'],
      ['Ghent', 'what many values are asked for is the text "Ghent", expected a list'],
      [[['Ghent'], 'Bruges'], 'the arguments at 1 is the text "Bruges", expected a list of them'],
      [[[() => 1]], 'many[0][0] is a function, expected plain data'],
    ])('are refused at once for %j', async (many, message) => {
      const { weather, calls } = process();
      await expect(weather.getMany(many as never)).rejects.toThrow(new TypeError(message));
      await expect(weather.readMany(many as never)).rejects.toThrow(new TypeError(message));
      expect(calls).toEqual([]);
    });

    it('are what each reader’s own result is made of', async () => {
      const { cache } = process();
      const read = cache.define({
        name: 'shout',
        fetch: (town: string) => ({ town }),
        processResult: ({ town }, { status, args }) => `${status} ${args[0]} ${town.toUpperCase()}`,
      });
      expect(await read.getMany([['a'], ['b'], ['a']])).toEqual(['miss a A', 'miss b B', 'miss a A']);
      const objects = cache.define({ name: 'object', fetch: (town: string) => ({ town }) });
      const [one, other] = await objects.getMany([['a'], ['a']]);
      expect(one).not.toBe(other);
    });
  });
}

/** Lets everything else go on that can. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
