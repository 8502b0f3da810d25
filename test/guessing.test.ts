import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeOneRaster } from './one-raster.ts';
import { gatewayReady, type Running, startCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-guessing-'));
const file = (name: string) => join(folder, name);
const credentials = { ADMIN_PASSWORD: 'correct horse', ADMIN_TOKEN: 'sixteen-letters!' };
let redis: PrivateRedis;
let direct: Running;
let behindProxy: Running;

beforeAll(async () => {
  writeOneRaster(folder);
  redis = await startRedis();
  const env = {
    ...credentials,
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: redis.url,
    CATCHMENT_CATALOG: file('catalog.yaml'),
    PORT: '0',
  };
  [direct, behindProxy] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['gateway'], { ...env, TRUST_PROXY: 'loopback' }, gatewayReady),
  ]);
});

afterAll(async () => {
  await Promise.all([direct, behindProxy].map((one) => one.stop()));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

const basic = (password: string) => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
const bearer = (token: string) => `Bearer ${token}`;

/** Asks so often at once that no machine is so slow that failures are forgotten meanwhile. */
async function guess(gateway: Running, path: string, headers: (i: number) => Record<string, string>) {
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, i) => fetch(`${gateway.said}${path}`, { headers: headers(i) })),
  );
  await Promise.all(all.map((one) => one.text()));
  return all.map((one) => [one.status, one.headers.has('retry-after')] as const);
}

const warnings = (gateway: Running) =>
  gateway
    .output()
    .split('\n')
    .filter((line) => line.includes('authentication failed'));

it('who guesses the password or the token is slowed down, whatever he says his address is, and is logged', async () => {
  const guesses = [
    ...(await guess(direct, '/admin/queues/', (i) => ({
      authorization: basic(`guess ${i}`),
      'x-forwarded-for': `192.0.2.${i}`,
    }))),
    ...(await guess(direct, '/admin/cache', (i) => ({
      authorization: bearer(`guess-${i}`),
      'x-forwarded-for': `192.0.2.${i}`,
    }))),
    ...(await guess(direct, '/api/jobs', (i) => ({ authorization: bearer(`guess-${i}`) }))),
  ];
  const refused = guesses.filter(([status, later]) => status === 429 && later);
  const looked = guesses.filter(([status]) => status === 401);
  expect(refused.length + looked.length).toBe(guesses.length);
  expect(looked.length).toBeGreaterThanOrEqual(10);
  expect(looked.length).toBeLessThan(60);
  expect(warnings(direct)).toHaveLength(looked.length);
  expect(direct.output()).not.toMatch(/guess[ -]\d/);
});

it('behind a proxy that is trusted each client is slowed down for itself', async () => {
  const one = await guess(behindProxy, '/admin/cache', () => ({
    authorization: bearer('guess'),
    'x-forwarded-for': '192.0.2.1',
  }));
  expect(one.some(([status]) => status === 429)).toBe(true);
  const another = await fetch(`${behindProxy.said}/admin/cache`, {
    headers: { authorization: bearer(credentials.ADMIN_TOKEN), 'x-forwarded-for': '192.0.2.2' },
  });
  expect(another.status).toBe(200);
  const pages = await fetch(`${behindProxy.said}/admin/queues/`, {
    headers: { authorization: basic(credentials.ADMIN_PASSWORD), 'x-forwarded-for': '192.0.2.3, 192.0.2.2' },
  });
  expect(pages.status).toBe(200);
  expect(warnings(behindProxy)[0]).toContain('from 192.0.2.1');
});
