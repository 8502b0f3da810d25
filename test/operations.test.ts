import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  ChangeResult,
  GroupedAverageResult,
  GroupedCountResult,
  LinesJoinResult,
  ResultDocument,
  StatisticsResult,
  SummaryResult,
} from '@cellshed/contracts';
import { answers } from './made/answers.ts';
import { smallAreas } from './made/country.ts';
import { collectionOf, streamLines, writeCountry } from './made/write.ts';
import { type Asked, ask as askOf, countByCommand, type Service, startService, writeCatalog } from './service.ts';

const told = answers.oneArea;
const area = `small/${told.id}`;
const folder = mkdtempSync(join(tmpdir(), 'catchment-operations-'));
let service: Service;

beforeAll(async () => {
  writeCountry(folder, ['land', 'flow', 'terrain', 'heights', 'fields']);
  for (const year of ['2001', '2011']) copyFileSync(join(folder, 'land.tif'), join(folder, `land_${year}.tif`));
  const catalog = join(folder, 'catalog.yaml');
  writeCatalog(catalog, {
    rasters: [
      'nlcd: { url: land.tif }',
      'accumulation: { url: flow.tif, aliases: [fac] }',
      'terrain: { url: terrain.tif }',
      'heights: { url: heights.tif }',
      'fields: { url: fields.tif }',
      'land_2001: { url: land_2001.tif }',
      'land_2011: { url: land_2011.tif }',
    ],
    operations: [
      'landcover: { type: groupedCount, rasters: [nlcd] }',
      'landcovers: { type: groupedCountMany, rasters: [nlcd] }',
      'average: { type: groupedAverage, rasters: [nlcd], target: accumulation }',
      'mean: { type: groupedAverage, rasters: [], target: accumulation }',
      'along: { type: linesJoin, rasters: [nlcd], lines: streams }',
      'along_own: { type: linesJoin, rasters: [nlcd] }',
      'extremes: { type: summary, rasters: [accumulation, nlcd] }',
      'describe: { type: statistics, rasters: [accumulation], quantiles: [0.9] }',
      'describe_heights: { type: statistics, rasters: [heights] }',
      'weighted: { type: statistics, rasters: [nlcd], weights: accumulation }',
      'either: { type: groupedCount, rasters: ["{which}"], parameters: { which: { values: [nlcd, terrain], default: nlcd } } }',
      'yearly: { type: groupedCount, rasters: ["land_{year}"], parameters: { year: { values: ["2001", "2011"] } } }',
      'joint: { type: groupedCount, rasters: [nlcd, terrain] }',
      'changed: { type: change, rasters: [nlcd, terrain] }',
    ],
    areas: ['small: { source: small.geojson, id: id }'],
    lines: ['streams: { source: streams.geojson }'],
  });
  service = await startService(catalog);
});

afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});

/** Asks about the area, unless the inputs have several. */
function ask<Document>({ operation, inputs = {} }: Asked) {
  return askOf<Document>(service, { operation, inputs, ...(!('areas' in inputs) && { area }) });
}

const cellsOfCode = ({ groups }: GroupedCountResult) => groups.find(({ values }) => values[0] === told.code)?.cells;

