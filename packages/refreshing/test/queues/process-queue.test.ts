import { memoryStore } from '@cellshed/cache';
import { type ProcessQueueOptions, processQueue } from '../../src/queues/process-queue.ts';
import type { RefreshJob } from '../../src/queues/refresh-job.ts';
import { refreshingCache } from '../../src/refreshing.ts';

const jobOf = (key: string): RefreshJob => ({ name: 'read', key, args: [], epoch: '', lease: 'lease', queuedAt: 0 });

/** A queue whose work ends when the test says so, and whose pauses are noted and pass at once. */
function setUp(options: ProcessQueueOptions = {}) {
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => void pauses.push(milliseconds);
  const errors: string[] = [];
  const onError = (error: Error, { key }: RefreshJob) => void errors.push(`${key}: ${error.message}`);
  const queue = processQueue({ pause, onError, ...options });
  const running: { key: string; end: PromiseWithResolvers<void> }[] = [];
  const perform = ({ key }: RefreshJob) => {
    const end = Promise.withResolvers<void>();
    running.push({ key, end });
    return end.promise;
  };
  return { queue, pauses, errors, running, perform };
}

/** Lets everything go on that can. */
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue in the process', () => {
  it('runs what it is given, so many at once, the first first', async () => {
    const { queue, running, perform } = setUp({ concurrency: 2 });
    queue.performWith(perform);
    for (const key of ['a', 'b', 'c', 'd']) await queue.add(jobOf(key));
    let isSettled = false;
    const settled = queue.settled().then(() => {
      isSettled = true;
    });
    await soon();
    expect(running.map(({ key }) => key)).toEqual(['a', 'b']);
    running[1]?.end.resolve();
    await soon();
    expect(running.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    running[0]?.end.resolve();
    running[2]?.end.resolve();
    await soon();
    expect([running.length, isSettled]).toEqual([4, false]);
    running[3]?.end.resolve();
    await settled;
    await queue.settled();
  });

  it('tries again what fails, ever later, and says so when it gives up', async () => {
    const { queue, pauses, errors } = setUp({ attempts: 6, firstDelayMilliseconds: 10, longestDelayMilliseconds: 70 });
    let tries = 0;
    queue.performWith(async ({ key }) => {
      tries += 1;
      if (key === 'bad' || tries < 3) throw new Error('boom');
    });
    await queue.add(jobOf('good'));
    await queue.settled();
    expect([pauses, errors, tries]).toEqual([[10, 20], [], 3]);
    await queue.add(jobOf('bad'));
    await queue.settled();
    expect(pauses.slice(2)).toEqual([10, 20, 40, 70, 70]);
    expect(errors).toEqual(['bad: the refresh of bad failed 6 times: boom']);
  });

  it('goes on with others while one waits to be tried again', async () => {
    const waits: (() => void)[] = [];
    const pause = () => new Promise<void>((resolve) => waits.push(resolve));
    const { queue, running, perform } = setUp({ concurrency: 1, pause });
    queue.performWith(perform);
    await queue.add(jobOf('bad'));
    await queue.add(jobOf('good'));
    await soon();
    running[0]?.end.reject(new Error('boom'));
    await soon();
    running[1]?.end.resolve();
    await soon();
    expect(running.map(({ key }) => key)).toEqual(['bad', 'good']);
    const settled = queue.settled();
    waits[0]?.();
    await soon();
    running[2]?.end.resolve();
    await settled;
    expect(running.map(({ key }) => key)).toEqual(['bad', 'good', 'bad']);
  });

  it('takes a bounded number, counting those that run or wait to be tried again', async () => {
    const { queue, running, perform } = setUp({ mostJobs: 2, concurrency: 1 });
    queue.performWith(perform);
    await queue.add(jobOf('a'));
    await queue.add(jobOf('b'));
    await expect(queue.add(jobOf('c'))).rejects.toThrow('the queue holds 2 refreshes, expected less than 2');
    await soon();
    running[0]?.end.resolve();
    await soon();
    await queue.add(jobOf('c'));
    running[1]?.end.resolve();
    await soon();
    running[2]?.end.resolve();
    await queue.settled();
  });

  it('hands jobs over as JSON, and refuses what is none', async () => {
    const { queue } = setUp();
    const seen: RefreshJob[] = [];
    queue.performWith(async (job) => void seen.push(job));
    const job = jobOf('a');
    await queue.add(job);
    await queue.settled();
    expect(seen).toEqual([job]);
    expect(seen[0]).not.toBe(job);
    await expect(queue.add({ ...job, queuedAt: Number.NaN })).rejects.toThrow('queuedAt of a refresh job is null');
  });

  it('forgets, when it is closed, what waits, and does not wait for the time of the next try', async () => {
    const { queue, running, perform } = setUp({ concurrency: 2 });
    const waits = processQueue({ firstDelayMilliseconds: 600_000 });
    waits.performWith(async () => Promise.reject(new Error('boom')));
    await waits.add(jobOf('a'));
    await soon();
    waits.close();
    await waits.settled();

    queue.performWith(perform);
    for (const key of ['a', 'b', 'c']) await queue.add(jobOf(key));
    await soon();
    queue.close();
    await expect(queue.add(jobOf('d'))).rejects.toThrow('the queue is closed');
    running[0]?.end.reject(new Error('boom'));
    running[1]?.end.resolve();
    await queue.settled();
    expect(running.length).toBe(2);
  });

  it('is all that a cache needs: what is stale is fetched in the background, again if that fails', async () => {
    let now = 0;
    const queue = processQueue({ pause: async () => {} });
    const cache = refreshingCache({ store: memoryStore({ clock: () => now }), queue, clock: () => now });
    let fetches = 0;
    const read = cache.define({
      name: 'read',
      lifetimeMilliseconds: 10,
      fetch: () => {
        fetches += 1;
        if (fetches === 2) throw new Error('boom');
        return fetches;
      },
    });
    expect(await read.get()).toBe(1);
    now = 11;
    expect(await read.read()).toMatchObject({ status: 'stale', value: 1 });
    await cache.settled();
    await queue.settled();
    expect(await read.read()).toMatchObject({ status: 'hit', value: 3 });
  });

  it('is the one that a cache has where it is given none, and tells it what it has given up', async () => {
    const errors: string[] = [];
    const givenUp = Promise.withResolvers<void>();
    const cache = refreshingCache({
      store: memoryStore(),
      pause: async () => {},
      onError: ({ message }) => {
        errors.push(message);
        givenUp.resolve();
      },
    });
    let fetches = 0;
    const fetch = () => {
      fetches += 1;
      if (fetches > 1) throw new Error('boom');
      return fetches;
    };
    const read = cache.define({ name: 'read', fetch });
    await read.get();
    await read.invalidate();
    await givenUp.promise;
    expect(errors).toEqual([`the refresh of ${read.keyOf()} failed 5 times: boom`]);
    expect([fetches, await read.get(), cache.stats().lastFailure]).toEqual([6, 1, errors[0]]);
  });

  it('runs what has a smaller priority first, and of one priority what came first', async () => {
    const { queue } = setUp({ concurrency: 1 });
    const order: string[] = [];
    for (const [key, priority] of [
      ['late', 2],
      ['first'],
      ['middle', 1],
      ['second'],
      ['later', 2],
      ['third', 0],
    ] as const) {
      await queue.add(jobOf(key), priority === undefined ? {} : { priority });
    }
    queue.performWith(async ({ key }) => void order.push(key));
    await queue.settled();
    // The very first had begun before any other came.
    expect(order).toEqual(['late', 'first', 'second', 'third', 'middle', 'later']);
  });

  it('waits with what is delayed, and tries as often as the job says', async () => {
    const { queue, pauses, errors } = setUp({ firstDelayMilliseconds: 10 });
    let tries = 0;
    queue.performWith(async () => {
      tries += 1;
      throw new Error('boom');
    });
    await queue.add(jobOf('a'), { delay: 5000, attempts: 2, lifo: true });
    await queue.settled();
    expect([pauses, tries]).toEqual([[5000, 10], 2]);
    expect(errors).toEqual(['a: the refresh of a failed 2 times: boom']);
  });

  it('forgets what is delayed when it is closed, and counts it among what it holds', async () => {
    const ends = Promise.withResolvers<void>();
    const queue = processQueue({ mostJobs: 1, pause: () => ends.promise });
    queue.performWith(() => Promise.reject(new Error('performed')));
    await queue.add(jobOf('a'), { delay: 5 });
    await expect(queue.add(jobOf('b'))).rejects.toThrow('the queue holds 1 refreshes, expected less than 1');
    queue.close();
    ends.resolve();
    await queue.settled();
  });
});
