import {
  connectPatiently,
  type FinishInput,
  newRequestId,
  openComputations,
  openLooks,
  openQueues,
  openRequests,
  readStatus,
  runFinish,
  runStart,
  submit,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';

let server: ServerForTests;
beforeAll(async () => {
  server = await redisForTests();
});
afterAll(() => server.stop());

it('how a request wants to be answered is told to who reads its status, and to finish', async () => {
  const redis = connectPatiently(server.url, () => undefined);
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const settings = { redis, concurrency: 1, lockMilliseconds: 3_600_000, onError: () => undefined };
  const answer = { response: 'document' as const, outputs: { result: 'reference' as const } };
  const id = newRequestId();
  const { promise: given, resolve } = Promise.withResolvers<FinishInput>();
  const requests = openRequests(queues);
  const books = {
    computations: openComputations(queues),
    requests,
    spending: { refusal: async () => undefined },
    isDismissed: async () => false,
  };
  const find = async () => ({ members: [{ key: 'k', fingerprint: 'f', ticket: { key: 'k', etag: 'e' } }] });
  const workers = [
    runStart(queues, books, { find, share: async () => undefined }, settings),
    runFinish(
      queues,
      {
        finish: async (input) => {
          resolve(input);
          return { outcome: 'done', cache: 'hit', result: 'r' };
        },
        forget: async () => undefined,
        isDismissed: async () => false,
        leave: async () => undefined,
      },
      settings,
    ),
  ];
  await submit(queues, id, { operation: 'cover', area: { table: 'huc12', id: '1' }, coverage: 'centre', answer });
  expect(Object.keys(await given).sort()).toEqual(['answer', 'area', 'coverage', 'id', 'operation', 'started']);
  const sources = {
    queues,
    looks: openLooks(queues),
    requests,
    dismissals: { isDismissed: async () => false },
    progress: { read: async () => undefined },
  };
  expect(await readStatus({ ...sources, clock: Date.now }, id)).toMatchObject({ operation: 'cover', answer });
  await Promise.all(workers.map((worker) => worker.close(1000)));
  await queues.close();
  redis.disconnect();
});
