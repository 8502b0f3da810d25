import type { Request } from '@cellshed/contracts';
import {
  connectPatiently,
  newRequestId,
  openComputations,
  openLooks,
  openPresence,
  openProgress,
  openQueues,
  openRequests,
  openWaitsFor,
  type QueueName,
  queueWaitsFor,
  readStatus,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { until } from '../../../test/until.ts';

let server: ServerForTests;
let redis: RedisClient;
const present: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterEach(async () => {
  await Promise.all(present.splice(0).map((one) => one.close()));
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const computable = { request, members: [{ key: 'k', fingerprint: 'f' }] };

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const presence = openPresence(queues);
  const sources = { queues, presence };
  const statuses = {
    ...{ queues, looks: openLooks(queues), requests: openRequests(queues), progress: openProgress(queues) },
    ...{ dismissals: { isDismissed: async () => false }, clock: Date.now },
  };
  let now = 0;
  const tell = openWaitsFor(sources, () => now);
  /** As a status is told after what was known is no longer used. */
  const waitsFor = async (id: string) => {
    now += 250;
    return tell((await readStatus(statuses, id)) ?? {});
  };
  const announce = async (...taken: QueueName[]) => {
    present.push(presence.announce(taken, () => undefined));
    await until(async () => (await presence.untaken(taken)).length === 0);
  };
  return { queues, computations: openComputations(queues), presence, sources, tell, waitsFor, announce };
}

it('a request waits for the workers of one role after the other, as long as none says that it is there', async () => {
  const { queues, computations, sources, waitsFor, announce } = open();
  const id = newRequestId();
  await submit(queues, id, request);
  expect(await waitsFor(id)).toEqual({ role: 'start', isPaused: false });
  await announce('start');
  expect(await waitsFor(id)).toBeUndefined();

  const joined = await computations.join(id, ['k'], { startedAt: 1, start: id });
  await computations.add(joined?.begun[0] as string, computable, { request: id });
  expect(await waitsFor(id)).toEqual({ role: 'count', isPaused: false });
  expect(await queueWaitsFor(sources, 'count')).toEqual({ role: 'count', isPaused: false });
  await announce('count');
  expect(await waitsFor(id)).toBeUndefined();
  expect(await queueWaitsFor(sources, 'count')).toBeUndefined();

  await queues.count.remove(joined?.begun[0] as string);
  await queues.start.remove(id);
  await until(async () => (await (await queues.finish.getJob(id))?.getState()) !== 'waiting-children');
  expect(await waitsFor(id)).toEqual({ role: 'finish', isPaused: false });
  await announce('finish');
  expect(await waitsFor(id)).toBeUndefined();
});

it('a request waits as long as an operator has paused the jobs that it needs', async () => {
  const { queues, computations, sources, waitsFor, announce } = open();
  await announce('start', 'count');
  const id = newRequestId();
  await submit(queues, id, request);
  await queues.start.pause();
  expect(await waitsFor(id)).toEqual({ role: 'start', isPaused: true });
  await queues.start.resume();
  expect(await waitsFor(id)).toBeUndefined();
  await queues.count.pause();
  expect(await queueWaitsFor(sources, 'count')).toBeUndefined();
  await computations.begin(computable);
  expect(await queueWaitsFor(sources, 'count')).toEqual({ role: 'count', isPaused: true });
});

it('a worker that says nothing any more is not there', async () => {
  const { queues, presence, announce } = open();
  await announce('start');
  await present.splice(0)[0]?.close();
  expect(await redis.pttl(queues.key('taken', 'start'))).toBeLessThanOrEqual(8000);
  // As if the time had passed.
  await redis.pexpire(queues.key('taken', 'start'), 1);
  await until(async () => (await presence.untaken(['start'])).length === 1);
});

it('nobody is waited for where there is nothing to be done', async () => {
  const { sources, waitsFor } = open();
  expect(await waitsFor(newRequestId())).toBeUndefined();
  expect([await queueWaitsFor(sources, 'tally'), await queueWaitsFor(sources, 'count')]).toEqual([
    undefined,
    undefined,
  ]);
});

it('what is known of a queue is used for a quarter of a second, for all who ask', async () => {
  const { tell, waitsFor, queues, announce } = open();
  const id = newRequestId();
  await submit(queues, id, request);
  expect(await waitsFor(id)).toEqual({ role: 'start', isPaused: false });
  await announce('start');
  expect(await tell({ standsIn: 'start' })).toEqual({ role: 'start', isPaused: false });
  expect(await waitsFor(id)).toBeUndefined();
});
