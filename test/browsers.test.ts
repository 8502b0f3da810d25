import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeOneRaster } from './one-raster.ts';
import { gatewayReady, type Running, startCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-browsers-'));
const file = (name: string) => join(folder, name);
const password = 'correct horse';
let redis: PrivateRedis;
let plain: Running;
let overTls: Running;

beforeAll(async () => {
  writeOneRaster(folder);
  redis = await startRedis();
  const env = {
    ADMIN_PASSWORD: password,
    QUEUE_REDIS_URL: redis.url,
    CATCHMENT_CATALOG: file('catalog.yaml'),
    PORT: '0',
  };
  [plain, overTls] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['gateway'], { ...env, PUBLIC_URL: 'https://gis.example.org/catchment' }, gatewayReady),
  ]);
});

afterAll(async () => {
  await Promise.all([plain, overTls].map((one) => one.stop()));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;

/** The headers of a browser, which names the page that asks. */
function ask(gateway: Running, path: string, { method = 'GET', ...headers }: Record<string, string> = {}) {
  const { hostname, port } = new URL(gateway.said);
  return new Promise<{ status: number | undefined; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      request({ hostname, port, path, method, headers: { authorization, ...headers } }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, text }));
      })
        .on('error', reject)
        .end();
    },
  );
}

it('with every answer browsers hear what they are not to do with it', async () => {
  const paths = [
    '/',
    '/api',
    '/api/processes',
    '/api/nothing',
    '/healthz',
    '/ping',
    '/admin/queues/',
    '/%',
    '/api/jobs/x',
  ];
  for (const path of [...paths, '/admin/queues/static/favicon.svg', '/admin/queues/api/queues']) {
    const { headers, status } = await ask(plain, path);
    expect([path, status, headers['x-content-type-options']]).toEqual([path, status, 'nosniff']);
    expect([path, headers['content-security-policy']]).toEqual([
      path,
      expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'$/),
    ]);
    if (path === '/%') continue;
    expect([path, headers['referrer-policy'], headers['x-frame-options']]).toEqual([path, 'no-referrer', 'DENY']);
  }
  const policy = (await ask(plain, '/admin/queues/')).headers['content-security-policy'];
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/script-src[^;]*unsafe|http|\*/);
});

it('who reaches the gateway by https alone is to stay there, others hear nothing of it', async () => {
  expect((await ask(overTls, '/api')).headers['strict-transport-security']).toBe('max-age=31536000');
  expect((await ask(plain, '/api')).headers).not.toHaveProperty('strict-transport-security');
});

it("no page of another site acts on Bull Board with somebody's password", async () => {
  const method = 'PUT';
  const action = '/admin/queues/api/queues/start/pause';
  const own = new URL(plain.said).origin;
  const others: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: own.replace(/\d+$/, '1') },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: own },
    { 'sec-fetch-site': 'cross-site', origin: own },
  ];
  for (const headers of others) {
    const { status, text } = await ask(plain, action, { method, ...headers });
    expect([headers, status]).toEqual([headers, 403]);
    expect(text).toContain('comes from another site');
  }
  const same: Record<string, string>[] = [{}, { origin: own }, { origin: own, 'sec-fetch-site': 'same-origin' }];
  for (const headers of same) expect((await ask(plain, action, { method, ...headers })).status).toBe(200);
  const behindProxy = { origin: 'https://proxy.example', 'sec-fetch-site': 'same-origin' };
  expect((await ask(plain, action, { method, ...behindProxy })).status).toBe(200);
  const outside = { origin: 'https://gis.example.org', 'sec-fetch-site': 'same-origin' };
  expect((await ask(overTls, action, { method, ...outside })).status).toBe(200);
  // Nobody learns from the refusal of another site that a password is right.
  expect((await ask(plain, action, { method, origin: 'https://evil.example', authorization: '' })).status).toBe(401);
});
