import { connectRedis, memoryStore, redisStore, type Store, StoreError } from '@cellshed/cache';
import { startRedis } from '@cellshed/local-services';
import { patient } from '../../cache/test/store-fixture.ts';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import { type RefreshingCacheOptions, refreshingCache } from '../src/refreshing.ts';

const clock = () => 0;
const brief = { timeoutMilliseconds: 5 };

/** A store of which every call goes the same way. */
function storeThat(call: () => Promise<never>): Store {
  async function* keys(): AsyncIterable<string> {
    yield await call();
  }
  const fence = { take: call, release: call, epoch: call, move: call, write: call, remove: call };
  const calls = { get: call, getMany: call, head: call, set: call, delete: call, ttlMilliseconds: call, close: call };
  return { ...calls, keys, fence: { ...fence, reach: 'cluster' } };
}

/** Calls of a store that is in this process are not late, unless that is what is tested. */
function setUp(options: Partial<RefreshingCacheOptions> & Pick<RefreshingCacheOptions, 'store'>) {
  const jobs: RefreshJob[] = [];
  const queue = { add: async (job: RefreshJob) => void jobs.push(job) };
  const cache = refreshingCache({ queue, clock, ...patient, ...options });
  let fetches = 0;
  const fetch = async (user: string) => {
    fetches += 1;
    return `${user} ${fetches}`;
  };
  return { cache, jobs, fetch, tweets: cache.define({ name: 'tweets', fetch }), fetches: () => fetches };
}

const job = { name: 'tweets', key: 'key', args: ['david'], epoch: '', lease: 'lease', queuedAt: 0 };

describe.each<readonly [string, () => Promise<never>, string]>([
  ['fails', () => Promise.reject(new StoreError('the store is away')), 'the store is away'],
  ['never answers', () => new Promise(() => {}), 'the store did not answer within 5 ms'],
])('with a store that %s', (_, call, lastFailure) => {
  it('reads fetch, once at a time, and answer; what they would have written is counted', async () => {
    const { cache, fetch, fetches, jobs } = setUp({ store: storeThat(call), ...brief });
    const readers = 10;
    const toots = cache.define({
      name: 'toots',
      fetch: async (user: string) => {
        // Ends when all of them have heard, or not heard, from the store.
        while (cache.stats().failedReads < readers) await new Promise((resolve) => setImmediate(resolve));
        return fetch(user);
      },
    });
    const answers = await Promise.all(Array.from({ length: readers }, () => toots.read('david')));
    expect(new Set(answers.map(({ value, status }) => `${status} ${value}`))).toEqual(new Set(['miss david 1']));
    expect(await toots.get('david')).toBe('david 2');
    await cache.settled();
    expect([fetches(), jobs.length]).toEqual([2, 0]);
    const counts = {
      misses: 11,
      fetches: 2,
      writes: 0,
      fencedWrites: 0,
      droppedWrites: 2,
      failedReads: 11,
      lastFailure,
    };
    expect(cache.stats()).toMatchObject({ ...counts, hits: 0, queued: 0, failedQueueings: 0 });
  });

  it('a read that is not to fetch answers with empty()', async () => {
    const { cache, fetch, fetches, jobs } = setUp({ store: storeThat(call), ...brief });
    const toots = cache.define({ name: 'toots', fetch, fetchOnMiss: false, empty: () => 'empty' });
    expect(await toots.read('david')).toEqual({ status: 'empty', value: 'empty', computedAt: null });
    await cache.settled();
    expect([fetches(), jobs.length, cache.stats().failedReads]).toEqual([0, 0, 1]);
  });

  it('refresh fetches, peek finds nothing and set says that it was not kept', async () => {
    const { tweets, cache } = setUp({ store: storeThat(call), ...brief });
    expect(await tweets.refresh('david')).toBe('david 1');
    expect(await tweets.peek('david')).toBeUndefined();
    expect(await tweets.set(['david'], 'set')).toBe(false);
    expect(cache.stats()).toMatchObject({ droppedWrites: 2, writes: 0 });
  });

  it('what the caller must know rejects: delete and invalidate; and a refresh job, so that it is tried again', async () => {
    const { tweets, cache, fetches } = setUp({ store: storeThat(call), ...brief });
    for (const failing of [tweets.delete('david'), tweets.invalidate('david'), cache.perform(job)]) {
      await expect(failing).rejects.toThrow(new StoreError(lastFailure));
    }
    expect(fetches()).toBe(0);
  });
});

