import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { instruments } from '@cellshed/metrics';
import { gatewayReady, type Running, startCatchment } from './processes.ts';
import { until } from './until.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-metrics-'));
const sample = join(import.meta.dirname, '../.catchment/sample');
const token = 'a-token-for-Prometheus';
const started: { stop(): Promise<void> }[] = [];
let gateway: Running;
let worker: string;
let queueUrl: string;

beforeAll(async () => {
  const [queue, cache] = [await startRedis(), await startRedis()];
  queueUrl = queue.url;
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: `${cache.url},file:${join(folder, 'results')}`,
    TALLY_URL: `file:${join(folder, 'tallies')}`,
    CATCHMENT_CATALOG: join(sample, 'catalog.yaml'),
    CLIENT_WAITING_LIMIT: '3',
    COUNT_THREADS: '1',
    PORT: '0',
    METRICS_PORT: '0',
    METRICS_TOKEN: token,
  };
  gateway = await startCatchment(['gateway'], env, gatewayReady);
  const working = await startCatchment(['worker'], env, /metrics of the worker are on (127\.0\.0\.1:\d+)/);
  worker = `http://${working.said}`;
  started.push(gateway, working, queue, cache);
});

afterAll(async () => {
  for (const one of started) await one.stop();
  rmSync(folder, { recursive: true });
});

async function metricsOf(url: string): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

async function ask(inputs: object, operation = 'landcover_soil'): Promise<Response> {
  return fetch(`${gateway.said}/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=60' },
    body: JSON.stringify({ inputs }),
  });
}

const requests = (outcome: string) => `catchment_requests_total{operation="landcover_soil",outcome="${outcome}"}`;

it('counts each request by its outcome, once', async () => {
  const area = 'huc12/990101010101';
  const path = `/api/areas/${area}/landcover_soil`;
  expect((await ask({ area })).status).toBe(200);
  expect((await ask({ area })).status).toBe(200);
  const found = await fetch(`${gateway.said}${path}`);
  await found.text();
  const etag = found.headers.get('etag') as string;
  expect((await fetch(`${gateway.said}${path}`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await ask({ area: 'huc12/no-such-area' })).status).toBe(400);
  expect((await ask({ area }, 'no-such-operation')).status).toBe(404);
  await until(async () => (await metricsOf(worker)).get(requests('hit')) === 1);
  const [ofWorker, ofGateway] = [await metricsOf(worker), await metricsOf(gateway.said)];
  expect(ofWorker.get(requests('miss'))).toBe(1);
  expect(ofGateway.get(requests('hit'))).toBe(2);
  expect(ofGateway.get(requests('refused'))).toBe(1);
  expect(ofGateway.get('catchment_requests_total{operation="none",outcome="refused"}')).toBe(1);
  expect(ofWorker.get('catchment_request_seconds_count{outcome="miss"}')).toBe(1);
  const execution = 'method="POST",route="/api/processes/:operation/execution"';
  expect(ofGateway.get(`catchment_http_request_seconds_count{${execution},status="200"}`)).toBe(2);
});

it('counts jobs, cells, tiles, the calls of each store and their bytes', async () => {
  const all = await metricsOf(worker);
  const result = (await (await ask({ area: 'huc12/990101010101' })).json()) as { readonly cells: number };
  for (const kind of ['start', 'compute', 'finish']) {
    expect(all.get(`catchment_job_seconds_count{kind="${kind}",outcome="done"}`)).toBeGreaterThan(0);
  }
  expect(all.get('catchment_cells_counted_total{operation="landcover_soil"}')).toBe(result.cells);
  expect(all.get('catchment_tiles_total{source="counted"}')).toBeGreaterThan(0);
  const stores = [...all].filter(([name]) => name.startsWith('catchment_store_call_seconds_count'));
  for (const scheme of ['redis://', 'file:']) {
    const written = stores.filter(([name]) => name.includes(`store="${scheme}`) && name.includes('call="set"'));
    expect(written.map(([, calls]) => calls)).toEqual([1]);
    const bytes = [...all].find(([name]) => name.startsWith(`catchment_store_bytes_total{store="${scheme}`));
    expect(bytes?.[1]).toBeGreaterThan(100);
  }
  const well = [...all].filter(([name]) => /^catchment_store_state.*state="well"/.test(name));
  expect(well.map(([, value]) => value)).toEqual([1, 1, 1]);
  expect(all.get('catchment_threads{state="idle"}')).toBe(1);
});

