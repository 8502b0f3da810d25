import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { writeConstantRaster } from '../../../test/constant-raster.ts';
import { gatewayReady, startCatchment } from '../../../test/processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-stopping-'));
const triangle = [
  [-96, 36.4],
  [-95.99, 36.4],
  [-95.99, 36.41],
  [-96, 36.4],
];
const polygon = { type: 'Polygon', coordinates: [triangle] };

afterAll(() => rmSync(folder, { recursive: true }));

it('a gateway ends while the Redis of its queues is away, also when clients wait for results', async () => {
  writeConstantRaster(join(folder, 'a.tif'), { across: 1, down: 1, originX: -15, originY: 1_490_000, value: 1 });
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(
    catalog,
    'rasters: { a: { url: a.tif } }\noperations: { count: { type: groupedCount, rasters: [a] } }\n',
  );
  const redis = await startRedis();
  // There is no worker: clients would wait for an hour.
  const gateway = await startCatchment(
    ['gateway'],
    { QUEUE_REDIS_URL: redis.url, CATCHMENT_CATALOG: catalog, PORT: '0', ECHO_PROCESS: 'true', JOB_LIST: 'all' },
    gatewayReady,
  );
  const waiting = fetch(`${gateway.said}/api/processes/count/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
    body: JSON.stringify({ inputs: { area: polygon } }),
  });
  const get = async (path: string) => (await fetch(`${gateway.said}${path}`)).json();
  const isAsked = async () => ((await get('/api/jobs')) as { readonly jobs: unknown[] }).jobs.length > 0;
  const isReady = async () => ((await get('/readyz')) as { readonly status: unknown }).status === 'ok';
  while (!(await isAsked()));
  await redis.kill();
  while (await isReady());
  const [{ status }] = await Promise.all([waiting, gateway.stop()]);
  expect(status).toBe(503);
});