describe('on an area of winding borders', () => {
  it.each(['centre', 'touched'] as const)('%s counts and averages the cells that GDAL does', async (coverage) => {
    const { cells, cellsOfCode: ofCode, flow } = told[coverage];
    const { document: counted } = await ask<GroupedCountResult>({ operation: 'landcover', inputs: { coverage } });
    expect(counted).toMatchObject({ coverage, cells, covered: 1 });
    expect(cellsOfCode(counted)).toBe(ofCode);
    const { document: averaged } = await ask<GroupedAverageResult>({ operation: 'mean', inputs: { coverage } });
    expect(averaged.groups).toMatchObject([{ values: [], cells: flow.cells, noData: flow.noData }]);
    expect(averaged.groups[0]?.average).toBeCloseTo(flow.mean, 9);
    const { document: summary } = await ask<SummaryResult>({ operation: 'extremes', inputs: { coverage } });
    const { min, max, noData } = flow;
    expect(summary.summaries[0]).toMatchObject({ raster: 'accumulation', min, max, cells: flow.cells, noData });
  });

  it('fraction counts each cell by its share, as exactextract does', async () => {
    const inputs = { coverage: 'fraction' };
    const { document: counted } = await ask<GroupedCountResult>({ operation: 'landcover', inputs });
    // The raster's shares are float32; the area is shapely's.
    expect(counted.cells).toBeCloseTo(told.fraction.area, 5);
    expect(counted.covered).toBe(1);
    expect(cellsOfCode(counted)).toBeCloseTo(told.fraction.cellsOfCode, 3);
    const { document } = await ask<StatisticsResult>({ operation: 'describe', inputs });
    const { count, mean, stdev, min, max } = told.fraction.flow;
    expect(document.count).toBeCloseTo(count, 4);
    expect(document.mean).toBeCloseTo(mean, 3);
    expect(document.standardDeviation).toBeCloseTo(stdev, 2);
    expect(document).toMatchObject({ min, max, coverage: 'fraction' });
  });

  it('statistics are those of numpy', async () => {
    const { document } = await ask<StatisticsResult>({ operation: 'describe' });
    const { cells, min, max, median, ninth, variety, mean, standardDeviation } = told.centre.flow;
    const quantiles = [{ quantile: 0.9, value: ninth }];
    expect(document).toMatchObject({ count: cells, min, max, median, quantiles, variety });
    expect(document.mean).toBeCloseTo(mean, 10);
    expect(document.standardDeviation).toBeCloseTo(standardDeviation, 8);
    const { document: other } = await ask<StatisticsResult>({ operation: 'describe', inputs: { quantiles: [0, 1] } });
    expect(other.quantiles).toEqual([
      { quantile: 0, value: min },
      { quantile: 1, value: max },
    ]);
  });

  it('statistics of oblong cells in degrees are those of rasterstats', async () => {
    const { id, centre } = answers.statistics.cases.find((one) => one.raster === 'heights.tif' && one.id)!;
    const asked = { operation: 'describe_heights', area: `small/${id}` };
    const { document } = await askOf<StatisticsResult>(service, asked);
    const { count, min, max, variety } = centre;
    expect(document).toMatchObject({ count, min, max, variety });
    expect(document.mean).toBeCloseTo(centre['mean']!, 10);
    expect(await countByCommand(service, asked.area, asked.operation)).toEqual(document);
  });

  it('the average by land cover is that of numpy, and weights are sums of the other raster', async () => {
    const { document } = await ask<GroupedAverageResult>({ operation: 'average' });
    const { cellsOfCode: all, flow, flowOfCode } = told.centre;
    const group = document.groups.find(({ values }) => values[0] === told.code);
    expect(group).toMatchObject({ cells: flowOfCode.cells, noData: all - flowOfCode.cells });
    expect(group?.average).toBeCloseTo(flowOfCode.mean, 10);
    const { document: weighted } = await ask<StatisticsResult>({ operation: 'weighted' });
    expect(weighted.weight).toBe(flow.sum);
  });
});

describe('what a request chooses', () => {
  it('lines of the catalog and the same lines in the request are counted alike', async () => {
    const { document } = await ask<LinesJoinResult>({ operation: 'along' });
    const { document: own } = await ask<LinesJoinResult>({ operation: 'along_own', inputs: { lines: streamLines() } });
    const { cells } = answers.areas[told.id]!.streams;
    expect(document).toMatchObject({ lines: 'streams', coverage: 'lines', cells });
    expect(own).toMatchObject({ cells: document.cells, groups: document.groups, coverage: 'lines' });
    expect(own.lines).toMatch(/^drawn\/[0-9a-f]{64}$/);
    expect((await ask({ operation: 'along_own', inputs: { lines: streamLines() } })).cache).toBe('hit');
  });

  it('another raster, by name or alias, and the value of a parameter are other results of the operation', async () => {
    const { document } = await ask<GroupedCountResult>({
      operation: 'landcover',
      inputs: { rasters: { nlcd: 'terrain' } },
    });
    expect(document).toMatchObject({ operation: 'landcover', rasters: ['terrain'] });
    const { document: either } = await ask<GroupedCountResult>({ operation: 'either', inputs: { which: 'terrain' } });
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
      { operation: 'landcover', inputs: { rasters: { terrain: 'nlcd' } } },
      /^inputs\.rasters: "terrain" is no raster of the operation; expected one of nlcd$/,
    ],
    [
      'an unknown parameter',
      { operation: 'either', inputs: { month: '01' } },
      /^inputs\.month: is not known here, nor a parameter of operation either; expected one of which$/,
    ],
    [
      'a wrong value of one',
      { operation: 'either', inputs: { which: 'soil' } },
      /^inputs\.which: is "soil", expected one of nlcd, terrain$/,
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
    const inputs = { rasters: { nlcd: 'fields' } };
    expect((await ask<GroupedCountResult>({ operation: 'landcover', inputs })).document.rasters).toEqual(['fields']);
    const misaligned = /^rasters: rasters fields and accumulation do not align/;
    await expect(ask({ operation: 'average', inputs })).rejects.toThrow(misaligned);
  });
});