it('shows the queues: jobs by state, the oldest that waits, who takes them, and the memory', async () => {
  await until(async () => (await metricsOf(gateway.said)).get('catchment_queue_taken{queue="count"}') === 1);
  const all = await metricsOf(gateway.said);
  expect(all.get('bullmq_job_completed_total{queue="finish"}')).toBeGreaterThan(1);
  expect(all.get('bullmq_job_count{queue="finish", state="failed"}')).toBe(0);
  expect(all.get('catchment_oldest_job_seconds{queue="count",class="people"}')).toBe(0);
  expect(all.get('catchment_redis_memory_bytes{redis="queues",which="used"}')).toBeGreaterThan(1e5);
  const evicted = [...all].filter(([name]) => name.startsWith('catchment_redis_evicted_keys_total{redis="redis://'));
  expect(evicted.map(([, keys]) => keys)).toEqual([0]);
});

it('says how long the oldest job waits, and that nobody takes it', async () => {
  const env = { QUEUE_REDIS_URL: queueUrl, QUEUE_PREFIX: '{alone}', CATCHMENT_CATALOG: join(sample, 'catalog.yaml') };
  const alone = await startCatchment(['gateway'], { ...env, PORT: '0' }, gatewayReady);
  started.push(alone);
  await fetch(`${alone.said}/api/processes/landcover/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { area: 'huc12/990101010101' } }),
  });
  const waits = 'catchment_oldest_job_seconds{queue="start",class="people"}';
  await until(async () => ((await metricsOf(alone.said)).get(waits) ?? 0) > 0.2);
  expect((await metricsOf(alone.said)).get('catchment_queue_taken{queue="start"}')).toBe(0);
});

it('has no more metrics for paths and operations that clients make up', async () => {
  const before = (await metricsOf(gateway.said)).size;
  for (let i = 0; i < 50; i++) {
    await fetch(`${gateway.said}/made-up/${i}`);
    await fetch(`${gateway.said}/api/areas/huc12/${i}/made-up-${i}`);
    await ask({ area: 'huc12/990101010101' }, `made-up-${i}`);
    // This one is refused before its operation is looked for.
    await fetch(`${gateway.said}/api/processes/made-up-${i}/execution`, { method: 'POST', body: 'no JSON' });
  }
  // A histogram of each of three routes with another status, and nothing else.
  expect((await metricsOf(gateway.said)).size).toBeLessThan(before + 80);
});

it('gives metrics to this machine, and elsewhere to whoever has the token', async () => {
  for (const url of [gateway.said, worker]) {
    const read = async (headers: Record<string, string>) => (await fetch(`${url}/metrics`, { headers })).status;
    const elsewhere = { 'x-forwarded-for': '192.0.2.1' };
    expect(await read({})).toBe(200);
    expect(await read(elsewhere)).toBe(401);
    expect(await read({ ...elsewhere, authorization: 'Bearer a-token-that-is-wrong' })).toBe(401);
    expect(await read({ ...elsewhere, authorization: `Bearer ${token}` })).toBe(200);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }
});

it('describes each metric, and has none that is not described', async () => {
  const text = `${await (await fetch(`${gateway.said}/metrics`)).text()}${await (await fetch(`${worker}/metrics`)).text()}`;
  const described = new Set([...text.matchAll(/^# TYPE (\w+) \w+$/gm)].map(([, name]) => name));
  expect([...described].filter((name) => !name?.startsWith('bullmq_')).toSorted()).toEqual(
    Object.keys(instruments).toSorted(),
  );
});
