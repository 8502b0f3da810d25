import type { Store } from '@cellshed/cache';
import { decodeEntry, decodeHeader, memoryStore, redisStore } from '@cellshed/cache';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { freeTime, letTimePass, ownTime, stopTime } from '../../cache/test/passing-time.ts';
import { hour, patient } from '../../cache/test/store-fixture.ts';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import type { RefreshingRead } from '../src/read.ts';
import type { ReadOptions } from '../src/read-options.ts';
import { type RefreshingCacheOptions, refreshingCache } from '../src/refreshing.ts';
import { fromJson } from '../src/stored/plain-data.ts';

type Options = Partial<ReadOptions<[user: string], string>>;

let now = 0;
const clock = () => now;
const lifetime = 1000;
const refreshTimeout = 2 * hour;

afterEach(freeTime);

let server: PrivateRedis;
let admin: Redis;
beforeAll(async () => {
  server = await startRedis();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.stop();
});

const stores = {
  memory: { open: async (): Promise<Store> => memoryStore({ clock }), ageLeases: async (_: number) => {} },
  Redis: {
    open: async () => {
      await admin.flushall();
      return redisStore({ client: admin });
    },
    // Redis has no fake clock, so its leases are made older instead. The times of values are in the
    // values.
    ageLeases: async (milliseconds: number) => {
      for (const name of await admin.keys('*:lease:*')) {
        await admin.pexpire(name, (await admin.pttl(name)) - milliseconds);
      }
    },
  },
};