describe('several at once', () => {
  const { features } = collectionOf(smallAreas().slice(0, 5));

  it('areas times operations come in order, equal to each alone, and each is a hit from then on', async () => {
    const operations = [
      'landcover',
      { operation: 'average', coverage: 'touched' },
      'along',
      'extremes',
      'describe',
      { operation: 'either', which: 'terrain' },
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

describe('several values of a parameter', () => {
  type Several = { readonly results: readonly GroupedCountResult[] };

  it('are answered at once, each as it is alone and under the key that it has alone', async () => {
    const inputs = { which: ['terrain', 'nlcd'], coverage: 'touched' };
    const { document, cache } = await ask<Several>({ operation: 'either', inputs });
    expect(cache).toBe('miss');
    const alone: unknown[] = [];
    for (const which of inputs.which) {
      const asked = await ask({ operation: 'either', inputs: { ...inputs, which } });
      expect(asked.cache).toBe('hit');
      alone.push(asked.document);
    }
    expect(document.results).toEqual(alone);
    const every = await ask<Several>({ operation: 'either', inputs: { ...inputs, which: '*' } });
    expect(every).toEqual({ document: { results: alone.toReversed() }, cache: 'hit' });
  });

  it('are computed anew only where a raster was replaced', async () => {
    const inYear = (year: string) => ask<GroupedCountResult>({ operation: 'yearly', inputs: { year } });
    const every = () => ask<Several>({ operation: 'yearly', inputs: { year: '*' } });
    const before = await every();
    copyFileSync(join(folder, 'terrain.tif'), join(folder, 'new.tif'));
    renameSync(join(folder, 'new.tif'), join(folder, 'land_2011.tif'));
    expect((await inYear('2001')).cache).toBe('hit');
    const after = await every();
    expect(after.cache).toBe('miss');
    expect(after.document.results[0]).toEqual(before.document.results[0]);
    const { document } = await ask<GroupedCountResult>({ operation: 'either', inputs: { which: 'terrain' } });
    expect(after.document.results[1]?.groups).toEqual(document.groups);
    expect((await every()).cache).toBe('hit');
  });
});

it('the change from one raster to another is their joint count', async () => {
  const { document } = await ask<ChangeResult>({ operation: 'changed' });
  const { document: joint } = await ask<GroupedCountResult>({ operation: 'joint' });
  expect(document.groups).toEqual(joint.groups);
  const { classes, cells } = document;
  const { document: before } = await ask<GroupedCountResult>({ operation: 'landcover' });
  const were = classes.filter((one) => one.before > 0);
  expect(were.map((one) => ({ values: [one.value], cells: one.before }))).toEqual(before.groups);
  expect(classes.reduce((sum, one) => sum + one.kept + one.gains, 0)).toBe(cells);
});

it('the command line counts the same', async () => {
  const byGateway = async (operation: string, inputs: object) =>
    (await ask<ResultDocument>({ operation, inputs: { ...inputs } })).document;
  const byCommand = (...args: string[]) => countByCommand<ResultDocument>(service, area, ...args);
  const lines = join(folder, 'streams.geojson');
  expect(await byCommand('average', '--coverage', 'touched')).toEqual(
    await byGateway('average', { coverage: 'touched' }),
  );
  expect(await byCommand('along_own', '--lines', lines)).toEqual(
    await byGateway('along_own', { lines: streamLines() }),
  );
  expect(await byCommand('either', '--set', 'which=terrain')).toEqual(await byGateway('either', { which: 'terrain' }));
  expect(await byCommand('describe', '--quantiles', '0.1,0.5', '--raster', 'accumulation=nlcd')).toEqual(
    await byGateway('describe', { quantiles: [0.1, 0.5], rasters: { accumulation: 'nlcd' } }),
  );
});
