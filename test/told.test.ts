import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivatePostgis, type PrivateRedis, startPostgis, startRedis } from '@cellshed/local-services';
import pg from 'pg';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { type Front, front, proxyTo, rasterServer } from './fronts.ts';
import { gatewayReady, type Running, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-told-'));
const file = (name: string) => join(folder, name);
const square = {
  type: 'Polygon',
  coordinates: [boxRing(-96, 36.4, -95.9, 36.45)],
};

let redis: PrivateRedis;
let postgis: PrivatePostgis;
let web: Front;
let database: Front;
let gateway: Running;
let worker: Running;

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 });
  writeFileSync(file('gone.tif'), readFileSync(file('a.tif')));
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: square };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  [redis, postgis] = await Promise.all([startRedis(), startPostgis()]);
  const client = new pg.Client({ connectionString: postgis.url });
  await client.connect();
  await client.query(`CREATE TABLE huc (id text, geom geometry(Polygon, 4326));
    INSERT INTO huc VALUES ('01', ST_MakeEnvelope(-96, 36.4, -95.9, 36.45, 4326))`);
  await client.end();
  [web, database] = await Promise.all([front(rasterServer(readFileSync(file('a.tif')))), front(proxyTo(postgis.port))]);
  const url = `http://127.0.0.1:${web.port}`;
  const operations = ['a', 'gone', 'web', 's3'].map((name) => `${name}: { type: groupedCount, rasters: [${name}] }`);
  writeFileSync(
    file('catalog.yaml'),
    `rasters:
  a: { url: a.tif }
  gone: { url: gone.tif }
  web: { url: "${url}/web.tif" }
  s3: { url: "s3://hidden-bucket/s3.tif?endpoint=${encodeURIComponent(url)}&pathStyle=true" }
operations: { ${operations.join(', ')} }
areas:
  file: { source: huc.geojson, id: huc }
  base: { source: "${postgis.url.replace(String(postgis.port), String(database.port))}", table: huc, id: id }
`,
  );
  const env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: 'memory:',
    CATCHMENT_CATALOG: file('catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
    RECHECK_SECONDS: '0',
    TILE_CACHE_BYTES: '0',
    AWS_ACCESS_KEY_ID: 'HIDDENKEY',
    AWS_SECRET_ACCESS_KEY: 'HIDDENSECRET',
  };
  gateway = await startCatchment(['gateway'], env, gatewayReady);
  worker = await startCatchment(['worker'], env, workerReady);
});

afterAll(async () => {
  await Promise.all([gateway, worker].map((one) => one.stop('SIGKILL')));
  await Promise.all([redis.stop(), postgis.stop()]);
  rmSync(folder, { recursive: true });
});

/** The texts that clients were sent. */
const heard: string[] = [];

async function ask(path: string, body?: unknown) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', prefer: 'wait=3600' } };
  const sent = body === undefined ? undefined : { ...init, body: JSON.stringify(body) };
  const response = await fetch(`${gateway.said}${path}`, sent);
  const text = await response.text();
  heard.push(`${path} ${response.status} ${[...response.headers].join('\n')}\n${text}`);
  return { status: response.status, text, location: response.headers.get('location') ?? undefined };
}

const run = (raster: string, polygon: object = square) => ({
  input: {
    operationType: 'RasterGroupedCount',
    rasters: [raster],
    zoom: 0,
    polygonCRS: 'LatLng',
    rasterCRS: 'ConusAlbers',
    polygon: [JSON.stringify(polygon)],
  },
});
const multi = (raster: string) => ({
  shapes: [{ id: 'a', shape: JSON.stringify(square) }],
  operations: [{ name: 'RasterGroupedCount', label: 'a', rasters: [raster] }],
});

/** The public ways to a result, all at once. */
async function askEveryWay(operation: string, area: unknown): Promise<number[]> {
  const inputs = { areas: [area], operations: [operation] };
  const [alone, ...others] = await Promise.all([
    askAlone(operation, area),
    ask('/api/processes/multi/execution', { inputs }),
    ...(typeof area === 'string' ? [] : [ask('/run', run(operation)), ask('/multi', multi(operation))]),
  ]);
  return [...alone, ...others].map(({ status }) => status);
}

