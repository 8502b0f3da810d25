import {
  connectPatiently,
  newRequestId,
  openComputations,
  openDismissals,
  openLooks,
  openProgress,
  openQueues,
  openRequests,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';

let server: ServerForTests;
let redis: RedisClient;
beforeAll(async () => {
  server = await redisForTests();
  redis = connectPatiently(server.url, () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' as const };
const computable = { request, members: [{ key: 'k', fingerprint: 'f' }] };

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const [computations, requests] = [openComputations(queues), openRequests(queues)];
  const books = { dismissals: openDismissals(queues, { computations, requests }), progress: openProgress(queues) };
  return { queues, computations, ...books, ...openLooks(queues) };
}

it('a look has the job of a request, its record, its progress, its place and its dismissal', async () => {
  const { queues, computations, dismissals, progress, look } = open();
  const id = newRequestId();
  expect(await look(id)).toBeUndefined();
  await submit(queues, id, request);
  expect(await look(id)).toMatchObject({
    job: { id, data: { operation: 'landcover' }, returnvalue: null },
    ...{ isDismissed: false, waiting: undefined, tiles: undefined, place: 'children' },
  });

  const joined = await computations.join(id, ['k'], { startedAt: 17, start: id });
  const computation = joined?.begun[0] as string;
  await computations.add(computation, computable, { request: id });
  expect(await look(id)).toMatchObject({ waiting: { startedAt: 17, computations: [computation] }, tiles: undefined });
  await redis.hset(queues.key('computation', computation), { planned: '9', tallied: '2' });
  await progress.report(computation, 0, 3);
  await progress.report(computation, 1, 1);
  expect((await look(id))?.tiles).toEqual({ done: 6, planned: 9, tallied: 2 });

  await dismissals.dismiss(id);
  expect(await look(id)).toMatchObject({ isDismissed: true });
  await redis.zrem(queues.finish.toKey('waiting-children'), id);
  expect(await look(id)).toMatchObject({ place: 'nowhere' });
  await redis.zadd(queues.finish.toKey('prioritized'), 1, id);
  expect(await look(id)).toMatchObject({ place: 'queue' });
});

it('the look of a job that has ended has what it returned, or why it failed', async () => {
  const { queues, look } = open();
  const [done, failed] = [newRequestId(), newRequestId()];
  for (const id of [done, failed]) await queues.finish.add('finish', request, { jobId: id });
  const result = { outcome: 'done', cache: 'hit', result: 'hash' } as const;
  await redis.hset(queues.finish.toKey(done), {
    ...{ processedOn: 5, finishedOn: 7, returnvalue: JSON.stringify(result) },
  });
  await redis.hset(queues.finish.toKey(failed), { finishedOn: 8, failedReason: 'why' });
  expect((await look(done))?.job).toMatchObject({ processedOn: 5, finishedOn: 7, returnvalue: result });
  expect((await look(failed))?.job).toMatchObject({ finishedOn: 8, failedReason: 'why', returnvalue: null });
});

it('all that are asked for in one turn of the event loop are looked at with few commands, each once', async () => {
  const { queues, look } = open();
  let commands = 0;
  const send = redis.sendCommand.bind(redis) as (...args: unknown[]) => unknown;
  redis.sendCommand = ((...args: unknown[]) => {
    commands += 1;
    return send(...args);
  }) as typeof redis.sendCommand;
  const ids = Array.from({ length: 70 }, newRequestId);
  await Promise.all(ids.map((id) => submit(queues, id, request)));
  commands = 0;
  const looks = await Promise.all([...ids, ...ids, newRequestId()].map(look));
  expect(looks.map((one) => one?.job.id)).toEqual([...ids, ...ids, undefined]);
  expect(commands).toBe(2);
});

it('a look begins after it was asked for, also while another one is under way', async () => {
  const { queues, look } = open();
  const id = newRequestId();
  const first = look(id);
  // The command of the first has been sent.
  await new Promise((resolve) => setImmediate(resolve));
  await submit(queues, id, request);
  expect((await look(id))?.job.id).toBe(id);
  await first;
});
