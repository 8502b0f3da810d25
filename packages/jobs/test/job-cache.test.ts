import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { memoryStore, openJobCache, storeDrawers } from '@cellshed/cache';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { FlowProducer, Job, Queue, QueueEvents, Worker } from 'bullmq';
import { connectPatiently } from '../src/redis/connect.ts';
import type { AddedUp, Produced, SharedData } from './job-cache-worker.ts';

let server: PrivateRedis;
let redis: RedisClient;
let processes: ChildProcess[];
const open: { close(): Promise<unknown> }[] = [];
const opened = <T extends { close(): Promise<unknown> }>(one: T): T => {
  open.push(one);
  return one;
};
const settings = () => ({ connection: redis, prefix: '{catchment}' });

beforeAll(async () => {
  server = await startRedis();
  redis = connectPatiently(server.url, () => undefined);
  processes = ['produce', 'add-up'].map((task) =>
    spawn(process.execPath, [join(import.meta.dirname, 'job-cache-worker.ts'), task, server.url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
  await Promise.all(processes.map(({ stdout }) => once(stdout as NonNullable<typeof stdout>, 'data')));
});
afterAll(async () => {
  for (const one of processes) {
    const gone = once(one, 'exit');
    one.kill('SIGKILL');
    await gone;
  }
  for (const one of open.toReversed()) await one.close();
  redis.disconnect();
  await server.stop();
});

/** Adds the flow, waits for its end, and resolves to the return values of both jobs. */
async function flow(data: SharedData): Promise<{ produced: Produced; addedUp: AddedUp }> {
  const events = opened(new QueueEvents('add-up', settings()));
  await events.waitUntilReady();
  const flows = opened(new FlowProducer(settings()));
  const { job } = await flows.add({
    name: 'add-up',
    queueName: 'add-up',
    prefix: '{catchment}',
    data,
    children: [
      {
        name: 'produce',
        queueName: 'produce',
        prefix: '{catchment}',
        data,
        opts: { attempts: 2, failParentOnFailure: true },
      },
    ],
  });
  const addedUp: AddedUp = await job.waitUntilFinished(events);
  const [produced] = Object.values(await job.getChildrenValues<Produced>());
  return { produced: produced as Produced, addedUp };
}

describe('jobs of a flow that share a job cache', () => {
  it('hand ten values from one process to another, which adds them up and leaves nothing', async () => {
    const { produced, addedUp } = await flow({ request: 'r1' });
    expect(produced.written).toBe(10);
    expect([addedUp.sum, addedUp.keys.length, new Set(addedUp.keys).size]).toEqual([55, 10, 10]);
    expect([produced.pid, addedUp.pid]).toEqual(processes.map(({ pid }) => pid));
    expect(await redis.keys('*scratch*')).toEqual([]);
  });

  it('find what they had left when they are tried again', async () => {
    const { produced, addedUp } = await flow({ request: 'r2', failAfter: 4 });
    expect([produced.written, addedUp.sum, addedUp.keys.length]).toEqual([6, 55, 10]);
  });

  it('see nothing of another request that is under way', async () => {
    const both = await Promise.all([flow({ request: 'r3' }), flow({ request: 'r4', failAfter: 9 })]);
    expect(both.map(({ produced, addedUp }) => [produced.written, addedUp.sum])).toEqual([
      [10, 55],
      [1, 55],
    ]);
  });
});

describe('a job whose job cache fails', () => {
  it('fails with the store’s own words, and is tried again', async () => {
    const store = memoryStore();
    const queue = opened(new Queue('lonely', settings()));
    const events = opened(new QueueEvents('lonely', settings()));
    await events.waitUntilReady();
    const reasons: string[] = [];
    const worker = opened(
      new Worker(
        'lonely',
        async (job: Job<SharedData>) => {
          const broken = job.attemptsMade === 0;
          const kept = broken ? memoryStore() : store;
          if (broken) await kept.close();
          const cache = openJobCache(storeDrawers(kept), { scope: job.data.request, ttlMilliseconds: 60_000 });
          await cache.set('key', Uint8Array.of(7));
          return [...(await cache.get('key'))];
        },
        settings(),
      ),
    );
    worker.on('failed', (_job, error) => reasons.push(error.message));
    const job = await queue.add('lonely', { request: 'r5' }, { attempts: 2 });
    expect(await job.waitUntilFinished(events)).toEqual([7]);
    expect(reasons).toEqual(['the memory store is closed']);
    expect((await Job.fromId(queue, job.id as string))?.attemptsMade).toBe(2);
  });
});
