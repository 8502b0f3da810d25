import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@catchment/local-redis';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, sharedFile, startCatchment, workerReady } from './processes.ts';

interface Total {
  readonly id: string;
  readonly cells: number;
  readonly streamCells: number;
}

/** What mmw-geoprocessing has published for these shapes and streams. */
const totals: readonly Total[] = JSON.parse(readFileSync(sharedFile('examples/schuylkill-totals.json'), 'utf8')).totals;
const shapes = JSON.parse(readFileSync(sharedFile('data/drb/Schuylkill_HUC08_HUC12s.geojson'), 'utf8')).filter(
  ({ id }: { readonly id: string }) => totals.some((total) => total.id === id),
) as readonly { readonly id: string; readonly shape: string }[];
const streams = readFileSync(sharedFile('data/drb/Schuylkill_HUC08_streams.geojson'), 'utf8');

/** The rasters of Model My Watershed's request `mapshed`, by the names that it uses, each of one value. */
const rasters = {
  nlcd: { alias: 'nlcd-2019-30m-epsg5070-512-uint8raw', value: 41 },
  soil: { alias: 'ssurgo-hydro-groups-30m-epsg5070-512-int8', value: 3 },
  gwn: { alias: 'us-groundwater-nitrogen-30m-epsg5070-512', value: 2 },
  awc: { alias: 'us-ssurgo-aws100-30m-epsg5070-512', value: 9 },
  slope: { alias: 'us-percent-slope-30m-epsg5070-512', value: 12 },
  kfactor: { alias: 'us-ssugro-kfactor-30m-epsg5070-512', value: 5 },
  soiln: { alias: 'soiln-epsg5070', value: 7 },
  soilp: { alias: 'soilpallland2-epsg5070', value: 6 },
  bfi: { alias: 'bfi48grd-epsg5070', value: 8 },
} as const;
const layer = (name: keyof typeof rasters) => rasters[name].alias;

const mapshed = [
  { name: 'RasterGroupedCount', label: 'nlcd_soil', rasters: [layer('nlcd'), layer('soil')] },
  { name: 'RasterLinesJoin', label: 'nlcd_streams', rasters: [layer('nlcd')] },
  { name: 'RasterGroupedCount', label: 'gwn', rasters: [layer('gwn')] },
  { name: 'RasterGroupedAverage', label: 'avg_awc', targetRaster: layer('awc'), rasters: [layer('gwn')] },
  { name: 'RasterGroupedCount', label: 'nlcd_slope', rasters: [layer('nlcd'), layer('slope')] },
  { name: 'RasterGroupedAverage', label: 'slope', targetRaster: layer('slope'), rasters: [] },
  { name: 'RasterGroupedAverage', label: 'nlcd_kfactor', targetRaster: layer('kfactor'), rasters: [layer('nlcd')] },
  { name: 'RasterGroupedAverage', label: 'soiln', targetRaster: layer('soiln'), rasters: [], pixelIsArea: true },
  { name: 'RasterGroupedAverage', label: 'soilp', targetRaster: layer('soilp'), rasters: [], pixelIsArea: true },
  { name: 'RasterGroupedAverage', label: 'recess_coef', targetRaster: layer('bfi'), rasters: [], pixelIsArea: true },
];

const folder = mkdtempSync(join(tmpdir(), 'catchment-drop-in-'));
const stops: (() => Promise<void>)[] = [];
let url = '';

/** On the NLCD grid: its upper left cell is a whole number of cells from (-2493045, 3310005). */
const grid = { across: 12, down: 12, originX: -2493045 + 30 * 137_000, originY: 3310005 - 30 * 36_000 };

beforeAll(async () => {
  for (const [name, { value }] of Object.entries(rasters))
    writeConstantRaster(join(folder, `${name}.tif`), { ...grid, value });
  const entries = Object.entries(rasters).map(
    ([name, { alias }]) => `  ${name}: { url: ${name}.tif, aliases: [${alias}] }`,
  );
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(catalog, ['rasters:', ...entries, 'operations: {}', ''].join('\n'));
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  stops.push(queue.stop, cache.stop);
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    PORT: '0',
    COUNT_THREADS: '1',
  };
  const [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
  stops.unshift(gateway.stop, worker.stop);
  url = gateway.said;
}, 120_000);

afterAll(async () => {
  for (const stop of stops) await stop();
  rmSync(folder, { recursive: true });
});

async function post(path: string, body: unknown) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text}`);
  return { cache: response.headers.get('catchment-cache'), answer: JSON.parse(text) };
}

it('one request of Model My Watershed for eight subwatersheds and their streams has the published totals', async () => {
  const body = { shapes, streamLines: [streams], operations: mapshed };
  const expected = totals.map(({ id, cells, streamCells }) => [
    id,
    {
      nlcd_soil: { 'List(41, 3)': cells },
      nlcd_streams: { 'List(41)': streamCells },
      gwn: { 'List(2)': cells },
      avg_awc: { 'List(2)': 9 },
      nlcd_slope: { 'List(41, 12)': cells },
      slope: { 'List(0)': 12 },
      nlcd_kfactor: { 'List(41)': 5 },
      soiln: { 'List(0)': 7 },
      soilp: { 'List(0)': 6 },
      recess_coef: { 'List(0)': 8 },
    },
  ]);
  const first = await post('/multi', body);
  expect(first).toEqual({ cache: 'miss', answer: Object.fromEntries(expected) });
  expect(await post('/multi', body)).toEqual({ ...first, cache: 'hit' });
}, 120_000);
