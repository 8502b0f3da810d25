import type { Request } from '@cellshed/contracts';
import {
  type Attempt,
  connectPatiently,
  newRequestId,
  openQueues,
  runPlain,
  type WorkerSettings,
} from '@cellshed/jobs';
import { redisForTests, type ServerForTests } from '@cellshed/local-services';
import type { RedisClient } from '@cellshed/redis';
import { until } from '../../../../test/until.ts';

const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
const data = { key: 'k', fingerprint: 'f', request, lease: 'l', queuedAt: 1 };
const outcome = { outcome: 'there' as const };

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

/** A worker that takes refresh jobs, and what it tells of its attempts and of faults. */
function take(process: () => Promise<typeof outcome>, listen?: WorkerSettings['onAttempt']) {
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const attempts: Attempt[] = [];
  const faults: Error[] = [];
  const worker = runPlain(queues, 'refresh', process, {
    ...{ redis, concurrency: 1, lockMilliseconds: 3_600_000 },
    onError: (error) => faults.push(error),
    onAttempt: listen ?? ((attempt) => attempts.push(attempt)),
  });
  const add = (given: object, options = {}) =>
    queues.refresh.add('refresh', given as typeof data, { attempts: 3, removeOnComplete: false, ...options });
  return { queues, worker, add, attempts, faults };
}

it('each attempt is told once, with its outcome, its result and its times', async () => {
  let tries = 0;
  const { queues, worker, add, attempts } = take(async () => {
    tries += 1;
    if (tries === 1) throw new Error('once');
    return outcome;
  });
  const { id } = await add(data);
  await until(async () => (await queues.refresh.getJobState(id as string)) === 'completed');
  expect(attempts.map(({ kind, outcome: end, result }) => [kind, end, result])).toEqual([
    ['refresh', 'retried', undefined],
    ['refresh', 'done', outcome],
  ]);
  for (const { seconds, secondsSinceAdded } of attempts)
    expect(secondsSinceAdded).toBeGreaterThanOrEqual(seconds - 0.1);
  await worker.close(1000);
});

it('a job that is given up is told as failed, also one whose data fit no contract', async () => {
  const { queues, worker, add, attempts } = take(async () => Promise.reject(new Error('always')));
  const jobs = [await add(data, { attempts: 1 }), await add({ nothing: 'of it' })];
  await until(async () => (await queues.refresh.getJobCounts('failed'))['failed'] === jobs.length);
  expect(attempts.map(({ outcome: end }) => end)).toEqual(['failed', 'failed']);
  await worker.close(1000);
});

it('a job that is handed back is told as that', async () => {
  const { queues, worker, add, attempts } = take(() => new Promise(() => undefined));
  await add(data);
  await until(async () => (await queues.refresh.getActiveCount()) === 1);
  await worker.close(0);
  expect(attempts.map(({ outcome: end }) => end)).toEqual(['handed back']);
  expect((await queues.refresh.getJobCounts('wait', 'prioritized', 'active'))['active']).toBe(0);
});

it('a listener that throws changes nothing for the job, and is heard of', async () => {
  const { queues, worker, add, faults } = take(
    async () => outcome,
    () => {
      throw new Error('the listener has a fault');
    },
  );
  const { id } = await add(data);
  await until(async () => (await queues.refresh.getJobState(id as string)) === 'completed');
  expect(faults.map(({ message }) => message)).toContain('the listener has a fault');
  await worker.close(1000);
});