async function askAlone(operation: string, area: unknown) {
  const one = await ask(`/api/processes/${operation}/execution`, { inputs: { area } });
  if (one.location === undefined) return [one];
  const job = new URL(one.location, gateway.said).pathname;
  return [one, await ask(job), await ask(`${job}/results`), await ask(`${job}/results/result`)];
}

/** The texts that no client may be sent, as faults of all kinds contain them. */
const hidden = () =>
  [folder, '/tmp/', web.port, database.port, postgis.port, new URL(redis.url).port, 'postgres', 'hidden-bucket']
    .concat(['HIDDEN', 'ENOENT', 'ECONN', 'EPIPE', 'refused', 'node_modules', 'Error:', '.ts:', 'huc.geojson', '.tif'])
    .map(String);

function expectNothingHidden(): void {
  const own = new URL(gateway.said).host;
  for (const text of heard) {
    const told = text.replaceAll(own, '').replaceAll(/[0-9a-f-]{36}/g, '');
    expect([text, hidden().filter((one) => told.includes(one))]).toEqual([text, []]);
  }
  heard.length = 0;
}

it('of a raster that is gone, or whose server is, clients hear that a job failed, and the log why', async () => {
  const operations = ['gone', 'web', 's3'];
  for (const operation of operations) expect((await askEveryWay(operation, square))[0]).toBe(200);
  heard.length = 0;
  rmSync(file('gone.tif'));
  await web.away();
  const other = { ...square, coordinates: square.coordinates.map((ring) => ring.map(([x = 0, y]) => [x + 0.001, y])) };
  const answers = await Promise.all(operations.map((operation) => askEveryWay(operation, other)));
  expect(answers.map(([executed, status, results]) => [executed, status, results])).toEqual(
    operations.map(() => [500, 200, 500]),
  );
  expect(heard.join()).toMatch(/job [0-9a-f-]{36} failed here/);
  expectNothingHidden();
  expect(worker.output()).toContain(file('gone.tif'));
  expect(worker.output()).toContain(`127.0.0.1:${web.port}`);
  expect(worker.output()).toContain('hidden-bucket');
});

it('of a table that is gone, or whose database is, clients hear no more than that', async () => {
  const areas = ['file', 'base'];
  const ways = (area: string) => [
    `/api/collections/${area}/items`,
    `/api/collections/${area}/items?q=0`,
    `/api/collections/${area}/items?bbox=-97,36,-95,37`,
    `/api/collections/${area}/items/01`,
  ];
  for (const area of areas)
    for (const path of ways(area)) expect([path, (await ask(path)).status]).toEqual([path, 200]);
  heard.length = 0;
  renameSync(file('huc.geojson'), file('elsewhere'));
  await database.away();
  for (const area of areas) {
    for (const path of [...ways(area), `/api/collections/${area}`, '/api/collections', '/api/processes/a'])
      await ask(path);
    for (const status of await askEveryWay('a', `${area}/01`)) expect(status).toBeGreaterThanOrEqual(500);
    const wkaoi = { table: area, id: '01' };
    await ask('/run', { input: { ...run('a').input, polygon: null, wkaoi } });
    await ask('/multi', { ...multi('a'), shapes: [{ id: 'a', wkaoi }] });
  }
  expectNothingHidden();
  expect(gateway.output()).toContain(file('huc.geojson'));
  expect(gateway.output()).toContain(`${database.port}`);
});

it('without the queue clients hear that it is away, on every route', async () => {
  const { location = '' } = await ask('/api/processes/a/execution', { inputs: { area: square } });
  heard.length = 0;
  await redis.stop();
  const job = new URL(location, gateway.said).pathname;
  const statuses = [
    await ask(job),
    await ask(`${job}/results`),
    await ask(`${job}/results/result`),
    await ask('/readyz'),
    await ask('/api/processes/a/execution', { inputs: { area: square } }),
    await ask('/run', run('a')),
    await ask('/multi', multi('a')),
  ].map(({ status }) => status);
  expect(statuses).toEqual(Array(7).fill(503));
  for (const path of ['/', '/api', '/api/jobs', '/healthz', '/ping', '/api/processes', '/api/nothing']) await ask(path);
  expectNothingHidden();
  expect(gateway.output()).toContain('ECONNREFUSED');
});
