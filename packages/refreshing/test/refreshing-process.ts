// One of several processes that read through the same Redis; does what its parent tells it, and
// tells what it does.
import { setTimeout } from 'node:timers/promises';
import { redisStore } from '@cellshed/cache';
import { Redis } from 'ioredis';
import type { RefreshJob } from '../src/queues/refresh-job.ts';
import { refreshingCache } from '../src/refreshing.ts';

export interface ProcessSettings {
  readonly url: string;
  /** The list from which each fetch takes its value. */
  readonly gate: string;
  /** Its clock stands still. */
  readonly now: number;
  readonly waitMilliseconds: number;
}

export type Order =
  | { readonly do: 'read'; readonly readers: number }
  | { readonly do: 'perform'; readonly job: RefreshJob };

export type Report =
  | { readonly is: 'ready' | 'fetching' | 'waiting' }
  | { readonly is: 'done'; readonly answers: string[] };

const settings = JSON.parse(process.argv[2] ?? '') as ProcessSettings;
const report = (message: Report) => process.send?.(message);
const client = new Redis(settings.url);
const blocking = new Redis(settings.url);

const cache = refreshingCache({
  store: await redisStore({ client }),
  queue: { add: async (job) => void (await client.rpush('jobs', JSON.stringify(job))) },
  clock: () => settings.now,
  pause: async (milliseconds) => {
    report({ is: 'waiting' });
    await setTimeout(milliseconds);
  },
});
const read = cache.define({
  name: 'read',
  lifetimeMilliseconds: 1000,
  waitMilliseconds: settings.waitMilliseconds,
  fetch: async (_: string) => {
    await client.incr('fetches');
    report({ is: 'fetching' });
    const [, value = ''] = (await blocking.blpop(settings.gate, 0)) ?? [];
    return value;
  },
});

process.on('message', async (order: Order) => {
  if (order.do === 'perform') {
    report({ is: 'done', answers: [await cache.perform(order.job)] });
    return;
  }
  const answers = await Promise.all(Array.from({ length: order.readers }, () => read.read('david')));
  await cache.settled();
  report({ is: 'done', answers: answers.map(({ status, value }) => `${status} ${value}`) });
});
report({ is: 'ready' });
