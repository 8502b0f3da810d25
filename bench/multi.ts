import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@cellshed/client';
import { startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { gatewayReady, startCatchment, workerReady } from '../test/processes.ts';
import type { Findings, Value } from './findings.ts';
import { peakMiB } from './peak.ts';

const sample = fileURLToPath(new URL('../.catchment/sample/', import.meta.url));
const areas = 61;
const atOnce = 20;

/** Ten operations on the rasters of the sample, such as a model of a watershed asks for. */
const operations = `
  landcover: { type: groupedCount, rasters: [landcover] }
  soil: { type: groupedCount, rasters: [soil] }
  landcover_soil: { type: groupedCount, rasters: [landcover, soil] }
  landcover_slope: { type: groupedCount, rasters: [landcover, slope] }
  slope_average: { type: groupedAverage, rasters: [], target: slope }
  elevation_average: { type: groupedAverage, rasters: [], target: elevation }
  slope_by_landcover: { type: groupedAverage, rasters: [landcover], target: slope }
  elevation_by_soil: { type: groupedAverage, rasters: [soil], target: elevation }
  extremes: { type: summary, rasters: [elevation, slope] }
  landcover_elevation: { type: groupedAverage, rasters: [landcover], target: elevation }
`;

/**
 * 61 areas by 10 operations: in one request, and one by one; nothing cached at the beginning of
 * either.
 */
export async function benchMulti(): Promise<Findings> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  const rasters = ['landcover', 'soil', 'slope', 'elevation'].map((name) => `  ${name}: { url: ${sample}${name}.tif }`);
  const catalog = join(folder, 'catalog.yaml');
  const table = `areas: { huc12: { source: ${sample}basin.gpkg, table: huc12, id: huc12 } }\n`;
  await writeFile(catalog, `rasters:\n${rasters.join('\n')}\noperations:${operations}${table}`);
  const rows: Value[][] = [];
  for (const way of ['together', 'one by one', `${atOnce} at once`] as const) rows.push(await measure(way, catalog));
  await rm(folder, { recursive: true });
  const columns = ['', 'seconds', 'results cached', 'peak MiB of the worker', 'peak MiB of the gateway'];
  return { tables: [{ title: `${areas} areas by ten operations, nothing cached`, columns, rows }] };
}

async function measure(way: string, catalog: string): Promise<Value[]> {
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = { QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog, PORT: '0' };
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  const worker = await startCatchment(['worker'], { ...env, COUNT_THREADS: '2' }, workerReady);
  const client = createClient(gateway.said);
  const names = [...operations.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name as string);
  const places = await shiftedAreas(gateway.said);
  const before = performance.now();
  const ask = async (operation: string, area: unknown, inputs = {}) => {
    const { jobID } = await client.execute(operation, { area, ...inputs });
    const { status, message } = await client.wait(jobID, { everyMilliseconds: 10 });
    if (status !== 'successful') throw new Error(message);
  };
  if (way === 'together') await ask('multi', undefined, { areas: places, operations: names });
  else {
    const left = places.flatMap((area) => names.map((name) => ({ area, name })));
    const lane = async () => {
      for (let next = left.shift(); next; next = left.shift()) await ask(next.name, next.area);
    };
    await Promise.all(Array.from({ length: way === 'one by one' ? 1 : atOnce }, lane));
  }
  const seconds = (performance.now() - before) / 1000;
  const redis = new Redis(cache.url);
  const results = await redis.dbsize();
  redis.disconnect();
  const peaks = [worker.pid, gateway.pid].map(peakMiB);
  await Promise.all([gateway.stop(), worker.stop()]);
  await Promise.all([queue.stop(), cache.stop()]);
  return [way, seconds, results, ...peaks];
}

/** The sample's subwatersheds, and the same again a little further on until there are enough. */
async function shiftedAreas(url: string): Promise<unknown[]> {
  const response = await fetch(`${url}/api/collections/huc12/items?limit=100`);
  const { features } = (await response.json()) as { features: { geometry: { coordinates: unknown } }[] };
  return Array.from({ length: areas }, (_, i) => {
    const { geometry } = features[i % features.length] as (typeof features)[number];
    return { ...geometry, coordinates: moved(geometry.coordinates, Math.floor(i / features.length) * 0.01) };
  });
}

function moved(coordinates: unknown, degrees: number): unknown {
  if (typeof coordinates === 'number') return coordinates + degrees;
  return (coordinates as unknown[]).map((one) => moved(one, degrees));
}
