import { connectPatiently, type Endings, newRequestId, openEndings, openQueues } from '@cellshed/jobs';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { Worker } from 'bullmq';
import { until } from '../../../test/until.ts';

const hour = 3_600_000;
const request = { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre' as const };
const result = { outcome: 'refused', problem: 'no' } as const;

let server: PrivateRedis;
let redis: RedisClient;
const open: { close(): Promise<unknown> }[] = [];
beforeAll(async () => {
  server = await startRedis();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** Endings, and what ends a job. The events of the queue may be missed: they are taken away. */
async function listen() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const endings = await openEndings(queues, { redis, onError: () => undefined });
  open.push(endings);
  let mayFail = false;
  const held = Promise.withResolvers<void>();
  const process = async () => {
    await held.promise;
    if (mayFail) throw new Error('it fails');
    return result;
  };
  const worker = new Worker('finish', process, { connection: redis, prefix: queues.prefix });
  open.push(worker);
  const add = async () => {
    const id = newRequestId();
    await queues.finish.add('finish', request, { jobId: id });
    return id;
  };
  const end = async (how: 'done' | 'failed' = 'done') => {
    mayFail = how === 'failed';
    held.resolve();
  };
  return { queues, endings, add, end };
}

it.each([
  ['done', { returned: result }],
  ['failed', { reason: 'it fails' }],
] as const)('who waits is told how a job has ended, and so is who asks just after: %s', async (how, ending) => {
  const { endings, add, end } = await listen();
  const id = await add();
  const waited = endings.wait(id, hour);
  await end(how);
  expect(await waited).toEqual(ending);
  expect(await endings.wait(id, 0)).toEqual(ending);
});

it.each([
  ['done', { returned: result }],
  ['failed', { reason: 'it fails' }],
] as const)('an end that was not heard is found when the time is up: %s', async (how, ending) => {
  const { queues, add, end } = await listen();
  // Nothing is told on the stream of another queue.
  const deaf = { name: 'start', getJob: (id: string) => queues.finish.getJob(id) };
  const endings: Endings = await openEndings(queues, { queue: deaf as never, redis, onError: () => undefined });
  open.push(endings);
  const id = await add();
  await end(how);
  await until(async () => (await queues.finish.getJobCountByTypes('completed', 'failed')) === 1);
  expect(await endings.wait(id, 1)).toEqual(ending);
});

it('a wait that nothing ends ends with its time, its signal, or all', async () => {
  const { endings, add, end } = await listen();
  const id = await add();
  expect(await endings.wait(id, 1)).toBeUndefined();
  expect(await endings.wait(id, hour, AbortSignal.abort())).toBeUndefined();
  const controller = new AbortController();
  const stopped = endings.wait(id, hour, controller.signal);
  controller.abort();
  expect(await stopped).toBeUndefined();
  await end();
});

it('ends that were missed while the process stood still are found when it goes on', async () => {
  const { queues, add, end } = await listen();
  const deaf = { name: 'start', getJob: (id: string) => queues.finish.getJob(id) };
  const endings = await openEndings(queues, { queue: deaf as never, redis, onError: () => undefined });
  open.push(endings);
  const id = await add();
  const waited = endings.wait(id, hour);
  await end();
  await until(async () => (await queues.finish.getCompletedCount()) === 1);
  // This process stands still.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
  expect(await waited).toEqual({ returned: result });
});

it('ends that were missed while Redis was away are found when it is back', async () => {
  const { queues, add, end } = await listen();
  const deaf = { name: 'start', getJob: (id: string) => queues.finish.getJob(id) };
  const endings = await openEndings(queues, { queue: deaf as never, redis, onError: () => undefined });
  open.push(endings);
  const id = await add();
  const waited = endings.wait(id, hour);
  await end();
  await until(async () => (await queues.finish.getCompletedCount()) === 1);
  await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  expect(await waited).toEqual({ returned: result });
});
