import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  GroupedAverageResult,
  GroupedCountResult,
  ResultDocument,
  StatisticsResult,
  SummaryResult,
} from '@cellshed/contracts';
import { ask as askOf, countByCommand, type Service, startService, writeCatalog } from '../service.ts';
import { truthFile } from './files.ts';

/** Third Fork Creek: wholly inside the land cover and the flow accumulation of New Hope. */
const area = 'huc12/030300020602';
const folder = mkdtempSync(join(tmpdir(), 'catchment-truth-'));
let service: Service;

beforeAll(async () => {
  const data = (name: string) => truthFile(`data/newhope/${name}`);
  const catalog = join(folder, 'catalog.yaml');
  writeCatalog(catalog, {
    rasters: [
      `nlcd: { url: ${data('ready_nlcd_30m.tif')} }`,
      `accumulation: { url: ${data('ready_fac_30m.tif')} }`,
      `elevation: { url: ${data('thirdfork_NED.tif')}, crs: EPSG:4269 }`,
    ],
    operations: [
      'landcover: { type: groupedCount, rasters: [nlcd] }',
      'heights: { type: groupedCount, rasters: [elevation] }',
      'average: { type: groupedAverage, rasters: [nlcd], target: accumulation }',
      'mean: { type: groupedAverage, rasters: [], target: accumulation }',
      'extremes: { type: summary, rasters: [accumulation, nlcd] }',
      'describe: { type: statistics, rasters: [accumulation], quantiles: [0.9] }',
      'weighted: { type: statistics, rasters: [nlcd], weights: accumulation }',
    ],
    areas: [`huc12: { source: ${data('ready_huc12.geojson')}, id: huc12 }`],
  });
  service = await startService(catalog);
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

async function ask<Document>(operation: string, inputs = {}): Promise<Document> {
  return (await askOf<Document>(service, { operation, area, inputs })).document;
}

const cells21 = ({ groups }: GroupedCountResult) => groups.find(({ values }) => values[0] === 21)?.cells;

// numpy 2.4.6, rasterio 1.4.4 with GDAL 3.10.3: rasterio.features.geometry_mask(…, all_touched) of
// the polygon in EPSG:5070.
it.each<[string, number, number, number, number]>([
  ['centre', 47782, 22922, 266.62205433008245, 47836],
  ['touched', 48554, 23174, 267.7793590641348, 214186],
])('%s counts and averages the cells that GDAL does', async (coverage, cells, developed, mean, max) => {
  const counted = await ask<GroupedCountResult>('landcover', { coverage });
  expect(counted).toMatchObject({ coverage, cells, covered: 1 });
  expect(cells21(counted)).toBe(developed);
  const averaged = await ask<GroupedAverageResult>('mean', { coverage });
  expect(averaged.groups).toMatchObject([{ values: [], cells, noData: 0 }]);
  expect(averaged.groups[0]?.average).toBeCloseTo(mean, 9);
  const summary = await ask<SummaryResult>('extremes', { coverage });
  expect(summary.summaries[0]).toMatchObject({ raster: 'accumulation', min: 0, max, cells, noData: 0 });
});

// exactextract 0.3.0, which holds shares as float32: count 47790.45921272845, mean
// 268.35669106780574, stdev 2869.628336242401; the polygon's area by shapely is 47790.459211823334
// cells.
it('fraction counts each cell by its share, as exactextract does', async () => {
  const coverage = 'fraction';
  const counted = await ask<GroupedCountResult>('landcover', { coverage });
  expect(counted.cells).toBeCloseTo(47790.459211823334, 4);
  expect(counted.covered).toBe(1);
  expect(cells21(counted)).toBeCloseTo(22921.26750926261, 3);
  const document = await ask<StatisticsResult>('describe', { coverage });
  expect(document.count).toBeCloseTo(47790.459211823334, 4);
  expect(document.mean).toBeCloseTo(268.35669106780574, 3);
  expect(document.standardDeviation).toBeCloseTo(2869.628336242401, 2);
  expect(document).toMatchObject({ min: 0, max: 214186, coverage: 'fraction' });
});

// numpy: mean, std, median, quantile(0.9), unique of the same cells.
it('statistics are those of numpy', async () => {
  const document = await ask<StatisticsResult>('describe');
  expect(document).toMatchObject({
    count: 47782,
    min: 0,
    max: 47836,
    median: 1,
    quantiles: [{ quantile: 0.9, value: 25 }],
    variety: 1592,
  });
  expect(document.mean).toBeCloseTo(266.62205433008245, 10);
  expect(document.standardDeviation).toBeCloseTo(2811.710876767498, 8);
  const other = await ask<StatisticsResult>('describe', { quantiles: [0, 1] });
  expect(other.quantiles).toEqual([
    { quantile: 0, value: 0 },
    { quantile: 1, value: 47836 },
  ]);
});

it('the average by land cover is that of numpy, and weights are sums of the other raster', async () => {
  const document = await ask<GroupedAverageResult>('average');
  const developed = document.groups.find(({ values }) => values[0] === 21);
  expect(developed).toMatchObject({ cells: 22922, noData: 0 });
  expect(developed?.average).toBeCloseTo(90.52669924090394, 10);
  const weighted = await ask<StatisticsResult>('weighted');
  expect(weighted.weight).toBeCloseTo(266.62205433008245 * 47782, 5);
});

it.each([
  ['average', '--coverage', 'touched'],
  ['describe', '--coverage', 'fraction'],
  ['heights', '--coverage', 'centre'],
])('the command line has the same %s %s %s', async (operation, option, coverage) => {
  const document = await ask<ResultDocument>(operation, { coverage });
  expect(await countByCommand(service, area, operation, option, coverage)).toEqual(document);
});
