import type { Request } from '@cellshed/contracts';
import {
  connectPatiently,
  type Found,
  newRequestId,
  type Outcome,
  openComputations,
  openDismissals,
  openQueues,
  openRequests,
  type RunningWorker,
  runStart,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { until } from '../../../../test/until.ts';

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const done: Outcome = { outcome: 'done', cache: 'miss', result: 'r' };
const miss: Found = { key: 'k', fingerprint: 'f' };
const hit: Found = { ...miss, ticket: { key: 'k', etag: 'e' } };

let server: ServerForTests;
let redis: RedisClient;
const running: RunningWorker[] = [];
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.close(1000)));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

/** A start worker that finds what the test says, and the requests that it shared. */
function open(find: () => Promise<{ members: Found[] } | { refused: string }>, share = async () => undefined) {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const computations = openComputations(queues);
  const requests = openRequests(queues);
  const dismissals = openDismissals(queues, { computations, requests });
  let finds = 0;
  const counted = async () => {
    finds += 1;
    return find();
  };
  const spending = {
    refusal: async (client: string) => (client === 'poor' ? { problem: 'it has spent all', retryAt: 7 } : undefined),
  };
  const books = { computations, requests, spending, isDismissed: dismissals.isDismissed };
  const settings = { redis, concurrency: 5, lockMilliseconds: 60_000, onError: () => undefined };
  running.push(runStart(queues, books, { find: counted, share }, settings));
  const ask = async (client?: string) => {
    const id = newRequestId();
    await submit(queues, id, { ...request, ...(client !== undefined && { client }) });
    return id;
  };
  const ended = async (id: string) => {
    await until(async () => (await queues.start.getJob(id))?.finishedOn !== undefined);
    return (await queues.start.getJob(id))?.returnvalue;
  };
  return { queues, computations, requests, dismissals, finds: () => finds, ask, ended };
}

it('a hit is a ticket for finish, and begins nothing', async () => {
  const { queues, ask, ended } = open(async () => ({ members: [hit] }));
  expect(await ended(await ask())).toEqual({ outcome: 'found', startedAt: expect.any(Number), members: [hit] });
  expect(await queues.count.getJobCountByTypes()).toBe(0);
});

it('a miss begins one computation, which finish waits for; start itself is over', async () => {
  const { queues, ask, ended } = open(async () => ({ members: [miss] }));
  const id = await ask();
  const found = await ended(id);
  const [compute] = await queues.count.getJobs();
  expect(found).toMatchObject({ outcome: 'found', members: [{ ...miss, computation: compute?.id }] });
  expect(compute?.parent?.id).toBe(id);
  expect(await (await queues.finish.getJob(id))?.getState()).toBe('waiting-children');
});

it('who joins waits for the computation of another, is identified once, and goes on at its end', async () => {
  const { queues, computations, finds, ask, ended } = open(async () => ({ members: [miss] }));
  await ended(await ask());
  const [compute] = await queues.count.getJobs();
  const second = await ask();
  await until(async () => (await queues.start.getDelayedCount()) === 1);
  await computations.end(compute?.id as string, done);
  expect(await ended(second)).toMatchObject({ outcome: 'found', members: [{ ...miss, computation: compute?.id }] });
  expect(finds()).toBe(2);
  expect(await queues.count.getJobCountByTypes()).toBe(1);
});

it('a request is refused for what it asks, and a client that has spent its budget only for what is missing', async () => {
  const refusing = open(async () => ({ refused: 'area: there is none' }));
  expect(await refusing.ended(await refusing.ask())).toEqual({ outcome: 'refused', problem: 'area: there is none' });
  const missing = open(async () => ({ members: [miss] }));
  const refusal = { outcome: 'refused', problem: 'it has spent all', retryAt: 7 };
  expect(await missing.ended(await missing.ask('poor'))).toEqual(refusal);
  expect(await missing.queues.count.getJobCountByTypes()).toBe(0);
  const there = open(async () => ({ members: [hit] }));
  expect(await there.ended(await there.ask('poor'))).toMatchObject({ outcome: 'found' });
});

it('a request that is dismissed while it waits for a computation ends, and the computation goes on', async () => {
  const { queues, computations, dismissals, ask, ended } = open(async () => ({ members: [miss] }));
  await ended(await ask());
  const [compute] = await queues.count.getJobs();
  const second = await ask();
  await until(async () => (await queues.start.getDelayedCount()) === 1);
  await dismissals.dismiss(second);
  expect(await ended(second)).toEqual({ outcome: 'dismissed' });
  expect(await computations.isOver(compute?.id as string)).toBe(false);
});

it('a request that cannot share what it has drawn holds no key afterwards', async () => {
  const share = async () => Promise.reject(new Error('no longer kept'));
  const { queues, computations, requests, ask } = open(async () => ({ members: [miss] }), share);
  const id = await ask();
  await until(async () => (await queues.start.getDelayedCount()) === 1);
  const { computations: begun = [] } = (await requests.read(id)) ?? {};
  expect(begun).toHaveLength(1);
  expect(await computations.areOver(begun)).toEqual([true]);
});
