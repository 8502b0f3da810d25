import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { boxRing } from './box-ring.ts';
import { writeOneRaster } from './one-raster.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-budgets-'));
const file = (name: string) => join(folder, name);
const token = 'sixteen-letters!';
let queue: PrivateRedis;
let redis: Redis;
let env: Record<string, string>;
let open: Running;
let strict: Running;
let worker: Running;

beforeAll(async () => {
  writeOneRaster(folder, { across: 2, down: 2, originX: 0, originY: 30_720, value: 1 });
  queue = await startRedis();
  redis = new Redis(queue.url);
  env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: queue.url, CATCHMENT_CATALOG: file('catalog.yaml'), PORT: '0' },
    ...{ COUNT_THREADS: '1', CLIENT_CELLS_PER_HOUR: '300000', TRUST_PROXY: 'loopback', ADMIN_TOKEN: token },
  };
  [open, strict, worker] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['gateway'], { ...env, API_KEYS: 'required' }, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
});

afterAll(async () => {
  await Promise.all([open, strict, worker].map((one) => one.stop('SIGKILL')));
  redis.disconnect();
  await queue.stop();
  rmSync(folder, { recursive: true });
});

/** A square of 100 cells in the first tile, which has 262,144. */
function square(column: number) {
  const [west, south] = [30 * column, 30_000];
  const ring = boxRing(west, south, west + 300, south + 300);
  return { type: 'Polygon', coordinates: [ring] };
}

async function ask({ said }: Running, column: number, headers: Record<string, string>) {
  const response = await fetch(`${said}/api/processes/a/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600', ...headers },
    body: JSON.stringify({ inputs: { area: square(column), crs: 'EPSG:5070' } }),
  });
  const { detail, cells } = (await response.json()) as { detail?: string; cells?: number };
  return { status: response.status, later: response.headers.get('retry-after'), told: detail ?? cells };
}

const answered = { status: 200, later: null, told: 100 };
const refused = {
  status: 429,
  later: expect.stringMatching(/^\d+$/),
  told: expect.stringMatching(
    /^524,288 cells were counted .* at most 300,000 are allowed \(CLIENT_CELLS_PER_HOUR\); ask again after \d{4}-/,
  ),
};

it('each address has a budget, beyond which it is told when to ask again and still gets what is cached', async () => {
  const [one, two] = [{ 'x-forwarded-for': '192.0.2.1' }, { 'x-forwarded-for': '192.0.2.2' }];
  for (const column of [1, 2]) expect(await ask(open, column, one)).toEqual(answered);
  const later = await ask(open, 3, one);
  expect(later).toEqual(refused);
  expect(Number(later.later)).toBeGreaterThan(3000);
  expect(Number(later.later)).toBeLessThanOrEqual(3600);
  expect(await ask(open, 1, one)).toEqual(answered);
  expect(await ask(open, 3, two)).toEqual(answered);
  expect(await ask(open, 3, one)).toEqual(answered);
  const spent = await redis.keys('{catchment}:spent:address-*');
  expect(spent).toHaveLength(2);
  await Promise.all(spent.map((name) => redis.expire(name, -1)));
  for (const column of [4, 5]) expect((await ask(open, column, one)).status).toBe(200);
});

it('a client that does not wait finds the same in its job', async () => {
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.3' };
  for (const column of [11, 12]) await ask(open, column, headers);
  const body = JSON.stringify({ inputs: { area: square(13), crs: 'EPSG:5070' } });
  const asked = await fetch(`${open.said}/api/processes/a/execution`, { method: 'POST', headers, body });
  const job = asked.headers.get('location') as string;
  const end = await fetch(`${open.said}/api/processes/a/execution`, {
    method: 'POST',
    headers: { ...headers, prefer: 'wait=3600' },
    body,
  });
  expect(end.status).toBe(429);
  for (;;) {
    const { status, message } = (await (await fetch(job)).json()) as { status: string; message?: string };
    if (status !== 'failed') continue;
    expect(message).toEqual(refused.told);
    break;
  }
  const results = await fetch(`${job}/results`);
  expect([results.status, results.headers.get('retry-after')]).toEqual([429, refused.later]);
});

it('each key has a budget, whatever its address, and whoever may do everything has none', async () => {
  const [first, second] = await Promise.all(
    ['first', 'second'].map(async (name) =>
      (await runCatchment(['key', 'make', name, '--scope', 'execute'], env)).out.trim(),
    ),
  );
  const by = (key: string | undefined) => ({ authorization: `Bearer ${key}` });
  for (const column of [21, 22]) expect(await ask(strict, column, by(first))).toEqual(answered);
  expect(await ask(strict, 23, { ...by(first), 'x-forwarded-for': '192.0.2.9' })).toEqual(refused);
  expect(await ask(strict, 23, by(second))).toEqual(answered);
  for (const column of [24, 25, 26]) expect(await ask(strict, column, by(token))).toEqual(answered);
});

it('nothing that is kept of a job says from where it was asked', async () => {
  const jobs = (await redis.keys('{catchment}:2:finish:*')).filter((key) => /:[0-9a-f-]{36}$/.test(key));
  const texts = await Promise.all(jobs.map((key) => redis.hget(key, 'data')));
  expect(texts.some((text) => text?.includes('"client":"address-'))).toBe(true);
  expect(texts.filter((text) => text?.includes('192.0.2'))).toEqual([]);
});
