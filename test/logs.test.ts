import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import { startRedis } from '@cellshed/local-services';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, startCatchment, workerReady } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-logs-'));
const file = (name: string) => join(folder, name);

afterAll(() => rmSync(folder, { recursive: true }));

const square = boxRing(-96, 36.4, -95.9, 36.45);

/** A raster whose tiles, which are one and the same, cannot be decoded, and one that is whole. */
function writeCatalog(): string {
  const grid = { across: 2, down: 2, originX: -15_015, originY: 1_500_015 };
  writeConstantRaster(file('damaged.tif'), { ...grid, value: 1 });
  const startOfTile = 8;
  writeFileSync(file('damaged.tif'), readFileSync(file('damaged.tif')).fill(0, startOfTile, startOfTile + 8));
  writeConstantRaster(file('whole.tif'), { ...grid, value: 1 });
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: { type: 'Polygon', coordinates: [square] } };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { damaged: { url: damaged.tif }, whole: { url: whole.tif } }
operations: { damaged: { type: groupedCount, rasters: [damaged] }, whole: { type: groupedCount, rasters: [whole] } }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
  return file('catalog.yaml');
}

/** The lines of a log that are JSON. */
function linesOf(output: string): Record<string, unknown>[] {
  return output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
}

it('a job that fails is one line of the worker, a request one line of the gateway, and no line has what was sent', async () => {
  const redis = await startRedis();
  const env = {
    QUEUE_REDIS_URL: redis.url,
    CACHE_URL: 'memory:',
    CATCHMENT_CATALOG: writeCatalog(),
    PORT: '0',
    COUNT_THREADS: '1',
    TILES_PER_JOB: '1',
  };
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  const worker = await startCatchment(['worker'], env, workerReady);
  let requests = 0;
  const client = createClient(gateway.said, {
    fetch: (url, init) => {
      requests += 1;
      return fetch(url, init);
    },
  });
  const failed = await client.execute('damaged', { area: 'huc/01' });
  expect(await client.wait(failed.jobID)).toMatchObject({ status: 'failed' });
  await expect(client.result(failed.jobID)).rejects.toThrow(`job ${failed.jobID} failed here`);
  const counted = await client.execute('whole', { area: { type: 'Polygon', coordinates: [square] } });
  expect(await client.wait(counted.jobID)).toMatchObject({ status: 'successful' });
  await Promise.all([gateway.stop(), worker.stop()]);
  await redis.stop();

  expect(linesOf(worker.output()).filter(({ level }) => Number(level) >= 40)).toEqual([
    expect.objectContaining({
      kind: 'count',
      operation: 'damaged',
      area: 'huc/01',
      cause: expect.stringMatching(/^raster damaged: tile .* cannot be read/),
      requests: [failed.jobID],
      msg: expect.stringMatching(/^count job failed: damaged of huc\/01: raster damaged: tile/),
    }),
  ]);
  const access = linesOf(gateway.output()).filter(({ method }) => method !== undefined);
  expect(access).toHaveLength(requests);
  expect(access[0]).toMatchObject({ method: 'POST', path: '/api/processes/damaged/execution', status: 201 });
  expect(gateway.output()).not.toContain('36.45');
});
