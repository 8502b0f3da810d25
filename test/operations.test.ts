import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@catchment/client';
import { startRedis } from '@catchment/local-redis';
import type {
  GroupedAverageResult,
  GroupedCountResult,
  LinesJoinResult,
  ResultDocument,
  StatisticsResult,
  SummaryResult,
} from '@catchment/operations';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { truthFile } from './truth/files.ts';

/** Third Fork Creek: wholly inside the land cover and the flow accumulation of New Hope. */
const area = 'huc12/030300020602';
const folder = mkdtempSync(join(tmpdir(), 'catchment-operations-'));
const catalog = join(folder, 'catalog.yaml');
const stops: (() => Promise<void>)[] = [];
let url = '';

/** A line through the watershed, south-west to north-east, and one far from it. */
const streams = {
  type: 'MultiLineString',
  coordinates: [
    [
      [-78.95, 35.91],
      [-78.88, 35.99],
    ],
    [
      [-70, 35],
      [-70, 36],
    ],
  ],
};

beforeAll(async () => {
  const data = (name: string) => truthFile(`data/newhope/${name}`);
  writeFileSync(join(folder, 'streams.geojson'), JSON.stringify(streams));
  writeFileSync(
    catalog,
    `rasters:
  nlcd: { url: ${data('ready_nlcd_30m.tif')} }
  accumulation: { url: ${data('ready_fac_30m.tif')}, aliases: [fac] }
  direction: { url: ${data('ready_fdr_30m.tif')} }
  elevation: { url: ${data('thirdfork_NED.tif')}, crs: EPSG:4269 }
operations:
  landcover: { type: groupedCount, rasters: [nlcd] }
  landcovers: { type: groupedCountMany, rasters: [nlcd] }
  average: { type: groupedAverage, rasters: [nlcd], target: accumulation }
  mean: { type: groupedAverage, rasters: [], target: accumulation }
  along: { type: linesJoin, rasters: [nlcd], lines: streams }
  along_own: { type: linesJoin, rasters: [nlcd] }
  extremes: { type: summary, rasters: [accumulation, nlcd] }
  describe: { type: statistics, rasters: [accumulation], quantiles: [0.9] }
  weighted: { type: statistics, rasters: [nlcd], weights: accumulation }
  either: { type: groupedCount, rasters: ["{which}"], parameters: { which: { values: [nlcd, direction], default: nlcd } } }
areas:
  huc12: { source: ${data('ready_huc12.geojson')}, id: huc12 }
lines:
  streams: { source: streams.geojson }
`,
  );
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

interface Asked {
  readonly operation: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The answer, whether it was a hit, and what it was refused for. */
async function ask<Document>({ operation, inputs = {} }: Asked) {
  const client = createClient(url);
  const { jobID } = await client.execute(operation, 'areas' in inputs ? undefined : area, inputs);
  const { status, message, cache } = await client.untilEnded(jobID, { everyMilliseconds: 20 });
  if (status !== 'successful') throw new Error(message);
  return { document: await client.results<Document>(jobID), cache };
}

const cells21 = ({ groups }: GroupedCountResult) => groups.find(({ values }) => values[0] === 21)?.cells;

describe('on Third Fork Creek', () => {
  // numpy 2.4.6, rasterio 1.4.4 with GDAL 3.10.3: rasterio.features.geometry_mask(…, all_touched) of the polygon in EPSG:5070.
  it.each<[string, number, number, number, number]>([
    ['centre', 47782, 22922, 266.62205433008245, 47836],
    ['touched', 48554, 23174, 267.7793590641348, 214186],
  ])('%s counts and averages the cells that GDAL does', async (coverage, cells, developed, mean, max) => {
    const { document: counted } = await ask<GroupedCountResult>({ operation: 'landcover', inputs: { coverage } });
    expect(counted).toMatchObject({ coverage, cells, covered: 1 });
    expect(cells21(counted)).toBe(developed);
    const { document: averaged } = await ask<GroupedAverageResult>({ operation: 'mean', inputs: { coverage } });
    expect(averaged.groups).toMatchObject([{ values: [], cells, noData: 0 }]);
    expect(averaged.groups[0]?.average).toBeCloseTo(mean, 9);
    const { document: summary } = await ask<SummaryResult>({ operation: 'extremes', inputs: { coverage } });
    expect(summary.summaries[0]).toMatchObject({ raster: 'accumulation', min: 0, max, cells, noData: 0 });
  });

  // exactextract 0.3.0, which holds shares as float32: count 47790.45921272845, mean 268.35669106780574, stdev 2869.628336242401;
  // the polygon's area by shapely is 47790.459211823334 cells.
  it('fraction counts each cell by its share, as exactextract does', async () => {
    const inputs = { coverage: 'fraction' };
    const { document: counted } = await ask<GroupedCountResult>({ operation: 'landcover', inputs });
    expect(counted.cells).toBeCloseTo(47790.459211823334, 4);
    expect(counted.covered).toBe(1);
    expect(cells21(counted)).toBeCloseTo(22921.26750926261, 3);
    const { document } = await ask<StatisticsResult>({ operation: 'describe', inputs });
    expect(document.count).toBeCloseTo(47790.459211823334, 4);
    expect(document.mean).toBeCloseTo(268.35669106780574, 3);
    expect(document.standardDeviation).toBeCloseTo(2869.628336242401, 2);
    expect(document).toMatchObject({ min: 0, max: 214186, coverage: 'fraction' });
  });

  // numpy: mean, std, median, quantile(0.9), unique of the same cells.
  it('statistics are those of numpy', async () => {
    const { document } = await ask<StatisticsResult>({ operation: 'describe' });
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
    const { document: other } = await ask<StatisticsResult>({ operation: 'describe', inputs: { quantiles: [0, 1] } });
    expect(other.quantiles).toEqual([
      { quantile: 0, value: 0 },
      { quantile: 1, value: 47836 },
    ]);
  });

  it('the average by land cover is that of numpy, and weights are sums of the other raster', async () => {
    const { document } = await ask<GroupedAverageResult>({ operation: 'average' });
    const developed = document.groups.find(({ values }) => values[0] === 21);
    expect(developed).toMatchObject({ cells: 22922, noData: 0 });
    expect(developed?.average).toBeCloseTo(90.52669924090394, 10);
    const { document: weighted } = await ask<StatisticsResult>({ operation: 'weighted' });
    expect(weighted.weight).toBeCloseTo(266.62205433008245 * 47782, 5);
  });
});

describe('what a request chooses', () => {
  it('lines of the catalog and the same lines in the request are counted alike', async () => {
    const { document } = await ask<LinesJoinResult>({ operation: 'along' });
    const { document: own } = await ask<LinesJoinResult>({ operation: 'along_own', inputs: { lines: streams } });
    expect(document).toMatchObject({ lines: 'streams', coverage: 'lines' });
    expect(document.cells).toBeGreaterThan(100);
    expect(document.cells).toBeLessThan(400);
    expect(own).toMatchObject({ cells: document.cells, groups: document.groups, coverage: 'lines' });
    expect(own.lines).toMatch(/^drawn\/[0-9a-f]{64}$/);
    expect((await ask({ operation: 'along_own', inputs: { lines: streams } })).cache).toBe('hit');
  });

  it('another raster, by name or alias, and the value of a parameter are other results of the operation', async () => {
    const { document } = await ask<GroupedCountResult>({
      operation: 'landcover',
      inputs: { rasters: { nlcd: 'direction' } },
    });
    expect(document).toMatchObject({ operation: 'landcover', rasters: ['direction'] });
    const { document: either } = await ask<GroupedCountResult>({ operation: 'either', inputs: { which: 'direction' } });
    expect(either.groups).toEqual(document.groups);
    expect((await ask<GroupedCountResult>({ operation: 'either' })).document.rasters).toEqual(['nlcd']);
    const { document: alias } = await ask<GroupedAverageResult>({
      operation: 'mean',
      inputs: { rasters: { accumulation: 'nlcd' } },
    });
    expect(alias).toMatchObject({ target: 'nlcd' });
  });

  it.each<[string, Asked, RegExp]>([
    [
      'an unknown raster',
      { operation: 'landcover', inputs: { rasters: { nlcd: 'soil' } } },
      /^inputs\.rasters\.nlcd: is "soil", expected one of nlcd/,
    ],
    [
      'a raster of another operation',
      { operation: 'landcover', inputs: { rasters: { direction: 'nlcd' } } },
      /^inputs\.rasters: "direction" is no raster of the operation; expected one of nlcd$/,
    ],
    [
      'an unknown parameter',
      { operation: 'either', inputs: { month: '01' } },
      /^inputs\.month: is not known here, nor a parameter of operation either; expected one of which$/,
    ],
    [
      'a wrong value of one',
      { operation: 'either', inputs: { which: 'soil' } },
      /^inputs\.which: is "soil", expected one of nlcd, direction$/,
    ],
    [
      'quantiles of a count',
      { operation: 'landcover', inputs: { quantiles: [0.5] } },
      /^inputs\.quantiles: are those of statistics, not of groupedCount/,
    ],
    [
      'a coverage of lines',
      { operation: 'along', inputs: { coverage: 'touched' } },
      /^inputs\.coverage: is "touched", but the cells of linesJoin are those on lines/,
    ],
    [
      'no lines where some are needed',
      { operation: 'along_own' },
      /^inputs\.lines: is missing, operation along_own needs GeoJSON lines$/,
    ],
    ['an area where several go in', { operation: 'landcovers' }, /^inputs\.area: is not known to process landcovers$/],
    [
      'several where one goes in',
      { operation: 'landcover', inputs: { areas: [area] } },
      /^inputs\.areas: is not known to process landcover$/,
    ],
  ])('%s is refused', async (_, asked, problem) => {
    await expect(ask(asked)).rejects.toThrow(problem);
  });

  it('a raster of another grid is as good as any where it is alone, and refused where it does not align', async () => {
    const inputs = { rasters: { nlcd: 'elevation' } };
    expect((await ask<GroupedCountResult>({ operation: 'landcover', inputs })).document.rasters).toEqual(['elevation']);
    const misaligned = /^rasters: rasters elevation and accumulation do not align/;
    await expect(ask({ operation: 'average', inputs })).rejects.toThrow(misaligned);
  });
});

describe('several at once', () => {
  const features = (
    JSON.parse(readFileSync(truthFile('data/newhope/ready_huc12.geojson'), 'utf8')) as { features: object[] }
  ).features.slice(0, 5);

  it('areas times operations come in order, equal to each alone, and each is a hit from then on', async () => {
    const operations = [
      'landcover',
      { operation: 'average', coverage: 'touched' },
      'along',
      'extremes',
      'describe',
      { operation: 'either', which: 'direction' },
    ];
    const areas = [area, ...features];
    const { document, cache } = await ask<{ results: ResultDocument[] }>({
      operation: 'multi',
      inputs: { areas, operations, coverage: 'fraction' },
    });
    expect(cache).not.toBe('hit');
    expect(document.results.length).toBe(36);
    const alone: unknown[] = [];
    for (const one of operations) {
      const { operation, ...inputs } =
        typeof one === 'string'
          ? { operation: one, ...(one !== 'along' && { coverage: 'fraction' }) }
          : { coverage: 'fraction', ...one };
      const asked = await ask({ operation, inputs });
      expect(asked.cache).toBe('hit');
      alone.push(asked.document);
    }
    expect(document.results.slice(0, 6)).toEqual(alone);
    const again = await ask({ operation: 'multi', inputs: { areas, operations, coverage: 'fraction' } });
    expect(again).toEqual({ document, cache: 'hit' });
  });

  it('each feature of a collection is counted for itself by an operation for many areas', async () => {
    const areas = { type: 'FeatureCollection', features };
    const { document } = await ask<{ results: GroupedCountResult[] }>({ operation: 'landcovers', inputs: { areas } });
    expect(document.results.map(({ operation, rasters }) => [operation, rasters])).toEqual(
      features.map(() => ['landcovers', ['nlcd']]),
    );
  });
});

it('the command line counts the same', async () => {
  const cli = async (...args: string[]) => {
    const { code, out, err } = await runCatchment(['count', area, ...args, '--json', '--catalog', catalog]);
    expect([code, err]).toEqual([0, '']);
    return JSON.parse(out);
  };
  const lines = join(folder, 'streams.geojson');
  expect(await cli('average', '--coverage', 'touched')).toEqual(
    (await ask({ operation: 'average', inputs: { coverage: 'touched' } })).document,
  );
  expect(await cli('along_own', '--lines', lines)).toEqual(
    (await ask({ operation: 'along_own', inputs: { lines: streams } })).document,
  );
  expect(await cli('either', '--set', 'which=direction')).toEqual(
    (await ask({ operation: 'either', inputs: { which: 'direction' } })).document,
  );
  expect(await cli('describe', '--quantiles', '0.1,0.5', '--raster', 'accumulation=nlcd')).toEqual(
    (await ask({ operation: 'describe', inputs: { quantiles: [0.1, 0.5], rasters: { accumulation: 'nlcd' } } }))
      .document,
  );
}, 60_000);
