import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-keys-'));
const file = (name: string) => join(folder, name);
const token = 'sixteen-letters!';
const square = {
  type: 'Polygon',
  coordinates: [
    [
      [-96, 36.4],
      [-95.9, 36.4],
      [-95.9, 36.45],
      [-96, 36.4],
    ],
  ],
};
let redis: PrivateRedis;
let env: Record<string, string>;
let gateways: Running[];
let worker: Running;

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 });
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: square };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    file('catalog.yaml'),
    'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\nareas: { huc: { source: huc.geojson, id: huc } }\n',
  );
  redis = await startRedis();
  env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: redis.url,
    CATCHMENT_CATALOG: file('catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
  };
  const strict = { ...env, API_KEYS: 'required', ADMIN_TOKEN: token };
  const start = () => startCatchment(['gateway'], strict, gatewayReady);
  const [first, second, counting] = await Promise.all([start(), start(), startCatchment(['worker'], env, workerReady)]);
  [gateways, worker] = [[first, second], counting];
});

afterAll(async () => {
  await Promise.all([...gateways, worker].map((one) => one.stop('SIGKILL')));
  await redis.stop();
  rmSync(folder, { recursive: true });
});

async function makeKey(scope: string): Promise<string> {
  const { out, err, code } = await runCatchment(['key', 'make', `for ${scope}`, '--scope', scope], env);
  expect([code, err]).toEqual([0, expect.stringMatching(/catchment key revoke [0-9a-f]{12}\n$/)]);
  return out.trim();
}