describe.each(['memory', 'Redis'] as const)('refreshing reads over the %s store', (kind) => {
  const letPass = async (milliseconds: number) => {
    now += milliseconds;
    await stores[kind].ageLeases(milliseconds);
  };

  /**
   * A cache with the read `tweets`, whose queue is a list; as in one of several processes that use
   * the store.
   */
  async function setUp(options: Options = {}, cacheOptions: Partial<RefreshingCacheOptions> = {}) {
    now = 1_000_000;
    const store = await stores[kind].open();
    const jobs: RefreshJob[] = [];
    const fetches: Fetch[] = [];
    const process = (more: Options = {}, moreCache: Partial<RefreshingCacheOptions> = {}) => {
      const queue = { add: async (job: RefreshJob) => void jobs.push(JSON.parse(JSON.stringify(job))) };
      const cache = refreshingCache({ store, queue, clock, pause: soon, ...patient, ...cacheOptions, ...moreCache });
      const tweets: RefreshingRead<[string], string> = cache.define({
        name: 'tweets',
        lifetimeMilliseconds: lifetime,
        refreshTimeoutMilliseconds: refreshTimeout,
        fetch: (user) => begin(fetches, user),
        ...options,
        ...more,
      });
      /** Reads, and lets go on what the read has begun. */
      const read = async (user = 'david') => {
        const answer = await tweets.read(user);
        await cache.settled();
        return [answer.status, answer.value];
      };
      const work = async () => Promise.all(jobs.splice(0).map((job) => cache.perform(job)));
      return { cache, tweets, read, work };
    };
    return { store, jobs, fetches, process, ...process() };
  }
  /** The same with a value there, which was fetched now. */
  async function setUpWithValue(options: Options = {}, cacheOptions: Partial<RefreshingCacheOptions> = {}) {
    const all = await setUp(options, cacheOptions);
    const refreshed = all.tweets.refresh('david');
    land(await nth(all.fetches, 0), 'first');
    await refreshed;
    return all;
  }

  describe('1. a miss', () => {
    it('with fetchOnMiss fetches once, however many ask, and reports miss', async () => {
      const { tweets, fetches, jobs, read, cache } = await setUp();
      const readers = Array.from({ length: 30 }, () => tweets.read('david'));
      await nth(fetches, 0);
      // Nor does anybody lose patience at once: whatever timer is set for no time ends before this
      // one.
      await new Promise((resolve) => setTimeout(resolve, 5));
      land(await nth(fetches, 0), 'first');
      const answers = await Promise.all(readers);
      expect(new Set(answers.map(({ status, value }) => `${status} ${value}`))).toEqual(new Set(['miss first']));
      expect(answers[0]).toEqual({ status: 'miss', value: 'first', computedAt: now });
      expect(await read()).toEqual(['hit', 'first']);
      expect([fetches.length, jobs.length]).toEqual([1, 0]);
      expect(cache.stats()).toMatchObject({ misses: 30, hits: 1, fetches: 1, writes: 1, queued: 0 });
    });

    it('without fetchOnMiss is answered with empty() while exactly one refresh is queued; later the value is there', async () => {
      const { read, tweets, fetches, jobs, work, cache } = await setUp({
        fetchOnMiss: false,
        empty: (user) => `no ${user}`,
      });
      await Promise.all(Array.from({ length: 30 }, () => tweets.get('david')));
      expect(await read()).toEqual(['empty', 'no david']);
      expect(await tweets.read('david')).toEqual({ status: 'empty', value: 'no david', computedAt: null });
      await letPass(refreshTimeout / 2);
      expect(await read()).toEqual(['empty', 'no david']);
      expect([fetches.length, jobs.length]).toEqual([0, 1]);
      const done = work();
      land(await nth(fetches, 0), 'first');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'first']);
      expect(jobs).toEqual([]);
      expect(cache.stats()).toMatchObject({ empties: 33, hits: 1, queued: 1, fetches: 1 });
    });

    it('that another process is fetching is waited for, until its value is there', async () => {
      const { tweets, process, fetches, store } = await setUp();
      const first = tweets.get('david');
      const fetch = await nth(fetches, 0);
      let waits = 0;
      const waited = Promise.withResolvers<void>();
      const pause = async () => {
        waits += 1;
        if (waits === 3) waited.resolve();
        await soon();
      };
      const other = process({}, { pause }).tweets.read('david');
      await waited.promise;
      land(fetch, 'first');
      expect(await other).toEqual({ status: 'miss', value: 'first', computedAt: now });
      expect([await first, fetches.length]).toEqual(['first', 1]);
      // Also if its lease is still there, as after a crash.
      const key = tweets.keyOf('eve');
      await store.fence.take(key, { name: 'fetch', holder: 'crashed', milliseconds: refreshTimeout });
      let sets = 0;
      const set = async () => {
        sets += 1;
        await tweets.set(['eve'], 'set');
      };
      expect(await process({}, { pause: set }).tweets.get('eve')).toBe('set');
      expect(sets).toBe(1);
      expect(fetches.length).toBe(1);
    });

    it('whose fetch hangs in the same process is waited for a bounded time, and no other process after that', async () => {
      let waits = 0;
      const pause = async () => void (waits += 1);
      let missed = 0;
      const fetchOnMiss = () => {
        missed += 1;
        return true;
      };
      const { tweets, fetches } = await setUp({ waitMilliseconds: 5, fetchOnMiss, empty: () => '' }, { pause });
      stopTime();
      const hung = tweets.get('david');
      await nth(fetches, 0);
      const joined = [tweets.get('david'), tweets.get('david')];
      while (missed < 3) await soon();
      await soon();
      letTimePass(10);
      land(await nth(fetches, 1), 'second');
      expect(await Promise.all(joined)).toEqual(['second', 'second']);
      expect([fetches.length, waits]).toEqual([2, 0]);
      land(await nth(fetches, 0), 'first');
      expect(await hung).toBe('first');
    });

    it('is fetched or not as a function of the arguments decides', async () => {
      const { tweets, fetches, jobs, cache } = await setUp({
        fetchOnMiss: (user) => user === 'david',
        empty: () => '',
      });
      expect(await tweets.get('eve')).toBe('');
      const reader = tweets.get('david');
      land(await nth(fetches, 0), 'first');
      expect(await reader).toBe('first');
      await cache.settled();
      expect(jobs.map(({ args }) => fromJson(args))).toEqual([['eve']]);
    });

    it.each([{}, [], 0, -0, '', null, false, undefined, 0n])('is no more one when %j was fetched', async (value) => {
      const { cache } = await setUp();
      let fetches = 0;
      const read = cache.define({ name: 'any', fetch: () => ((fetches += 1), value) });
      expect(await read.read()).toEqual({ status: 'miss', value, computedAt: now });
      expect(await read.read()).toEqual({ status: 'hit', value, computedAt: now });
      expect(fetches).toBe(1);
    });
  });

  describe('2. age', () => {
    it('equal to the lifetime is a hit, one millisecond more is stale: served, and one refresh is queued', async () => {
      const { read, jobs, fetches, work, cache } = await setUpWithValue();
      await letPass(lifetime);
      expect(await read()).toEqual(['hit', 'first']);
      expect(jobs).toEqual([]);
      await letPass(1);
      expect(await read()).toEqual(['stale', 'first']);
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(1);
      const done = work();
      land(await nth(fetches, 1), 'second');
      await done;
      expect(await read()).toEqual(['hit', 'second']);
      expect([jobs.length, fetches.length]).toEqual([0, 2]);
      expect(cache.stats()).toMatchObject({ hits: 2, stale: 2, misses: 0, queued: 1 });
    });

    it('counts from the beginning of the fetch', async () => {
      const { read, tweets, fetches } = await setUp();
      const reader = tweets.get('david');
      const fetch = await nth(fetches, 0);
      now += 400;
      land(fetch, 'first');
      await reader;
      expect((await tweets.peek('david'))?.header).toMatchObject({ computedAt: now - 400, costMs: 400 });
      await letPass(lifetime - 400);
      expect(await read()).toEqual(['hit', 'first']);
      await letPass(1);
      expect(await read()).toEqual(['stale', 'first']);
    });

    it('is asked about by many readers, of which one in each process asks whether to queue', async () => {
      const { store, process, jobs } = await setUpWithValue();
      await letPass(lifetime + 1);
      const taken: string[] = [];
      const take: Store['fence']['take'] = (key, lease) => {
        taken.push(lease.name);
        return store.fence.take(key, lease);
      };
      const { tweets, cache, read } = process({}, { store: { ...store, fence: { ...store.fence, take } } });
      await Promise.all(Array.from({ length: 30 }, () => tweets.get('david')));
      await cache.settled();
      expect([taken, jobs.length]).toEqual([['queue', 'fetch'], 1]);
      await read();
      expect(taken.length).toBe(3);
    });

    it('beyond the lifetime that a function makes of the arguments is stale', async () => {
      const { tweets, read } = await setUp({ lifetimeMilliseconds: (user) => 100 * user.length });
      await tweets.set(['david'], 'first');
      await tweets.set(['eve'], 'first');
      await letPass(301);
      expect([await read('eve'), await read('david')]).toEqual([
        ['stale', 'first'],
        ['hit', 'first'],
      ]);
      await letPass(200);
      expect(await read('david')).toEqual(['stale', 'first']);
    });

    it('up to the threshold refreshes in the background, one millisecond more fetches now, also while no worker lives', async () => {
      const { read, tweets, jobs, fetches } = await setUpWithValue({ fetchOnStaleThresholdMilliseconds: 5000 });
      for (let age = 1001; age < 5000; age += 333) {
        now = 1_000_000 + age;
        expect(await read()).toEqual(['stale', 'first']);
      }
      now = 1_005_000;
      expect(await read()).toEqual(['stale', 'first']);
      expect([jobs.length, fetches.length]).toEqual([1, 1]);
      now += 1;
      const readers = Array.from({ length: 30 }, () => tweets.read('david'));
      land(await nth(fetches, 1), 'second');
      expect(new Set((await Promise.all(readers)).map(({ status, value }) => `${status} ${value}`))).toEqual(
        new Set(['miss second']),
      );
      expect(await read()).toEqual(['hit', 'second']);
      expect([jobs.length, fetches.length]).toEqual([1, 2]);
    });

    it('is judged by fetchOnStale instead of the threshold where that is given', async () => {
      const seen: unknown[] = [];
      const { read, fetches, tweets } = await setUpWithValue({
        fetchOnStaleThresholdMilliseconds: 0,
        fetchOnStale: (header, user) => {
          seen.push(header.computedAt, header.etag.length, user);
          return now > 1_009_000;
        },
      });
      await letPass(lifetime);
      await read();
      expect(seen).toEqual([]);
      await letPass(8000);
      expect(await read()).toEqual(['stale', 'first']);
      expect(seen).toEqual([1_000_000, 32, 'david']);
      await letPass(1);
      const reader = tweets.get('david');
      land(await nth(fetches, 1), 'second');
      expect(await reader).toBe('second');
    });
  });

  describe('3. the hard limit', () => {
    it('ends all serving, however often the value was read, and reading changes no byte', async () => {
      const ttlMilliseconds = 9000;
      const { read, store, tweets, fetches } = await setUpWithValue({ ttlMilliseconds });
      const key = tweets.keyOf('david');
      const before = await store.get(key);
      for (; now < 1_009_000; now += 450) expect((await read())[1]).toBe('first');
      expect(now).toBe(1_009_000);
      expect(await read()).toEqual(['stale', 'first']);
      expect(await store.get(key)).toEqual(before);
      expect(before && decodeHeader(before)).toMatchObject({ freshUntil: 1_001_000, hardUntil: 1_009_000 });
      // Also where a store has kept it longer.
      await store.set(key, before ?? new Uint8Array());
      now += 1;
      expect(await tweets.peek('david')).toBeUndefined();
      const reader = tweets.read('david');
      land(await nth(fetches, 1), 'second');
      expect((await reader).value).toBe('second');
    });

    it('is the time to live that the store hears of, and is counted from the beginning of the fetch', async () => {
      const { store, tweets, fetches } = await setUp({ ttlMilliseconds: 9_000_000 });
      const reader = tweets.get('david');
      const fetch = await nth(fetches, 0);
      now += 4_000_000;
      land(fetch, 'first');
      await reader;
      const left = await store.ttlMilliseconds(tweets.keyOf('david'));
      expect(left).toBeLessThanOrEqual(5_000_000);
      expect(left).toBeGreaterThan(4_900_000);
      await tweets.set(['david'], 'set');
      expect(await store.ttlMilliseconds(tweets.keyOf('david'))).toBeGreaterThan(8_900_000);
      await tweets.invalidate('david');
      expect(await store.ttlMilliseconds(tweets.keyOf('david'))).toBeGreaterThan(8_900_000);
    });

    it('that a fetch has passed leaves its value to its own readers only', async () => {
      const { store, tweets, fetches, cache } = await setUp({ ttlMilliseconds: 1000 });
      const reader = tweets.get('david');
      const fetch = await nth(fetches, 0);
      now += 1000;
      land(fetch, 'first');
      expect(await reader).toBe('first');
      expect(await store.get(tweets.keyOf('david'))).toBeUndefined();
      expect(cache.stats()).toMatchObject({ writes: 0, fencedWrites: 1 });
    });

    it('of Infinity is none', async () => {
      const { store, tweets } = await setUp({ ttlMilliseconds: Infinity, lifetimeMilliseconds: Infinity });
      await tweets.set(['david'], 'first');
      now = 1e14;
      expect(await tweets.read('david')).toMatchObject({ status: 'hit' });
      expect(await store.ttlMilliseconds(tweets.keyOf('david'))).toBeNull();
    });

    it('is not passed by a stale value that stands in for a fetch that failed', async () => {
      const { tweets, fetches } = await setUpWithValue({ ttlMilliseconds: 5000, fetchOnStaleThresholdMilliseconds: 0 });
      now += 5000;
      const served = tweets.get('david');
      crash(await nth(fetches, 1));
      expect(await served).toBe('first');
      const { tweets: others, fetches: fetched } = await setUpWithValue({
        ...{ ttlMilliseconds: 5000, fetchOnStaleThresholdMilliseconds: 0 },
      });
      now += 5000;
      const refused = others.get('david');
      const fetch = await nth(fetched, 1);
      now += 1;
      crash(fetch);
      await expect(refused).rejects.toThrow('boom');
    });
  });

  describe('4. a refresh job that is lost', () => {
    it('is queued again after refreshTimeout, and not before', async () => {
      const { read, jobs } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      await letPass(refreshTimeout / 2);
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(1);
      await letPass(refreshTimeout / 2 + 1);
      expect(await read()).toEqual(['stale', 'first']);
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(2);
      expect(jobs[0]?.lease).not.toBe(jobs[1]?.lease);
    });

    it('while it was running is queued again as well', async () => {
      const { read, jobs, cache, fetches } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const [job] = jobs;
      // The process that performs this one never comes back.
      void cache.perform(job as RefreshJob);
      await nth(fetches, 1);
      await read();
      expect(jobs.length).toBe(1);
      await letPass(refreshTimeout + 1);
      await read();
      expect(jobs.length).toBe(2);
    });
  });

  describe('5. invalidate', () => {
    it('of a missing entry is false and queues nothing', async () => {
      const { tweets, cache, jobs } = await setUp();
      expect(await tweets.invalidate('david')).toBe(false);
      await cache.settled();
      expect(jobs).toEqual([]);
    });

    it('of a present one queues one refresh, and the old value is served meanwhile', async () => {
      const { tweets, read, jobs, fetches, work } = await setUpWithValue({ fetchOnStaleThresholdMilliseconds: 5000 });
      expect(await tweets.invalidate('david')).toBe(true);
      expect(jobs.length).toBe(1);
      expect(await tweets.invalidate('david')).toBe(true);
      expect(await read()).toEqual(['stale', 'first']);
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(1);
      const done = work();
      land(await nth(fetches, 1), 'second');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'second']);
      expect([jobs.length, fetches.length]).toEqual([0, 2]);
    });

    it('keeps all of the value but that it is fresh', async () => {
      const { tweets } = await setUpWithValue({ ttlMilliseconds: 9_000_000 });
      const before = await tweets.peek('david');
      await letPass(10);
      await tweets.invalidate('david');
      const after = await tweets.peek('david');
      expect(after).toMatchObject({ value: 'first', status: 'stale' });
      expect(after?.header).toEqual({ ...before?.header, freshUntil: expect.any(Number) });
      expect(after?.header.freshUntil).toBeLessThan(1_000_000);
    });

    it('during a running refresh causes exactly one more, and what the running one fetches is not kept', async () => {
      const { tweets, read, jobs, fetches, cache, work } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const running = work();
      const outdated = await nth(fetches, 1);
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs).toEqual([]);
      await letPass(10);
      await tweets.invalidate('david');
      await tweets.invalidate('david');
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(1);
      land(outdated, 'outdated');
      expect(await running).toEqual(['fenced']);
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(1);
      const next = work();
      land(await nth(fetches, 2), 'second');
      expect(await next).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'second']);
      expect([jobs.length, fetches.length, cache.stats().queued]).toEqual([0, 3, 2]);
    });

    it('while a refresh waits in the queue causes no other; that one fetches what is true now', async () => {
      const { tweets, read, jobs, fetches, work } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      await tweets.invalidate('david');
      expect(jobs.length).toBe(1);
      const done = work();
      land(await nth(fetches, 1), 'second');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'second']);
    });

    it.each(['invalidate', 'delete'] as const)('and delete make void what is being fetched (%s)', async (how) => {
      const { tweets, fetches, cache } = await setUp();
      const before = tweets.get('david');
      const outdated = await nth(fetches, 0);
      await tweets[how]('david');
      const after = tweets.get('david');
      land(outdated, 'outdated');
      expect(await before).toBe('outdated');
      land(await nth(fetches, 1), 'second');
      expect(await after).toBe('second');
      expect(await tweets.get('david')).toBe('second');
      expect(cache.stats()).toMatchObject({ fetches: 2, writes: 1, fencedWrites: 1 });
    });

    it.each(['invalidate', 'delete'] as const)(
      'and delete give what failed another chance at once (%s)',
      async (how) => {
        const { tweets, fetches } = await setUp();
        const failing = tweets.get('david');
        crash(await nth(fetches, 0));
        await expect(failing).rejects.toThrow('boom');
        await tweets[how]('david');
        const reader = tweets.get('david');
        land(await nth(fetches, 1), 'first');
        expect(await reader).toBe('first');
      },
    );

    /**
     * While somebody fetches: a reader who asks whether anybody does, and looks meanwhile as if a
     * refresh were queued.
     */
    const setUpAsking = async () => {
      const all = await setUpWithValue();
      const { store, fetches, process, tweets } = all;
      await letPass(lifetime + 1);
      const running = process().tweets.refresh('david');
      const outdated = await nth(fetches, 1);
      const asking = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const take: Store['fence']['take'] = async (key, lease) => {
        if (lease.name === 'fetch') {
          asking.resolve();
          await go.promise;
        }
        return store.fence.take(key, lease);
      };
      const reader = process({}, { store: { ...store, fence: { ...store.fence, take } } });
      const ask = async () => {
        expect(await reader.tweets.get('david')).toBe('first');
        await asking.promise;
      };
      const hearAnswer = async () => {
        go.resolve();
        await reader.cache.settled();
      };
      const end = async () => {
        land(outdated, 'outdated');
        await running;
        return tweets.peek('david');
      };
      return { ...all, ask, hearAnswer, end };
    };

    it('queues one refresh though a reader looks for a moment as if one were queued', async () => {
      const { tweets, jobs, ask, hearAnswer, end, work, fetches, read } = await setUpAsking();
      await ask();
      await tweets.invalidate('david');
      expect(jobs).toEqual([]);
      await hearAnswer();
      expect(jobs.length).toBe(1);
      expect(await end()).toMatchObject({ status: 'stale', value: 'first' });
      const done = work();
      land(await nth(fetches, 2), 'second');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'second']);
    });

    it.each(['before', 'after'])(
      'queues one refresh though that reader comes during it, and goes %s its end',
      async (when) => {
        const { tweets, jobs, ask, hearAnswer, store, process } = await setUpAsking();
        let moves = 0;
        const move: Store['fence']['move'] = async (key) => {
          moves += 1;
          if (moves === 2 && when === 'before') await hearAnswer();
          const epoch = await store.fence.move(key);
          if (moves === 1) await ask();
          return epoch;
        };
        await process({}, { store: { ...store, fence: { ...store.fence, move } } }).tweets.invalidate('david');
        await hearAnswer();
        expect(jobs.length).toBe(1);
        expect(jobs[0]?.epoch).toBe(await store.fence.epoch(tweets.keyOf('david')));
      },
    );

    it('queues nothing after a deletion of which that reader hears', async () => {
      const { tweets, jobs, ask, hearAnswer, end } = await setUpAsking();
      await ask();
      await tweets.delete('david');
      await hearAnswer();
      expect(await end()).toBeUndefined();
      expect(jobs).toEqual([]);
    });
  });

  describe('6. peek, set and delete', () => {
    it('peek on a stale entry queues nothing and changes no byte', async () => {
      const { tweets, store, jobs, cache, fetches } = await setUpWithValue({ fetchOnStaleThresholdMilliseconds: 0 });
      expect(await tweets.peek('nobody')).toBeUndefined();
      expect(await tweets.peek('david')).toMatchObject({ status: 'hit' });
      await letPass(lifetime + 1);
      const before = await store.get(tweets.keyOf('david'));
      const header = before && decodeHeader(before);
      expect(await tweets.peek('david')).toEqual({ value: 'first', status: 'stale', header });
      await cache.settled();
      expect(await store.get(tweets.keyOf('david'))).toEqual(before);
      expect([jobs.length, fetches.length]).toEqual([0, 1]);
    });

    it('set gives a full lifetime and overrides what is there, and what is being fetched', async () => {
      const { tweets, read, fetches, jobs } = await setUpWithValue();
      await letPass(lifetime + 1);
      const refreshed = tweets.refresh('david');
      const late = await nth(fetches, 1);
      expect(await tweets.set(['david'], 'set')).toBe(true);
      land(late, 'late');
      expect(await refreshed).toBe('late');
      expect(await read()).toEqual(['hit', 'set']);
      await letPass(lifetime);
      expect(await read()).toEqual(['hit', 'set']);
      expect(jobs).toEqual([]);
      await letPass(1);
      expect(await read()).toEqual(['stale', 'set']);
    });

    it('set overrides even an entry from the future, and spares a queued refresh its fetch', async () => {
      const { tweets, read, jobs, work, fetches } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      expect(jobs.length).toBe(1);
      now -= 900_000;
      expect(await tweets.set(['david'], 'set')).toBe(true);
      expect(await read()).toEqual(['hit', 'set']);
      now += 900_000;
      expect(await tweets.set(['david'], 'set again')).toBe(true);
      expect(await work()).toEqual(['there']);
      expect(await read()).toEqual(['hit', 'set again']);
      expect(fetches.length).toBe(1);
    });

    it('delete removes, and neither a running nor a queued refresh brings the value back', async () => {
      const { tweets, read, jobs, work, fetches, store } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const running = work();
      const late = await nth(fetches, 1);
      await tweets.invalidate('david');
      expect(jobs.length).toBe(1);
      expect(await tweets.delete('david')).toBe(true);
      expect(await tweets.delete('david')).toBe(false);
      land(late, 'late');
      expect(await running).toEqual(['fenced']);
      expect(await work()).toEqual(['deleted']);
      expect(await store.get(tweets.keyOf('david'))).toBeUndefined();
      expect(fetches.length).toBe(2);
      const reader = tweets.read('david');
      land(await nth(fetches, 2), 'anew');
      expect(await reader).toMatchObject({ status: 'miss', value: 'anew' });
    });

    it('delete leaves the way free for the next reader who has a refresh queued', async () => {
      const { tweets, read, jobs, work, fetches } = await setUp({ fetchOnMiss: false, empty: () => 'empty' });
      await tweets.set(['david'], 'set');
      await tweets.delete('david');
      expect(await read()).toEqual(['empty', 'empty']);
      const done = work();
      land(await nth(fetches, 0), 'anew');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'anew']);
      expect(jobs).toEqual([]);
    });
  });

  describe('7. while queueing fails', () => {
    const failing = () => {
      const errors: string[] = [];
      const queue = { add: () => Promise.reject(new Error('no queue')) };
      return { errors, options: { queue, onError: (error: Error) => void errors.push(error.message) } };
    };

    it('the old value is served and a fetch is tried', async () => {
      const { errors, options } = failing();
      const { tweets, read, cache, fetches } = await setUpWithValue({}, options);
      await letPass(lifetime + 1);
      expect(await tweets.read('david')).toMatchObject({ status: 'stale', value: 'first' });
      land(await nth(fetches, 1), 'second');
      await cache.settled();
      expect(await read()).toEqual(['hit', 'second']);
      expect(errors).toEqual([`the refresh of ${tweets.keyOf('david')} could not be queued: no queue`]);
      expect(cache.stats()).toMatchObject({ queued: 0, failedQueueings: 1, lastFailure: errors[0] });
      // The lease that was held while the refresh seemed to be queued is free again.
      await letPass(lifetime + 1);
      await tweets.read('david');
      land(await nth(fetches, 2), 'third');
      await cache.settled();
      expect(await read()).toEqual(['hit', 'third']);
    });

    it('and the fetch fails too, the read still answers the old value, and the next one is not tried at once', async () => {
      const { errors, options } = failing();
      const { tweets, read, cache, fetches } = await setUpWithValue({ staleIfErrorMilliseconds: 0 }, options);
      await letPass(lifetime + 1);
      expect(await tweets.get('david')).toBe('first');
      crash(await nth(fetches, 1));
      await cache.settled();
      expect(await read()).toEqual(['stale', 'first']);
      expect(await read()).toEqual(['stale', 'first']);
      expect(fetches.length).toBe(2);
      expect(errors[1]).toBe(`the fetch of ${tweets.keyOf('david')} in the background failed: boom`);
      await letPass(1000);
      await tweets.get('david');
      land(await nth(fetches, 2), 'second');
      await cache.settled();
      expect(await read()).toEqual(['hit', 'second']);
    });

    it('a miss that waits for nothing is answered with empty(), and fetched in the background', async () => {
      const { options } = failing();
      const { tweets, read, cache, fetches } = await setUp({ fetchOnMiss: false, empty: () => 'empty' }, options);
      expect(await tweets.get('david')).toBe('empty');
      land(await nth(fetches, 0), 'first');
      await cache.settled();
      expect(await read()).toEqual(['hit', 'first']);
    });

    it('because the queue never answers, nothing hangs', async () => {
      const added = Promise.withResolvers<void>();
      const add = () => {
        added.resolve();
        return new Promise<never>(() => {});
      };
      stopTime();
      const timeoutMilliseconds = ownTime();
      const { tweets, cache, fetches, read } = await setUpWithValue({}, { queue: { add }, timeoutMilliseconds });
      const invalidated = tweets.invalidate('david');
      await added.promise;
      letTimePass(timeoutMilliseconds + 1);
      expect(await invalidated).toBe(true);
      land(await nth(fetches, 1), 'second');
      await cache.settled();
      expect(await read()).toEqual(['hit', 'second']);
      const late = `could not be queued: the queue did not answer within ${timeoutMilliseconds} ms`;
      expect(cache.stats().lastFailure).toContain(late);
    });

    it('not more than a few fetches are tried at once, and what was left out has its turn later', async () => {
      const { options } = failing();
      const { tweets, cache, fetches, read } = await setUp({}, options);
      const users = Array.from({ length: 20 }, (_, index) => `user${index}`);
      for (const user of users) await tweets.set([user], 'first');
      await letPass(lifetime + 1);
      for (const user of users) expect((await tweets.read(user)).status).toBe('stale');
      await nth(fetches, 7);
      while (cache.stats().failedQueueings < users.length) await soon();
      await soon();
      expect(fetches.length).toBe(8);
      for (const fetch of fetches) land(fetch, 'second');
      await cache.settled();
      const left = users.find((user) => !fetches.some((fetch) => fetch.user === user)) ?? '';
      await tweets.get(left);
      land(await nth(fetches, 8), 'second');
      await cache.settled();
      expect(await read(left)).toEqual(['hit', 'second']);
    });
  });

  describe('7. refresh', () => {
    it('fetches and keeps the value, also while the old one is fresh', async () => {
      const { tweets, fetches, read } = await setUpWithValue();
      const refreshed = tweets.refresh('david');
      land(await nth(fetches, 1), 'second');
      expect(await refreshed).toBe('second');
      expect(await read()).toEqual(['hit', 'second']);
    });

    it('that fails throws, and the old entry stays', async () => {
      const { tweets, fetches, read, store } = await setUpWithValue();
      const before = await store.get(tweets.keyOf('david'));
      const refreshed = tweets.refresh('david');
      crash(await nth(fetches, 1));
      await expect(refreshed).rejects.toThrow('boom');
      expect(await store.get(tweets.keyOf('david'))).toEqual(before);
      expect(await read()).toEqual(['hit', 'first']);
    });

    it('does not wait for a fetch that began before it, nor for one that failed', async () => {
      const { tweets, fetches, read } = await setUp();
      const reader = tweets.get('david');
      const slow = await nth(fetches, 0);
      now += 1;
      const refreshed = tweets.refresh('david');
      land(await nth(fetches, 1), 'refreshed');
      expect(await refreshed).toBe('refreshed');
      land(slow, 'slow');
      expect(await reader).toBe('slow');
      expect(await read()).toEqual(['hit', 'refreshed']);
      const failing = tweets.refresh('david');
      crash(await nth(fetches, 2));
      await expect(failing).rejects.toThrow('boom');
      const again = tweets.refresh('david');
      land(await nth(fetches, 3), 'again');
      expect(await again).toBe('again');
    });
  });

  describe('8. a fetch that fails', () => {
    const options = { fetchOnStaleThresholdMilliseconds: 2000, staleIfErrorMilliseconds: 3000 };

    it('within staleIfError serves the old value, and beyond it the error', async () => {
      const errors: string[] = [];
      const onError = (error: Error) => void errors.push(error.message);
      const { tweets, fetches, cache } = await setUpWithValue(options, { onError });
      now += 3000;
      const within = tweets.read('david');
      crash(await nth(fetches, 1));
      expect(await within).toEqual({ status: 'stale', value: 'first', computedAt: 1_000_000 });
      expect(errors).toEqual([`the fetch of ${tweets.keyOf('david')} failed, its stale value is served: boom`]);
      now += 1;
      await expect(tweets.read('david')).rejects.toThrow('boom');
      expect(cache.stats()).toMatchObject({ fetches: 2, failedFetches: 1, stale: 1 });
    });

    it('is the error of all who waited for it, where there is no value', async () => {
      const { tweets, fetches } = await setUp();
      const readers = [tweets.get('david'), tweets.get('david')];
      crash(await nth(fetches, 0));
      for (const { status } of await Promise.allSettled(readers)) expect(status).toBe('rejected');
      expect(fetches.length).toBe(1);
    });

    it('is not tried again at once: failures back off, ever longer, each key for itself', async () => {
      const { tweets, fetches, store } = await setUp();
      const failed = async (at: number) => {
        const reader = tweets.get('david');
        crash(await nth(fetches, at), `boom ${at}`);
        await expect(reader).rejects.toThrow(`boom ${at}`);
      };
      await failed(0);
      now += 999;
      await expect(tweets.get('david')).rejects.toThrow('boom 0');
      expect(fetches.length).toBe(1);
      now += 1;
      await failed(1);
      now += 1999;
      await expect(tweets.get('david')).rejects.toThrow('boom 1');
      expect(fetches.length).toBe(2);
      const other = tweets.get('eve');
      land(await nth(fetches, 2), 'eve');
      expect(await other).toBe('eve');
      now += 1;
      const reader = tweets.get('david');
      land(await nth(fetches, 3), 'first');
      expect(await reader).toBe('first');
      // A success makes up for all that failed before.
      await store.delete(tweets.keyOf('david'));
      await failed(4);
      now += 1000;
      await failed(5);
    });

    it('of another process’s value is nothing to who finds one there', async () => {
      const { tweets, fetches, process } = await setUp();
      const reader = tweets.get('david');
      crash(await nth(fetches, 0));
      await expect(reader).rejects.toThrow('boom');
      await process().tweets.set(['david'], 'set');
      expect(await tweets.get('david')).toBe('set');
    });

    it('that yields no plain data, or a lifetime that is none, is one too', async () => {
      const { cache } = await setUp();
      const url = cache.define({ name: 'url', fetch: () => new URL('http://localhost') as unknown });
      await expect(url.get()).rejects.toThrow(new TypeError('value is a URL, expected plain data'));
      const never = cache.define({ name: 'never', fetch: () => 1, lifetimeMilliseconds: () => Number.NaN });
      await expect(never.get()).rejects.toThrow('lifetimeMilliseconds of the read never is NaN');
      expect(cache.stats()).toMatchObject({ fetches: 2, failedFetches: 2, writes: 0 });
    });
  });

  describe('9. refreshes', () => {
    it('of one entry fetch once, though ten are queued, one after the other or at once in several processes', async () => {
      const { read, jobs, process, fetches } = await setUpWithValue();
      for (let times = 0; times < 10; times++) {
        await letPass(refreshTimeout + 1);
        await read();
      }
      expect(jobs.length).toBe(10);
      const workers = [process(), process(), process()];
      const some = jobs.slice(0, 9).map((job, index) => workers[index % 3]?.cache.perform(job));
      land(await nth(fetches, 1), 'second');
      expect((await Promise.all(some)).sort()).toEqual([...Array(1).fill('refreshed'), ...Array(8).fill('there')]);
      expect(await workers[0]?.cache.perform(jobs[9] as RefreshJob)).toBe('there');
      expect(fetches.length).toBe(2);
      expect(await read()).toEqual(['hit', 'second']);
    });

    it('carry the reader’s key, its arguments, its lease and epoch; the key is never made again', async () => {
      const { read, store, jobs, tweets, process, fetches } = await setUpWithValue();
      await tweets.invalidate('david');
      const key = tweets.keyOf('david');
      expect(jobs).toEqual([
        {
          ...{ name: 'tweets', key, args: ['david'], queuedAt: now, epoch: await store.fence.epoch(key) },
          lease: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      ]);
      // A worker that would make another key of the same arguments writes under the reader's all
      // the same.
      const worker = process({ key: (user) => `another ${user}` });
      const done = worker.work();
      land(await nth(fetches, 1), 'second');
      await done;
      expect(await read()).toEqual(['hit', 'second']);
      expect(await worker.tweets.peek('david')).toBeUndefined();
    });

    it('of an unknown name fail with a clear message, and harm nothing', async () => {
      const { read, jobs, cache, work, fetches } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const unknown = { ...(jobs[0] as RefreshJob), name: 'toots' };
      await expect(cache.perform(unknown)).rejects.toThrow(
        'name of a refresh job is "toots", expected one of those defined: tweets',
      );
      expect(await read()).toEqual(['stale', 'first']);
      expect(jobs.length).toBe(1);
      const done = work();
      land(await nth(fetches, 1), 'second');
      expect(await done).toEqual(['refreshed']);
    });

    it('that are none fail with a clear message', async () => {
      const { cache } = await setUp();
      const job = { name: 'tweets', key: 'k', args: [], epoch: '', lease: 'l', queuedAt: 1 };
      const wrong: [unknown, string][] = [
        [undefined, 'name of a refresh job is undefined, expected text'],
        [{ ...job, key: 5 }, 'key of a refresh job is 5, expected text'],
        [{ ...job, epoch: null }, 'epoch of a refresh job is null, expected text'],
        [{ ...job, lease: {} }, 'lease of a refresh job is {}, expected text'],
        [{ ...job, args: 'david' }, 'args of a refresh job is "david", expected a list'],
        [{ ...job, queuedAt: '1' }, 'queuedAt of a refresh job is "1", expected milliseconds since 1970'],
      ];
      for (const [data, message] of wrong) {
        await expect(cache.perform(data as RefreshJob)).rejects.toThrow(new TypeError(message));
      }
    });

    it('whose fetch fails fail, so that the queue tries them again; until then no other is queued', async () => {
      const { read, jobs, cache, fetches } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const job = jobs[0] as RefreshJob;
      for (const at of [1, 2]) {
        const failing = cache.perform(job);
        crash(await nth(fetches, at));
        await expect(failing).rejects.toThrow('boom');
        expect(await read()).toEqual(['stale', 'first']);
        expect(jobs.length).toBe(1);
      }
      const done = cache.perform(job);
      land(await nth(fetches, 3), 'second');
      expect(await done).toBe('refreshed');
      expect(await read()).toEqual(['hit', 'second']);
    });

    it('make a new attempt after an entry of the same millisecond was invalidated', async () => {
      const { tweets, work, fetches, read } = await setUpWithValue();
      await tweets.invalidate('david');
      const done = work();
      land(await nth(fetches, 1), 'second');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['hit', 'second']);
    });

    it.each([
      { each: 0, expected: 20 },
      { each: 600, expected: 2 },
    ])(
      'wait a bounded time for who is fetching, by their own count or by the clock: %j',
      async ({ each, expected }) => {
        const { tweets, process, fetches, read, jobs } = await setUpWithValue({ lifetimeMilliseconds: 5000 });
        await letPass(5001);
        await read();
        let waits = 0;
        const pause = async () => {
          waits += 1;
          now += each;
        };
        const worker = process({ waitMilliseconds: 1000 }, { pause });
        const never = tweets.refresh('david');
        const hung = await nth(fetches, 1);
        now += 1;
        const done = worker.cache.perform(jobs[0] as RefreshJob);
        land(await nth(fetches, 2), 'second');
        expect(await done).toBe('refreshed');
        expect(waits).toBe(expected);
        land(hung, 'late');
        await never;
        expect(await read()).toEqual(['hit', 'second']);
      },
    );
  });

  describe('10. the key of a read', () => {
    it('is injective over the arguments, and the same before and after the queue', async () => {
      const { cache } = await setUp();
      const jobs: RefreshJob[] = [];
      const queue = { add: async (job: RefreshJob) => void jobs.push(JSON.parse(JSON.stringify(job))) };
      const other = refreshingCache({ store: memoryStore({ clock }), queue, clock });
      const define = (of: typeof cache) =>
        of.define({ name: 'any', fetchOnMiss: false, empty: () => 0, fetch: (..._: readonly unknown[]) => 1 });
      const [read, there] = [define(cache), define(other)];
      const uuid = '6f1c2a4e-0b5d-4c5e-9a64-0d0f7a1c9b11';
      const all: readonly unknown[][] = [
        ...[[], ['a:b'], ['a', 'b'], ['a,b'], [['a', 'b']], [1], ['1'], [1n], [true], ['true'], [null], ['null']],
        ...[
          [undefined],
          [undefined, undefined],
          [0],
          [-0],
          [Number.NaN],
          [uuid],
          [new Date(0)],
          [new Date(0).toISOString()],
        ],
        ...[[{ a: 1, b: 2 }], [{ a: { b: 2 } }], [{ a: undefined }], [{}], [Uint8Array.of(1)], [[1]], [2n ** 80n]],
      ];
      expect(new Set(all.map((args) => read.keyOf(...args))).size).toBe(all.length);
      for (const args of all) await there.get(...args);
      await other.settled();
      expect(jobs.length).toBe(all.length);
      for (const [index, job] of jobs.entries()) {
        const args = fromJson(job.args) as unknown[];
        expect(args).toStrictEqual(all[index]);
        expect(job.key).toBe(read.keyOf(...args));
        expect(job.key).toMatch(/^refresh:any:[0-9a-f]{32}$/);
      }
    });

    it('does not depend on the order of members', async () => {
      const { cache } = await setUp();
      const read = cache.define({ name: 'any', fetch: (_: unknown) => 1 });
      expect(read.keyOf({ b: [{ d: 1, c: 2 }], a: 1 })).toBe(read.keyOf({ a: 1, b: [{ c: 2, d: 1 }] }));
      expect(read.keyOf([1, 2])).not.toBe(read.keyOf([2, 1]));
    });

    it('is made by the option key where one is given, and belongs to the read and the prefix', async () => {
      const { cache, store } = await setUp();
      const fetch = (town: string, _: Date) => town;
      const today = new Date(5);
      const one = cache.define({ name: 'one', fetch, key: (town) => town.toLowerCase() });
      const two = cache.define({ name: 'two', fetch, key: (town) => town.toLowerCase() });
      expect(one.keyOf('Ghent', today)).toBe(one.keyOf('GHENT', new Date()));
      expect(one.keyOf('Ghent', today)).not.toBe(one.keyOf('Bruges', today));
      expect(one.keyOf('Ghent', today)).not.toBe(two.keyOf('Ghent', today));
      const elsewhere = refreshingCache({ store, prefix: 'elsewhere' }).define({
        name: 'one',
        fetch,
        key: (town) => town,
      });
      expect(elsewhere.keyOf('ghent', today)).toMatch(/^elsewhere:one:/);
      expect(await one.get('Ghent', today)).toBe('Ghent');
      expect(await one.get('GHENT', today)).toBe('Ghent');
    });

    it('cannot be made of what is no plain data', async () => {
      const { cache } = await setUp();
      const read = cache.define({ name: 'any', fetch: (_: unknown) => 1 });
      await expect(read.get(() => 1)).rejects.toThrow(new TypeError('args[0] is a function, expected plain data'));
    });

    it.each<readonly [string, unknown, string]>([
      ['a function', { on: () => 1 }, 'args[1].on is the function on, expected plain data'],
      ['a symbol', [Symbol('s')], 'args[1][0] is the symbol Symbol(s), expected plain data'],
      ['an instance of a class', { at: new URL('http://localhost') }, 'args[1].at is a URL, expected plain data'],
      ['an error', new RangeError('boom'), 'args[1] is a RangeError, expected plain data'],
      ['a map', new Map(), 'args[1] is a Map, expected plain data'],
      ['what contains itself', cyclic(), 'args[1].self contains itself, expected plain data'],
      ['a promise', Promise.resolve(1), 'args[1] is a Promise, expected plain data'],
      ['a stream', new ReadableStream(), 'args[1] is a ReadableStream, expected plain data'],
    ])(
      'is not there for arguments that no queue carries, such as %s: said at once, and not when a value is stale',
      async (_, argument, message) => {
        const { cache, store, jobs } = await setUp();
        let fetches = 0;
        const fetch = (town: string, _: unknown) => `${town} ${++fetches}`;
        const read = cache.define({ name: 'any', fetch, key: (town) => town, lifetimeMilliseconds: lifetime });
        const error = new TypeError(message);
        const calls = [
          () => read.get('Ghent', argument),
          () => read.read('Ghent', argument),
          () => read.peek('Ghent', argument),
          () => read.set(['Ghent', argument], 'value'),
          () => read.delete('Ghent', argument),
          () => read.invalidate('Ghent', argument),
          () => read.refresh('Ghent', argument),
          () => read.refreshSoon('Ghent', argument),
          async () => read.keyOf('Ghent', argument),
        ];
        for (const call of calls) await expect(call()).rejects.toThrow(error);
        const many = new TypeError(message.replace('args', 'many[1]'));
        await expect(
          read.getMany([
            ['Ghent', 1],
            ['Ghent', argument],
          ]),
        ).rejects.toThrow(many);
        expect([fetches, jobs.length, await store.get(read.keyOf('Ghent', 1))]).toEqual([0, 0, undefined]);
      },
    );
  });

  describe('12. of two who write', () => {
    it('a stale reader after a worker’s write leaves the new value in place', async () => {
      const { read, tweets, work, fetches, cache, store } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const done = work();
      land(await nth(fetches, 1), 'second');
      const [answer] = await Promise.all([tweets.read('david'), done]);
      await cache.settled();
      expect(['first', 'second']).toContain(answer.value);
      const bytes = await store.get(tweets.keyOf('david'));
      expect(JSON.parse(Buffer.from((bytes && decodeEntry(bytes)?.value) ?? []).toString())).toBe('second');
      expect(await read()).toEqual(['hit', 'second']);
    });

    it.each(['the first', 'the second'])('the one that started later wins, though %s ends first', async (which) => {
      const { tweets, process, fetches } = await setUp();
      const early = tweets.refresh('david');
      const first = await nth(fetches, 0);
      now += 1;
      const late = process().tweets.refresh('david');
      const second = await nth(fetches, 1);
      const ends = [
        { fetch: first, value: 'early', done: early },
        { fetch: second, value: 'late', done: late },
      ];
      for (const { fetch, value, done } of which === 'the first' ? ends : ends.reverse()) {
        land(fetch, value);
        expect(await done).toBe(value);
      }
      expect(await tweets.get('david')).toBe('late');
    });

    it('a slow one whose lease ran out gets its value in where nobody else writes', async () => {
      const { read, work, fetches } = await setUpWithValue();
      await letPass(lifetime + 1);
      await read();
      const done = work();
      const slow = await nth(fetches, 1);
      await letPass(10 * refreshTimeout);
      land(slow, 'slow');
      expect(await done).toEqual(['refreshed']);
      expect(await read()).toEqual(['stale', 'slow']);
    });

    it('a slow one whose lease ran out does not overwrite who took over', async () => {
      const { tweets, process, fetches } = await setUp();
      const slow = tweets.get('david');
      const first = await nth(fetches, 0);
      await letPass(refreshTimeout + 1);
      const other = process().tweets.get('david');
      land(await nth(fetches, 1), 'taken over');
      expect(await other).toBe('taken over');
      land(first, 'slow');
      expect(await slow).toBe('slow');
      expect(await tweets.get('david')).toBe('taken over');
    });
  });

  describe('13. early refresh', () => {
    const at = async (costMs: number, left: number, options: Options & { random: number }) => {
      const { random, ...more } = options;
      const { read, jobs, tweets, fetches } = await setUp(more, { random: () => random });
      const reader = tweets.get('david');
      const fetch = await nth(fetches, 0);
      now += costMs;
      land(fetch, 'first');
      await reader;
      now = 1_000_000 + lifetime - left;
      expect(await read()).toEqual(['hit', 'first']);
      return jobs.length;
    };
    // exp(−100/(2·50)) = 0.3679, exp(−300/(1·100)) = 0.0498
    it.each([
      { cost: 50, left: 100, beta: 2, below: 0.367, above: 0.369 },
      { cost: 100, left: 300, beta: 1, below: 0.0497, above: 0.0499 },
    ])('has the probability exp(−τ/(βδ)): %j', async ({ cost, left, beta, below, above }) => {
      expect(await at(cost, left, { earlyRefresh: { beta }, random: below })).toBe(1);
      expect(await at(cost, left, { earlyRefresh: { beta }, random: above })).toBe(0);
    });

    it('is off by default, and never comes of a fetch that cost nothing', async () => {
      expect(await at(100, 0, { random: 0 })).toBe(0);
      expect(await at(0, 10, { earlyRefresh: { beta: 1 }, random: 0 })).toBe(0);
      expect(await at(100, 0, { earlyRefresh: { beta: 1 }, random: 0.9999 })).toBe(1);
    });

    it('happens as often as it should', async () => {
      const { cache, jobs } = await setUp({}, { random: random(1) });
      const cost = 100;
      const fetch = (_: number) => {
        now += cost;
        return 'value';
      };
      const read = cache.define({ name: 'costly', fetch, lifetimeMilliseconds: lifetime, earlyRefresh: { beta: 0.5 } });
      const times = 400;
      for (let time = 0; time < times; time++) {
        await read.get(time);
        now += lifetime - cost - 50;
        expect((await read.read(time)).status).toBe('hit');
      }
      await cache.settled();
      expect(jobs.length / times).toBeCloseTo(Math.exp(-1), 1);
    });

    it('is done though the value is fresh', async () => {
      const { cache, tweets, jobs, work, fetches } = await setUpWithValue(
        { earlyRefresh: { beta: 1 } },
        { random: () => 0 },
      );
      await tweets.set(['eve'], 'x');
      now += 1;
      const slow = tweets.refresh('david');
      const fetch = await nth(fetches, 1);
      now += 10;
      land(fetch, 'second');
      await slow;
      now += 1;
      await Promise.all([tweets.get('david'), tweets.get('david')]);
      await cache.settled();
      expect(jobs.length).toBe(1);
      const done = work();
      land(await nth(fetches, 2), 'third');
      expect(await done).toEqual(['refreshed']);
      expect(await tweets.get('david')).toBe('third');
    });
  });
});

interface Fetch {
  readonly user: string;
  readonly end: PromiseWithResolvers<string>;
}

const waiting = new Map<Fetch[], (() => void)[]>();

/** A fetch that ends when the test says so. */
function begin(fetches: Fetch[], user: string): Promise<string> {
  const end = Promise.withResolvers<string>();
  fetches.push({ user, end });
  for (const wake of waiting.get(fetches)?.splice(0) ?? []) wake();
  return end.promise;
}

/** The fetch of that number, once it has begun. */
async function nth(fetches: Fetch[], index: number): Promise<Fetch> {
  for (;;) {
    const fetch = fetches[index];
    if (fetch) return fetch;
    await new Promise<void>((wake) => waiting.set(fetches, [...(waiting.get(fetches) ?? []), wake]));
  }
}

function land({ end }: Fetch, value: string): void {
  end.resolve(value);
}

function crash({ end }: Fetch, message = 'boom'): void {
  end.reject(new Error(message));
}

function cyclic(): object {
  const one: { self?: object } = {};
  one.self = one;
  return one;
}

/** Lets everything else go on that can. */
function soon(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** mulberry32 */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
