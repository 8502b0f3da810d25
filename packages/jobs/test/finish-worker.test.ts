import {
  connectPatiently,
  type FinishInput,
  newRequestId,
  openComputations,
  openQueues,
  readStatus,
  runFinish,
  runStart,
  submit,
} from '@catchment/jobs';
import { type RedisForTests, redisForTests } from '@catchment/local-redis';

let server: RedisForTests;
beforeAll(async () => {
  server = await redisForTests();
});
afterAll(() => server.stop());

it('how a request wants to be answered is told to who reads its status, and to no processor', async () => {
  const redis = connectPatiently(server.url, () => undefined);
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const settings = { redis, concurrency: 1, lockMilliseconds: 3_600_000, onError: () => undefined };
  const answer = { response: 'document' as const, outputs: { result: 'reference' as const } };
  const id = newRequestId();
  const { promise: given, resolve } = Promise.withResolvers<FinishInput>();
  const workers = [
    runStart(queues, async () => ({ outcome: 'miss', key: 'k' }), settings),
    runFinish(
      queues,
      openComputations(queues),
      async (input) => {
        resolve(input);
        return { outcome: 'done', cache: 'miss', result: 'r' };
      },
      settings,
    ),
  ];
  await submit(queues, id, { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre', answer });
  expect(Object.keys(await given).sort()).toEqual(['area', 'coverage', 'id', 'operation', 'started']);
  const sources = { queues, dismissals: { isDismissed: async () => false }, progress: { read: async () => undefined } };
  expect(await readStatus({ ...sources, clock: Date.now }, id)).toMatchObject({ operation: 'cover', answer });
  await Promise.all(workers.map((worker) => worker.close(1000)));
  await queues.close();
  redis.disconnect();
});
