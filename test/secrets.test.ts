import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivatePostgis, type PrivateRedis, startPostgis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import pg from 'pg';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { type Front, front, proxyTo, rasterServer } from './fronts.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

/** Every secret has this in it. */
const mark = 'HUSH';
const folder = mkdtempSync(join(tmpdir(), 'catchment-secrets-'));
const file = (name: string) => join(folder, name);
const corners = boxRing(-96, 36.4, -95.9, 36.45);
const area = (shift: number) => ({ type: 'Polygon', coordinates: [corners.map(([x = 0, y]) => [x + shift, y])] });
const password = `a/${mark}"@:?#%`;
const user = (server: string) => server.replace('://', `://:${encodeURIComponent(password)}@`);
/** Nobody listens here. */
const nowhere = '127.0.0.1:9';

const secrets = {
  ADMIN_TOKEN: `token-of-the-operator-${mark}`,
  ADMIN_PASSWORD: `a "password" ${mark}`,
  VIEWER_PASSWORD: `of-a-viewer-${mark}`,
  METRICS_TOKEN: `token-of-prometheus-${mark}`,
  AWS_ACCESS_KEY_ID: `AKIA${mark}`,
  AWS_SECRET_ACCESS_KEY: `s3-${mark}/+=`,
  AWS_SESSION_TOKEN: `session-${mark}`,
  PGPASSWORD: `of-libpq-${mark}`,
};

let postgis: PrivatePostgis;
/** The servers that can be taken away. */
let [queue, cache]: PrivateRedis[] = [];
let fronts: readonly [web: Front, database: Front];
const started: Running[] = [];

beforeAll(async () => {
  [queue, cache, postgis] = await Promise.all([startGuarded(), startGuarded(), startPostgis()]);
  const client = new pg.Client({ connectionString: postgis.url });
  await client.connect();
  await client.query(`CREATE TABLE huc (id text, geom geometry(Polygon, 4326));
    INSERT INTO huc VALUES ('01', ST_MakeEnvelope(-96, 36.4, -95.9, 36.45, 4326));
    CREATE ROLE guarded LOGIN PASSWORD 'of-the-table-${mark}'; GRANT SELECT ON huc TO guarded`);
  await client.end();
  writeConstantRaster(file('a.tif'), { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 });
  fronts = [await front(rasterServer(readFileSync(file('a.tif')))), await front(proxyTo(postgis.port))];
  const [web, database] = fronts.map(({ port }) => port);
  const operations = ['a', 'web', 's3'].map((raster) => `${raster}: { type: groupedCount, rasters: [${raster}] }`);
  const source = new URL(postgis.url);
  [source.port, source.username, source.password] = [String(database), 'guarded', `of-the-table-${mark}`];
  writeFileSync(
    file('catalog.yaml'),
    `rasters:
  a: { url: a.tif }
  web: { url: "http://127.0.0.1:${web}/web.tif?X-Signature=${mark}" }
  s3: { url: "s3://bucket/s3.tif?endpoint=${encodeURIComponent(`http://127.0.0.1:${web}`)}&pathStyle=true" }
operations: { ${operations.join(', ')} }
areas: { base: { source: "${source}?application_name=${mark}", table: huc, id: id } }
`,
  );
});

afterAll(async () => {
  await Promise.all(started.map((one) => one.stop('SIGKILL')));
  await Promise.all([queue?.stop(), cache?.stop(), postgis?.stop()]);
  rmSync(folder, { recursive: true });
});

async function startGuarded(): Promise<PrivateRedis> {
  const server = await startRedis();
  const redis = new Redis(server.url);
  await redis.config('SET', 'requirepass', password);
  redis.disconnect();
  return server;
}

function expectNoSecret(texts: readonly string[]): void {
  const lines = texts.join('\n').split('\n');
  expect(lines.filter((line) => line.includes(mark))).toEqual([]);
}

it('no secret of a service is in its log, also while no connection of it works', async () => {
  const env = {
    ...secrets,
    QUEUE_REDIS_URL: user(queue?.url as string),
    CACHE_URL: `${user(cache?.url as string)},s3://results?endpoint=${encodeURIComponent(`http://${nowhere}`)}`,
    TALLY_URL: user(cache?.url as string),
    CATCHMENT_CATALOG: file('catalog.yaml'),
    ...{ PORT: '0', COUNT_THREADS: '1', RECHECK_SECONDS: '0', TILE_CACHE_BYTES: '0' },
    ...{ LOG_LEVEL: 'trace', CACHE_TIMEOUT_SECONDS: '1' },
  };
  const { out } = await runCatchment(['key', 'make', 'somebody', '--scope', 'read'], env);
  const key = /catchment_\w{12}_[\w-]{43}/.exec(out)?.[0] as string;
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  started.push(gateway);
  const worker = await startCatchment(['worker'], env, workerReady);
  started.push(worker);
  const heard = [...(await askAll(gateway, key, 0))];
  expect(heard.filter((text) => text.includes('"cells":'))).toHaveLength(3);
  for (const one of fronts) await one.away();
  heard.push(...(await askAll(gateway, key, 0.001)));
  await Promise.all([queue?.stop(), cache?.stop()]);
  await until(() => [gateway, worker].every(({ output }) => output().includes('queue Redis lost')));
  heard.push(...(await askAll(gateway, key, 0.002)));
  await gateway.stop();
  // Without the queue it would wait for a while.
  await worker.stop('SIGKILL');
  const outputs = [gateway, worker].flatMap(({ output, errors }) => [output(), errors()]);
  expectNoSecret([...heard, ...outputs]);
  expect(outputs.join()).not.toContain(key.slice(-20));
  // Secrets alone are hidden.
  for (const text of ['/web.tif', 's3://results', 'authentication failed', 'ECONNREFUSED'])
    expect(outputs.join()).toContain(text);
});

