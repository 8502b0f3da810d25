import { connectPatiently, newRequestId, openQueues } from '@cellshed/jobs';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import type { Job } from 'bullmq';
import { failedJob } from '../../src/workers/failed-job.ts';

let server: PrivateRedis;
let redis: RedisClient;

beforeAll(async () => {
  server = await startRedis();
  redis = connectPatiently(server.url, () => undefined);
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const area = { table: 'huc12', id: '1' };
const request = { operation: 'landcover', area, coverage: 'centre' };

it.each([
  [request, 'landcover', 'huc12/1'],
  [{ key: 'k', request }, 'landcover', 'huc12/1'],
  [{ requests: [request, request] }, 'landcover', 'huc12/1 and 1 more'],
  [{ operation: 'many', members: [request, request] }, 'many', 'huc12/1 and 1 more'],
  [{ operation: 'landcover', chunk: { tier: 0, row: 1, column: 2 } }, 'landcover', 'chunk 0/1/2'],
  [{ before: 1 }, 'tidy', 'no area'],
])('a failed job with data %j is reported by its operation and area', async (data, operation, place) => {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const job = { id: '1', name: 'tidy', data } as unknown as Job;
  const report = await failedJob(queues, 'refresh', { job, error: new Error('no memory') });
  expect(report).toMatchObject({ job: '1', operation, area: place, cause: 'no memory' });
  await queues.close();
});
