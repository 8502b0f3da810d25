import { connectPatiently, newRequestId, openQueues, openShelf, startKeeper, submit } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { Worker } from 'bullmq';
import { until } from '../../../../test/until.ts';

let server: ServerForTests;
let redis: RedisClient;
const open: { close(): Promise<unknown> }[] = [];
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const request = { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre' as const };

/** Queues, and keepers that see a time that is so many seconds later. */
function start({ later = 0, retentionSeconds = 1, keepers = 1 }) {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds });
  const forgotten: string[] = [];
  const left: string[] = [];
  const ended: unknown[] = [];
  const errors: Error[] = [];
  const keep = () => {
    for (let i = 0; i < keepers; i++) {
      const keeper = startKeeper(queues, {
        computations: {
          leave: async (id) => void left.push(id),
          end: async (id, outcome) => ended.push({ id, outcome }) > 0,
        },
        forget: {
          request: async (id) => void forgotten.push(id),
          computation: async (id) => void forgotten.push(id),
        },
        onError: (error) => errors.push(error),
        clock: () => Date.now() + 1000 * later,
      });
      open.push(keeper);
    }
  };
  return { queues, keep, forgotten, left, ended, errors };
}

it('ended jobs are removed when they are past their retention, though none ends after them; open ones stay', async () => {
  const { queues, keep, forgotten, errors } = start({});
  const process = async ({ data }: { readonly data: { readonly fails?: boolean } }) => {
    if (data.fails) throw new Error('it fails');
  };
  const worker = new Worker('finish', process, { connection: redis, prefix: queues.prefix });
  const failed = newRequestId();
  await queues.finish.add('finish', { ...request, fails: true } as never, { jobId: failed });
  await queues.finish.add('finish', request, { jobId: newRequestId() });
  await until(async () => (await queues.finish.getJobCountByTypes('completed', 'failed')) === 2);
  await worker.close();
  const open = (await queues.finish.add('finish', request, { jobId: newRequestId() })).id as string;
  keep();
  await until(async () => (await queues.finish.getJobCountByTypes('completed', 'failed')) === 0);
  expect(await queues.finish.getJob(open)).toBeDefined();
  // The drawn area of a request that failed was kept until now.
  expect(forgotten).toContain(failed);
  expect(errors).toEqual([]);
});

it('ended jobs can be read as long as their retention', async () => {
  const { queues, keep, errors } = start({ retentionSeconds: 2 });
  const worker = new Worker('finish', async () => undefined, { connection: redis, prefix: queues.prefix });
  const done = newRequestId();
  await queues.finish.add('finish', request, { jobId: done });
  await until(async () => (await queues.finish.getCompletedCount()) === 1);
  await worker.close();
  const ended = (await queues.finish.getJob(done))?.finishedOn as number;
  keep();
  await until(async () => (await queues.finish.getCompletedCount()) === 0);
  expect(Date.now() - ended).toBeGreaterThanOrEqual(2000);
  expect(errors).toEqual([]);
});

it('a request that waits for a child that is nowhere is removed, and leaves what it waited for; others stay', async () => {
  const { queues, keep, left, forgotten, errors } = start({ later: 61 });
  const [lost, waiting] = [newRequestId(), newRequestId()];
  for (const id of [lost, waiting]) await submit(queues, id, request);
  // Half of the queue's data is lost.
  await redis.zrem(queues.start.toKey('prioritized'), lost);
  await redis.del(queues.start.toKey(lost));
  keep();
  await until(async () => (await queues.finish.getJob(lost)) === undefined);
  expect([left, forgotten]).toEqual([[lost], [lost]]);
  expect(await (await queues.finish.getJob(waiting))?.getState()).toBe('waiting-children');
  expect(errors).toEqual([]);
});

it('a request whose list of children was lost is removed', async () => {
  const { queues, keep, left, errors } = start({ later: 61 });
  const id = newRequestId();
  await submit(queues, id, request);
  await redis.del(queues.finish.toKey(`${id}:dependencies`));
  keep();
  await until(async () => (await queues.finish.getJob(id)) === undefined);
  expect([left, errors]).toEqual([[id], []]);
});

it('a computation that waits for a batch that is nowhere is ended, and its request goes on', async () => {
  const { queues, keep, ended, left, errors } = start({ later: 61 });
  const id = newRequestId();
  const batches = (lost: string) => ({
    name: 'count',
    queueName: 'count',
    prefix: queues.prefix,
    opts: { jobId: lost },
  });
  const flow = (compute: string, children: string[]) => ({
    name: 'compute',
    queueName: 'count',
    prefix: queues.prefix,
    data: { request },
    opts: { jobId: compute, ignoreDependencyOnFailure: true },
    children: children.map(batches),
  });
  await queues.flows.add({
    name: 'finish',
    queueName: 'finish',
    prefix: queues.prefix,
    data: request,
    opts: { jobId: id },
    children: [flow('c-lost', ['c-lost-0', 'c-lost-1'])],
  });
  await queues.flows.add(flow('c-waits', ['c-waits-0']));
  await redis.lrem(queues.count.toKey('wait'), 1, 'c-lost-1');
  keep();
  await until(async () => (await queues.finish.getJob(id))?.isWaiting() ?? false);
  expect(ended).toEqual([{ id: 'c-lost', outcome: { outcome: 'cancelled' } }]);
  expect(await queues.count.getJob('c-lost')).toBeUndefined();
  expect(await queues.count.getJobState('c-waits')).toBe('waiting-children');
  expect([left, errors]).toEqual([[], []]);
});

it('a new request is not looked at: its jobs may be about to be added', async () => {
  const { queues, keep, left } = start({});
  const id = newRequestId();
  await submit(queues, id, request);
  await redis.del(queues.start.toKey(id));
  keep();
  await until(async () => (await redis.exists(queues.key('keeper'))) === 1);
  await until(async () => (await redis.exists(queues.key('keeper'))) === 0);
  expect(await queues.finish.getJob(id)).toBeDefined();
  expect(left).toEqual([]);
});

it('documents that have expired are struck from the books of the shelf, though none is put', async () => {
  const { queues, keep, errors } = start({ later: 3 });
  await openShelf(queues, { mostBytes: 1000 }).put(Buffer.from('"a document"'));
  expect(await redis.get(queues.key('shelved', 'total'))).toBe('12');
  keep();
  await until(async () => (await redis.get(queues.key('shelved', 'total'))) === '0');
  expect(errors).toEqual([]);
});
