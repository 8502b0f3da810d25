import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@catchment/client';
import { startRedis } from '@catchment/local-redis';
import type { GroupedCountResult } from '@catchment/operations';
import { writeConstantRaster } from '../constant-raster.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from '../processes.ts';
import { publishedTotals, schuylkillShapes, truthFile, truthJson } from './files.ts';

interface ExpectedCase {
  readonly polygons: string;
  readonly rasters: readonly string[];
  readonly result: Readonly<
    Record<string, { cells: number; fraction_of_polygon_in_raster: number; groups: Record<string, number> }>
  >;
}

const expected: Readonly<Record<string, ExpectedCase>> = truthJson<{ cases: Record<string, ExpectedCase> }>(
  'examples/expected-counts.json',
).cases;
const shapes = schuylkillShapes();

const folder = mkdtempSync(join(tmpdir(), 'catchment-exact-'));
const catalog = join(folder, 'catalog.yaml');
const stops: (() => Promise<void>)[] = [];
let url = '';

beforeAll(async () => {
  // On the NLCD grid: its upper left cell is a whole number of cells from (-2493045, 3310005).
  writeConstantRaster(join(folder, 'constant.tif'), {
    across: 12,
    down: 12,
    originX: -2493045 + 30 * 137_000,
    originY: 3310005 - 30 * 36_000,
    value: 1,
  });
  writeFileSync(catalog, catalogText());
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
  };
  const processes: Running[] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
  url = processes[0]?.said ?? '';
  stops.push(
    ...processes.map((one) => () => one.stop()),
    () => queue.stop(),
    () => cache.stop(),
  );
}, 120_000);

afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true });
});

function catalogText(): string {
  const rasters = new Map<string, string>([['constant', join(folder, 'constant.tif')]]);
  const operations = ['  constant: { type: groupedCount, rasters: [constant] }'];
  const tables: string[] = [];
  for (const [name, { rasters: files, polygons }] of Object.entries(expected)) {
    for (const file of files) rasters.set(rasterName(file), truthFile(file));
    operations.push(`  ${name}: { type: groupedCount, rasters: [${files.map(rasterName).join(', ')}] }`);
    const id = polygons.includes('drb') ? 'huc12' : 'HUC_12';
    tables.push(`  ${name}: { source: ${truthFile(polygons)}, id: ${idProperty(polygons, id)} }`);
  }
  const rasterLines = [...rasters].map(([name, file]) => `  ${name}: { url: ${file} }`);
  return ['rasters:', ...rasterLines, 'operations:', ...operations, 'areas:', ...tables, ''].join('\n');
}

function rasterName(file: string): string {
  return file.replace('data/', '').replace(/\W+/g, '_').toLowerCase();
}

/** The property of the file's features that holds twelve digits. */
function idProperty(polygons: string, likely: string): string {
  const { properties } = truthJson<{ features: { properties: Record<string, unknown> }[] }>(polygons).features[0] ?? {
    properties: {},
  };
  if (likely in properties) return likely;
  const found = Object.keys(properties).find(
    (name) => /^\d{12}$/.test(String(properties[name])) && !/DS|to_/.test(name),
  );
  return found ?? likely;
}

async function throughGateway(operation: string, area: unknown): Promise<GroupedCountResult> {
  const client = createClient(url);
  const { jobID } = await client.execute(operation, area);
  const { status, message } = await client.untilEnded(jobID, { everyMilliseconds: 20 });
  expect([status, message]).toEqual(['successful', undefined]);
  return client.results(jobID);
}

async function throughCli(operation: string, area: string): Promise<GroupedCountResult> {
  const { code, out, err } = await runCatchment(['count', area, operation, '--json', '--catalog', catalog]);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
}

function groupsOf({ groups }: GroupedCountResult): Record<string, number> {
  return Object.fromEntries(
    groups.map(({ values, cells }) => [values.map((value) => value ?? 'nodata').join(), cells]),
  );
}

const cases = Object.entries(expected).flatMap(([operation, { result }]) =>
  Object.entries(result).map(([id, figures]) => ({ operation, id, figures })),
);

it.each(cases)(
  '$operation in $id is what GDAL counts, through gateway and command line',
  async ({ operation, id, figures }) => {
    const area = `${operation}/${id}`;
    const result = await throughGateway(operation, area);
    expect(result.cells).toBe(figures.cells);
    expect(groupsOf(result)).toEqual(figures.groups);
    expect(result.covered).toBeCloseTo(figures.fraction_of_polygon_in_raster, 3);
    expect(result.cellArea).toBe(900);
    expect(await throughCli(operation, area)).toEqual(result);
  },
);

it.each(publishedTotals())('drawn $id of the Schuylkill has the published $cells cells', async ({ id, cells }) => {
  const shape = shapes.find((one) => one.id === id)?.shape ?? '';
  const result = await throughGateway('constant', JSON.parse(shape));
  expect({ cells: result.cells, covered: result.covered }).toEqual({ cells, covered: 1 });
  const file = join(folder, `${id}.geojson`);
  writeFileSync(file, shape);
  expect(await throughCli('constant', file)).toEqual(result);
});