it('nor is it in what a command says that cannot start', async () => {
  const redis = `redis://:${mark}@${nowhere}`;
  const own = { ...secrets, CATCHMENT_CATALOG: file('catalog.yaml'), PORT: '0' };
  const wrong = [
    { QUEUE_REDIS_URL: redis, CACHE_URL: redis },
    { QUEUE_REDIS_URL: `http://me:${mark}@${nowhere}`, CACHE_URL: `redis://:${mark}@${nowhere}/x?y=${mark}` },
    { QUEUE_REDIS_URL: redis, CACHE_URL: `s3://${mark}@bucket?endpoint=http://me:${mark}@${nowhere}` },
  ];
  for (const one of wrong)
    for (const command of ['gateway', 'worker']) {
      const { code, out, err } = await runCatchment([command], { ...own, ...one });
      expect([command, one, code]).not.toEqual([command, one, 0]);
      expect(err).toMatch(/^catchment: /);
      expectNoSecret([out, err]);
    }
});

/** Asks in every way, with the right secrets and with wrong ones, and returns all answers. */
async function askAll({ said: url }: Running, key: string, shift: number): Promise<readonly string[]> {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const asked: { readonly path: string; readonly init?: RequestInit }[] = [
    ...['a', 'web', 's3'].map((operation) => ({
      path: `/api/processes/${operation}/execution`,
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
        body: JSON.stringify({ inputs: { area: area(shift) } }),
      },
    })),
    ...['/readyz?token=', '/metrics?', '/api/jobs?key='].map((path) => ({
      path: `${path}${mark}`,
    })),
    ...['/api/areas/base/01/web', '/api/collections/base/items'].map((path) => ({ path })),
    ...[secrets.ADMIN_TOKEN, `wrong-${mark}`, key, `${key.slice(0, -4)}${mark}`].map((token) => ({
      path: '/admin/cache',
      init: { headers: { authorization: `Bearer ${token}` } },
    })),
    ...[`admin:${secrets.ADMIN_PASSWORD}`, `admin:${mark}`].map((one) => ({
      path: '/admin/queues',
      init: { headers: basic(one) },
    })),
  ];
  const answers = asked.map(async ({ path, init }) => {
    const response = await fetch(`${url}${path}`, init);
    return `${path.split('?')[0]} ${response.status} ${await response.text()}`;
  });
  return Promise.all(answers);
}
