import { connectPatiently, newRequestId, oldestJobs, openQueues, queueMetrics } from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { backgroundPriority } from '../../src/turns.ts';

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

function open() {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 60 });
  const add = (priority: number, timestamp: number) =>
    queues.count.add('count', {} as never, { priority, timestamp, jobId: newRequestId() });
  return { queues, add };
}

it('finds the oldest job of people wherever its turn is, and that of nobody', async () => {
  const { queues, add } = open();
  const oldest = async () => {
    const found = (await oldestJobs(queues)()).filter(({ queue }) => queue === 'count');
    return Object.fromEntries(found.map(({ class: waits, addedAt }) => [waits, addedAt]));
  };
  expect(await oldest()).toEqual({ people: undefined, background: undefined });
  await add(backgroundPriority, 1000);
  await add(900, 2000);
  await add(backgroundPriority, 3000);
  for (const turn of [1, 5, 1000, 3]) await add(turn, 4000 + turn);
  expect(await oldest()).toEqual({ people: 2000, background: 1000 });
  await queues.close();
});

it('answers for every queue', async () => {
  const { queues } = open();
  const found = await oldestJobs(queues)();
  expect(new Set(found.map(({ queue }) => queue))).toEqual(new Set(queues.all.map(({ name }) => name)));
  await queues.close();
});

it('writes the metrics of all queues with one help text and one type each', async () => {
  const { queues, add } = open();
  await add(1, 1000);
  const lines = (await queueMetrics(queues)).trimEnd().split('\n');
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines).toContain('bullmq_job_count{queue="count", state="prioritized"} 1');
  // The lines of a metric stand together, after its help text and its type.
  const metrics = lines.map((line) => /^(?:# (?:HELP|TYPE) )?(\w+)/.exec(line)?.[1]);
  const changes = metrics.filter((metric, i) => metric !== metrics[i - 1]);
  expect(changes).toEqual(['bullmq_job_count', 'bullmq_job_completed_total', 'bullmq_job_failed_total']);
  for (const metric of changes) {
    const kinds = lines.filter((_, i) => metrics[i] === metric).map((line) => line.split(' ')[1]);
    expect(kinds.slice(0, 2)).toEqual(['HELP', 'TYPE']);
  }
  await queues.close();
});
