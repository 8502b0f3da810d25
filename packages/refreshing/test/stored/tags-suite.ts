import type { Store } from '@cellshed/cache';
import { all, patient } from '../../../cache/test/store-fixture.ts';
import type { RefreshJob } from '../../src/queues/refresh-job.ts';
import { type RefreshingCache, refreshingCache } from '../../src/refreshing.ts';

export interface TagsFixture {
  /** A store with nothing in it. */
  open(): Promise<Store>;
}

const minute = 60_000;

/** The promises of clearing by tag, with any store. */
export function tagsSuite(name: string, { open }: TagsFixture): void {
  describe(`tags over ${name}`, () => {
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

    /**
     * A cache with a read of a town's weather, as in one of several processes that use the store.
     */
    function process() {
      const jobs: RefreshJob[] = [];
      const queue = { add: async (job: RefreshJob) => void jobs.push(JSON.parse(JSON.stringify(job))) };
      const cache = refreshingCache({ store, queue, clock: () => now, pause: soon, ...patient });
      caches.push(cache);
      let fetches = 0;
      /** The promise that a fetch waits for. */
      let before = async () => {};
      const weather = cache.define({
        name: 'weather',
        lifetimeMilliseconds: minute,
        tags: (town: string) => ['weather', `town:${town}`],
        fetch: async (town: string) => {
          fetches += 1;
          const value = `${town} ${fetches}`;
          await before();
          return value;
        },
      });
      const read = async (town = 'Ghent') => {
        const { status, value } = await weather.read(town);
        return `${status} ${value}`;
      };
      const during = (task: () => Promise<unknown>) => {
        before = async () => {
          before = async () => {};
          await task();
        };
      };
      return { cache, jobs, weather, read, during, fetches: () => fetches };
    }

    it('clear what is kept under them, of all reads, and nothing else', async () => {
      const { cache, read } = process();
      const news = cache.define({ name: 'news', tags: ['news', 'town:Ghent'], fetch: () => 'news' });
      const untagged = cache.define({ name: 'untagged', fetch: () => 'value' });
      for (const town of ['Ghent', 'Bruges']) expect(await read(town)).toMatch(/^miss/);
      await Promise.all([news.get(), untagged.get()]);
      expect([await read('Ghent'), await read('Bruges')]).toEqual(['hit Ghent 1', 'hit Bruges 2']);

      await cache.clearTag('town:Ghent');
      expect([await read('Ghent'), await read('Bruges')]).toEqual(['miss Ghent 3', 'hit Bruges 2']);
      expect([(await news.read()).status, (await untagged.read()).status]).toEqual(['miss', 'hit']);
      await cache.clearTag('weather');
      expect([await read('Ghent'), await read('Bruges')]).toEqual(['miss Ghent 4', 'miss Bruges 5']);
      expect([await read('Ghent'), await read('Bruges')]).toEqual(['hit Ghent 4', 'hit Bruges 5']);
      await cache.clearTag('of nothing');
      expect([await read('Ghent'), (await news.read()).status]).toEqual(['hit Ghent 4', 'hit']);
    });

    it('clear for all processes, and what was cleared is peeked at, served stale, and invalidated no more', async () => {
      const [mine, theirs] = [process(), process()];
      expect(await mine.read()).toBe('miss Ghent 1');
      expect(await theirs.read()).toBe('hit Ghent 1');
      now += minute + 1;
      await theirs.cache.clearTag('weather');
      expect(await mine.weather.peek('Ghent')).toBeUndefined();
      expect(await mine.weather.invalidate('Ghent')).toBe(false);
      expect(await mine.read()).toBe('miss Ghent 2');
      expect(await theirs.read()).toBe('hit Ghent 2');
    });

    it('clear also what was being fetched before: it does not survive', async () => {
      const { cache, read, during } = process();
      during(() => cache.clearTag('town:Ghent'));
      expect(await read()).toBe('miss Ghent 1');
      expect(await read()).toBe('miss Ghent 2');
      expect(await read()).toBe('hit Ghent 2');
      expect(cache.stats()).toMatchObject({ fetches: 2 });
    });

    it('clear what another process was fetching; who asks afterwards does not get it', async () => {
      const [mine, theirs] = [process(), process()];
      const begun = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      theirs.during(async () => {
        begun.resolve();
        await goOn.promise;
      });
      const early = theirs.read();
      await begun.promise;
      await mine.cache.clearTag('weather');
      const late = theirs.read();
      await soon();
      goOn.resolve();
      expect([await early, await late]).toEqual(['miss Ghent 1', 'miss Ghent 2']);
      expect([await mine.read(), theirs.fetches(), mine.fetches()]).toEqual(['hit Ghent 2', 2, 0]);
    });

    it('clear what a queued refresh fetches, if it began before', async () => {
      const { cache, jobs, read, during } = process();
      await read();
      now += minute + 1;
      expect(await read()).toBe('stale Ghent 1');
      await cache.settled();
      expect(jobs).toMatchObject([{ tags: ['town:Ghent', 'weather'] }]);
      during(() => cache.clearTag('weather'));
      expect(await cache.perform(jobs.shift() as RefreshJob)).toBe('refreshed');
      expect(await read()).toBe('miss Ghent 3');
      now += minute + 1;
      await read();
      await cache.settled();
      expect(await cache.perform(jobs.shift() as RefreshJob)).toBe('refreshed');
      expect(await read()).toBe('hit Ghent 4');
    });

    it('clear what was set, and are set under again', async () => {
      const { cache, weather, read } = process();
      expect(await weather.set(['Ghent'], 'set', { verify: true })).toBe(true);
      expect(await read()).toBe('hit set');
      expect((await weather.peek('Ghent'))?.header.valueBytes).toBe('"set"'.length);
      await cache.clearTag('weather');
      expect(await read()).toBe('miss Ghent 1');
      expect(await weather.set(['Ghent'], 'again')).toBe(true);
      expect(await read()).toBe('hit again');
      expect(await weather.invalidate('Ghent')).toBe(true);
      expect(await read()).toBe('stale again');
      expect(await weather.delete('Ghent')).toBe(true);
      expect(await read()).toBe('miss Ghent 2');
    });

    it('clear hundreds of values in as many steps as one, and read no key', async () => {
      const { cache, weather } = process();
      const towns = Array.from({ length: 300 }, (_, index): [string] => [`town ${index}`]);
      await weather.getMany(towns);
      const before = (await all(store.keys(''))).length;
      expect(before).toBeGreaterThan(600);
      const asked: string[] = [];
      const counted = refreshingCache({ store: countingStore(store, asked), clock: () => now, ...patient });
      await counted.clearTag('weather');
      expect(asked).toEqual(['remove refresh:@weather']);
      const again = await weather.readMany(towns);
      expect(new Set(again.map(({ status }) => status))).toEqual(new Set(['miss']));
      expect(cache.stats()).toMatchObject({ fetches: 600 });
    });

    it('whose versions were lost are cleared', async () => {
      const { read } = process();
      await read();
      await store.fence.remove('refresh:@weather');
      expect(await read()).toBe('miss Ghent 2');
    });

    it('of one prefix are nothing to another', async () => {
      const { read } = process();
      await read();
      await refreshingCache({ store, prefix: 'elsewhere', ...patient }).clearTag('weather');
      expect(await read()).toBe('hit Ghent 1');
    });

    it('are shared by a hundred readers, who fetch once', async () => {
      const processes = Array.from({ length: 4 }, () => process());
      for (const round of [1, 2]) {
        const reads = processes.flatMap(({ read }) => Array.from({ length: 25 }, () => read()));
        expect(new Set(await Promise.all(reads)).size).toBeLessThanOrEqual(2);
        const fetches = processes.reduce((sum, one) => sum + one.fetches(), 0);
        expect(fetches).toBe(round);
        await processes[0]?.cache.clearTag('weather');
      }
    });
  });
}

/** Says which calls were made of a store. */
function countingStore(store: Store, asked: string[]): Store {
  const noted = <Call extends (...args: never[]) => unknown>(name: string, call: Call) =>
    ((...args: never[]) => {
      asked.push(`${name} ${args[0]}`);
      return call(...args);
    }) as Call;
  const { fence } = store;
  return {
    ...{ get: noted('get', store.get), getMany: noted('getMany', store.getMany), head: noted('head', store.head) },
    ...{ set: noted('set', store.set), delete: noted('delete', store.delete), keys: noted('keys', store.keys) },
    ...{ ttlMilliseconds: noted('ttl', store.ttlMilliseconds), close: store.close },
    fence: {
      ...{ reach: fence.reach, take: noted('take', fence.take), release: noted('release', fence.release) },
      ...{ epoch: noted('epoch', fence.epoch), move: noted('move', fence.move) },
      ...{ write: noted('write', fence.write), remove: noted('remove', fence.remove) },
    },
  };
}

/** Lets everything else go on that can. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
