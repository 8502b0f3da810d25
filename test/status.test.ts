import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { Value } from 'typebox/value';
import { StatusDocument } from '../apps/cli/src/status/status-document.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-status-'));
const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
let redis: PrivateRedis;
let env: NodeJS.ProcessEnv;
let gateway: Running;
let worker: Running;

beforeAll(async () => {
  redis = await startRedis();
  env = {
    ...{ QUEUE_REDIS_URL: redis.url, CACHE_URL: `${redis.url}/1,file:${join(folder, 'results')}` },
    ...{ CATCHMENT_CATALOG: catalog, COUNT_THREADS: '1', JOB_RETENTION_SECONDS: '10', PORT: '0' },
  };
  gateway = await startCatchment(['gateway'], env, gatewayReady);
  worker = await startCatchment(['worker'], env, workerReady);
});
afterAll(async () => {
  await Promise.all([gateway.stop(), worker.stop()]);
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function status(): Promise<StatusDocument & { readonly code: number | null }> {
  const { code, out, err } = await runCatchment(['status', '--json'], env);
  if (out === '') throw new Error(err);
  const document = JSON.parse(out) as StatusDocument;
  expect([...Value.Errors(StatusDocument, document)]).toEqual([]);
  return { ...document, code };
}

it('tells of a service that is well, and of the requests that ended, each once', async () => {
  const path = `${gateway.said}/api/areas/huc12/990101010101/landcover_soil`;
  const asked = [{ prefer: 'wait=60' }, { prefer: 'wait=60' }, {}, {}];
  for (const headers of asked) expect((await fetch(path, { headers })).status).toBe(200);
  const refused = await fetch(`${gateway.said}/api/processes/landcover_soil/execution`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ inputs: { area: 'huc12/none-such' } }),
  });
  expect(refused.status).toBe(400);
  let found = await status();
  // Processes write what they have counted every few seconds.
  for (; found.requests.hour.outcomes['hit'] !== 3 || found.keptAt === null; found = await status());
  expect(found.attention).toEqual([]);
  expect(found.code).toBe(0);
  expect(found.requests.hour).toEqual({ outcomes: { hit: 3, miss: 1, refused: 1 }, hitRate: 0.75 });
  expect(found.requests.day).toEqual(found.requests.hour);
  expect(found.processes.map(({ kind, name, roles, threads }) => [kind, name.split(':')[1], roles, threads])).toEqual([
    ['gateway', String(gateway.pid), [], null],
    ['worker', String(worker.pid), ['start', 'finish', 'count', 'chore'], 1],
  ]);
  expect(found.queues.map(({ queue, taken }) => [queue, taken])).toEqual(
    ['start', 'finish', 'count', 'refresh', 'tally', 'chore'].map((queue) => [queue, true]),
  );
  expect(found.stores.map(({ settings, place, problem }) => [settings, place.split(':')[0], problem])).toEqual([
    [['CACHE_URL'], 'redis', null],
    [['CACHE_URL'], 'file', null],
  ]);
  expect(found.redis.map(({ settings, policy, evicted }) => [settings, policy, evicted])).toEqual([
    [['QUEUE_REDIS_URL'], 'noeviction', 0],
    [['CACHE_URL'], 'noeviction', 0],
  ]);
  expect(found.sources.every(({ version, problem }) => version !== null && problem === null)).toBe(true);
});

it('goes on looking with --watch, a document for each look', async () => {
  const watching = await startCatchment(['status', '--json', '--watch', '0.2'], env, /^\{/);
  await until(() => watching.output().split('\n').length > 2);
  await watching.stop();
  const [first, second] = watching.output().split('\n');
  for (const line of [first, second]) expect(JSON.parse(line as string).attention).toEqual([]);
});

it('says what needs attention, with exit code 3: here a worker is gone, and the policy has changed', async () => {
  await worker.stop('SIGKILL');
  const client = new Redis(redis.url);
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  client.disconnect();
  let found = await status();
  // A worker that has said nothing for some seconds is gone.
  for (; found.processes.length > 1 || found.queues.some(({ taken }) => taken); found = await status());
  expect(found.code).toBe(3);
  expect(found.attention).toEqual([
    'no worker takes start, finish, count, refresh, tally, and chore jobs; start one with `catchment worker --roles start,finish,count,chore`',
    expect.stringMatching(
      /^the Redis at redis:.* \(QUEUE_REDIS_URL\) may evict jobs: its maxmemory-policy is allkeys-lru/,
    ),
  ]);
  const { code, out } = await runCatchment(['status'], env);
  expect([code, out.split('\n')[1]]).toEqual([3, expect.stringMatching(/^- no worker takes start, finish, count/)]);
});

it('shows the rest also while the catalog cannot be read', async () => {
  const { code, out } = await runCatchment(['status', '--json'], {
    ...env,
    CATCHMENT_CATALOG: join(folder, 'none.yaml'),
  });
  const { attention, queues } = JSON.parse(out) as StatusDocument;
  expect([code, queues.length]).toEqual([3, 6]);
  expect(attention.at(-1)).toMatch(/^catalog .*none.yaml cannot be used: .*there is no such file$/);
});

it('ends with exit code 1 and a sentence when the queues cannot be asked', async () => {
  const { code, out, err } = await runCatchment(['status'], { ...env, QUEUE_REDIS_URL: 'redis://127.0.0.1:1' });
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^catchment: the queue Redis at redis:\/\/127\.0\.0\.1:1 does not answer \(QUEUE_REDIS_URL\)/);
});