it('a store that fails only when it comes to write keeps nobody from an answer', async () => {
  const store = memoryStore({ clock });
  const write = () => Promise.reject(new StoreError('disk full'));
  const { tweets, cache } = setUp({ store: { ...store, fence: { ...store.fence, write } } });
  expect(await tweets.get('david')).toBe('david 1');
  expect(await tweets.get('david')).toBe('david 2');
  await expect(cache.perform(job)).rejects.toThrow('disk full');
  expect(cache.stats()).toMatchObject({ droppedWrites: 2, failedReads: 0, lastFailure: 'disk full' });
});

it('a store that fails once a stale value is read leaves it at that', async () => {
  const store = memoryStore({ clock });
  let works = true;
  const take: Store['fence']['take'] = (key, lease) =>
    works ? store.fence.take(key, lease) : Promise.reject(new StoreError('away'));
  const { tweets, cache, jobs } = setUp({ store: { ...store, fence: { ...store.fence, take } } });
  await tweets.set(['david'], 'set');
  await tweets.invalidate('david');
  jobs.length = 0;
  works = false;
  expect(await tweets.read('david')).toMatchObject({ status: 'stale', value: 'set' });
  await cache.settled();
  expect(jobs).toEqual([]);
  expect(cache.stats()).toMatchObject({ failedReads: 1, lastFailure: 'away' });
});

it('a lease that cannot be released does not take the value from its reader', async () => {
  const store = memoryStore({ clock });
  const release = () => Promise.reject(new StoreError('away'));
  const { tweets, cache } = setUp({ store: { ...store, fence: { ...store.fence, release } } });
  expect(await tweets.get('david')).toBe('david 1');
  expect(await tweets.read('david')).toMatchObject({ status: 'hit', value: 'david 1' });
  expect(cache.stats()).toMatchObject({ writes: 1, failedReads: 1 });
});

it('a bug is not taken for a store that is away', async () => {
  const { tweets, cache } = setUp({ store: storeThat(() => Promise.reject(new TypeError('a bug'))) });
  for (const call of [tweets.get('david'), tweets.peek('david'), tweets.set(['david'], ''), cache.perform(job)]) {
    await expect(call).rejects.toThrow('a bug');
  }
});

it('what is thrown in the background is heard of', async () => {
  const store = memoryStore({ clock });
  const heard: string[] = [];
  const { tweets, cache } = setUp({ store, onError: (error) => void heard.push(error.message) });
  await tweets.set(['david'], 'set');
  await tweets.invalidate('david');
  const broken = { ...store, fence: { ...store.fence, epoch: () => Promise.reject(new TypeError('a bug')) } };
  const other = setUp({ store: broken, onError: (error) => void heard.push(error.message) });
  expect(await other.tweets.get('david')).toBe('set');
  await other.cache.settled();
  expect(heard).toEqual(['a bug']);
  expect(other.cache.stats().lastFailure).toBe('a bug');
  expect(cache.stats().lastFailure).toBeNull();
});

it('a Redis that is killed during a fetch and comes back is nothing to the readers', async () => {
  const gone = await startRedis();
  const client = await connectRedis({ url: gone.url, ...patient });
  const store = await redisStore({ client });
  const { cache } = setUp({ store, ...patient });
  const fetching = Promise.withResolvers<void>();
  const end = Promise.withResolvers<string>();
  let fetches = 0;
  const fetch = async () => {
    fetches += 1;
    fetching.resolve();
    return fetches === 1 ? end.promise : `fetch ${fetches}`;
  };
  const read = cache.define({ name: 'read', fetch });
  const reader = read.get();
  await fetching.promise;
  const closed = new Promise((resolve) => client.once('close', resolve));
  await gone.kill();
  await closed;
  end.resolve('fetch 1');
  expect(await reader).toBe('fetch 1');
  expect(await read.get()).toBe('fetch 2');
  expect(cache.stats()).toMatchObject({ writes: 0, droppedWrites: 2 });

  const ready = new Promise((resolve) => client.once('ready', resolve));
  const back = await startRedis({ port: gone.port });
  await ready;
  expect(await read.read()).toMatchObject({ status: 'miss', value: 'fetch 3' });
  expect(await read.read()).toMatchObject({ status: 'hit', value: 'fetch 3' });
  client.disconnect();
  await back.stop();
});