/** The status with which each gateway answers. */
function ask(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<number[]> {
  const json = { 'content-type': 'application/json', prefer: 'wait=3600' };
  const init = body === undefined ? { headers } : { headers: { ...json, ...headers }, body: JSON.stringify(body) };
  return Promise.all(gateways.map(async ({ said }) => (await fetch(`${said}${path}`, { method, ...init })).status));
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const execution = { inputs: { area: square } };
const run = {
  input: {
    operationType: 'RasterGroupedCount',
    rasters: ['a'],
    zoom: 0,
    polygonCRS: 'LatLng',
    rasterCRS: 'ConusAlbers',
    polygon: [JSON.stringify(square)],
  },
};
const nobody = '12345678-1234-1234-1234-123456789012';

it('each scope lets through what it is for, and what those before it are for', async () => {
  const [read, execute, admin] = [await makeKey('read'), await makeKey('execute'), await makeKey('admin')];
  const routes: [string, string, readonly number[], unknown?][] = [
    // Nobody, who may read, who may execute, who may do everything.
    ['GET', '/healthz', [200, 200, 200, 200]],
    ['GET', '/readyz', [200, 200, 200, 200]],
    ['GET', '/ping', [200, 200, 200, 200]],
    ['GET', '/', [200, 200, 200, 200]],
    ['GET', '/api', [200, 200, 200, 200]],
    ['GET', '/api/', [200, 200, 200, 200]],
    ['GET', '/api/conformance', [200, 200, 200, 200]],
    ['GET', '/api/openapi.json', [200, 200, 200, 200]],
    ['GET', '/api/nothing', [404, 404, 404, 404]],
    ['GET', '/api/processes', [401, 200, 200, 200]],
    ['GET', '/api/processes/', [401, 200, 200, 200]],
    ['HEAD', '/api/processes', [401, 200, 200, 200]],
    ['GET', '/api/processes/a', [401, 200, 200, 200]],
    ['GET', '/api/collections', [401, 200, 200, 200]],
    ['GET', '/api/collections/huc/items', [401, 200, 200, 200]],
    ['GET', '/api/collections/huc/items/01', [401, 200, 200, 200]],
    ['GET', `/api/jobs/${nobody}`, [401, 404, 404, 404]],
    ['GET', `/api/jobs/${nobody}/results`, [401, 404, 404, 404]],
    ['DELETE', `/api/jobs/${nobody}`, [401, 403, 404, 404]],
    ['POST', '/api/processes/a/execution', [401, 403, 200, 200], execution],
    ['POST', '/api/processes/nothing/execution', [401, 403, 404, 404], execution],
    ['POST', '/run', [401, 403, 200, 200], run],
    ['POST', '/multi', [401, 403, 200, 200], { shapes: [{ id: 'a', shape: JSON.stringify(square) }], operations: [] }],
    ['GET', '/api/jobs', [401, 403, 403, 200]],
    ['GET', '/admin/cache', [401, 403, 403, 200]],
  ];
  for (const [method, path, expected, body] of routes) {
    const who = [{}, bearer(read), bearer(execute), { 'x-api-key': admin }];
    for (const [i, headers] of who.entries()) {
      const status = expected[i];
      expect([method, path, i, ...(await ask(method, path, headers, body))]).toEqual([method, path, i, status, status]);
    }
  }
  expect(await ask('GET', '/api/jobs', bearer(token))).toEqual([200, 200]);
  expect(await ask('POST', '/run', bearer(token), run)).toEqual([200, 200]);
  const description = (await (await fetch(`${gateways[0]?.said}/api/openapi.json`)).json()) as {
    components: { securitySchemes: Record<string, unknown> };
    paths: Record<string, Record<string, { security?: unknown }>>;
  };
  expect(Object.keys(description.components.securitySchemes)).toEqual(['bearer', 'apiKey']);
  expect(description.paths['/api/processes']?.get?.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  expect(description.paths['/api/']?.get ?? description.paths['/api']?.get).not.toHaveProperty('security');
});

it('a key that is revoked is refused at once by every gateway, others go on; the Redis has none that works', async () => {
  const [one, other] = [await makeKey('read'), await makeKey('read')];
  expect(await ask('GET', '/api/processes', bearer(one))).toEqual([200, 200]);
  const id = one.split('_')[1] as string;
  const listed = await runCatchment(['key', 'ls', '--json'], env);
  expect(listed.out).toContain(`"id":"${id}"`);
  expect(listed.out).not.toContain(one.slice(-20));
  expect(await runCatchment(['key', 'revoke', id], env)).toEqual({ code: 0, out: `Key ${id} is revoked.\n`, err: '' });
  expect(await ask('GET', '/api/processes', bearer(one))).toEqual([401, 401]);
  expect(await ask('GET', '/api/processes', bearer(other))).toEqual([200, 200]);
  expect((await runCatchment(['key', 'revoke', id], env)).err).toMatch(/^catchment: there is no key /);
  expect((await runCatchment(['key', 'ls'], env)).out).toMatch(/^name +id +scope +made \(UTC\)\n/);
});

it('who guesses keys is slowed down; who has one, at the same address, is not', async () => {
  const key = await makeKey('read');
  const wrong = `${key.slice(0, -4)}AAAA`;
  const statuses = new Set<number>();
  for (let i = 0; i < 60; i++)
    for (const status of await ask('GET', '/api/processes', bearer(wrong))) statuses.add(status);
  expect([...statuses].sort()).toEqual([401, 429]);
  expect(await ask('GET', '/api/processes', bearer(key))).toEqual([200, 200]);
});

it('the client and the command send a key along', async () => {
  const { said } = gateways[0] as Running;
  const key = await makeKey('execute');
  const client = createClient(said, { key });
  const { jobID } = await client.execute('a', { area: 'huc/01' });
  expect((await client.wait(jobID)).status).toBe('successful');
  await expect(createClient(said).status(jobID)).rejects.toThrow(/^there is no key; expected Authorization: Bearer/);
  const args = ['request', 'huc/01', 'a', '--url', said];
  expect(await runCatchment(args, { CATCHMENT_KEY: key })).toMatchObject({ code: 0, err: '' });
  expect((await runCatchment(args)).err).toMatch(/^catchment: there is no key;/);
});

it('a service that is open beyond this machine says so loudly', async () => {
  const start = async (settings: Record<string, string>) => {
    const gateway = await startCatchment(['gateway'], { ...env, ...settings }, gatewayReady);
    await gateway.stop();
    return gateway.output();
  };
  expect(await start({ HOST: '0.0.0.0' })).toContain('THE SERVICE IS OPEN: it listens on 0.0.0.0');
  expect(await start({ HOST: '0.0.0.0', API_KEYS: 'required' })).not.toContain('OPEN');
  expect(await start({ HOST: 'localhost' })).not.toContain('OPEN');
  for (const gateway of gateways) expect(gateway.output()).not.toContain('OPEN');
});
