import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startRedis } from '@cellshed/local-services';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { catchmentCommand, type Running, runCatchment, runIntoFullDisk, startCatchment } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-command-line-'));
const at = (name: string) => join(folder, name);
const catalog = at('catalog.yaml');
let served: Running;
let stopRedis: () => Promise<void>;

/** About 1.1 km² each, on a raster of ones and one of twos near 40° N, 80° W. */
const square = (west: number) => ({
  type: 'Polygon',
  coordinates: [boxRing(west, 40, west + 0.01, 40.01)],
});
const feature = (west: number) => ({ type: 'Feature', properties: {}, geometry: square(west) });
const fields = { type: 'FeatureCollection', features: [feature(-80), feature(-79.9)] };

beforeAll(async () => {
  const grid = { across: 4, down: 4, originX: 1_330_000, originY: 2_020_000 };
  writeConstantRaster(at('one.tif'), { ...grid, value: 1 });
  writeConstantRaster(at('two.tif'), { ...grid, value: 2 });
  writeFileSync(at('fields.geojson'), JSON.stringify(fields));
  writeFileSync(at('field.geojson'), JSON.stringify(feature(-80)));
  const basins = [-80, -79.9, -79.8].map((west, i) => ({
    ...feature(west),
    properties: { id: `b${i}`, to: `b${i + 1}`, kind: i === 1 ? 'wet' : 'dry', part: 'b0' },
  }));
  writeFileSync(at('basins.geojson'), JSON.stringify({ ...fields, features: basins }));
  writeFileSync(at('point.geojson'), JSON.stringify({ type: 'Point', coordinates: [-80, 40] }));
  const ditch = [
    [-80, 40.005],
    [-79.99, 40.005],
  ];
  writeFileSync(at('ditch.geojson'), JSON.stringify({ type: 'LineString', coordinates: ditch }));
  writeFileSync(
    catalog,
    `rasters:
  one: { url: one.tif, title: The first, units: m, legend: { 1: Water } }
  two: { url: two.tif, title: The second, legend: { 2: Wood } }
operations:
  count: { type: groupedCount, rasters: [one] }
  many: { type: groupedCountMany, rasters: [one] }
  chosen: { type: groupedAverage, rasters: [], target: "{which}", parameters: { which: { values: [one, two] } } }
  join: { type: linesJoin, rasters: [one] }
  describe: { type: statistics, rasters: [one] }
areas:
  basins: { source: basins.geojson, id: id, downstream: to, within: { parts: part } }
  parts: { source: basins.geojson, id: id }
`,
  );
  const redis = await startRedis();
  stopRedis = redis.stop;
  const env = { QUEUE_REDIS_URL: redis.url, CACHE_URL: 'memory:', CATCHMENT_CATALOG: catalog, PORT: '0' };
  served = await startCatchment(['serve'], env, / on (http:\S+)/);
});

afterAll(async () => {
  await served.stop();
  await stopRedis();
  rmSync(folder, { recursive: true });
});

/** The output of `catchment count` or `catchment request`. */
const run = (command: 'count' | 'request', ...args: string[]) =>
  runCatchment([command, ...args, ...(command === 'count' ? ['--catalog', catalog] : ['--url', served.said])]);

it.each(['count', 'request'] as const)(
  '%s adds areas up: all upstream of one, or those in a larger one',
  async (command) => {
    const each = await Promise.all(['b0', 'b1', 'b2'].map((id) => run(command, `basins/${id}`, 'count', '--json')));
    const cells = each.map(({ out }) => (JSON.parse(out) as { cells: number }).cells);
    const upstream = await run(command, 'basins/b1', 'count', '--upstream', '--json');
    expect(upstream.err).toBe('');
    const [two, all] = [cells.slice(0, 2), cells].map((some) => some.reduce((sum, one) => sum + one, 0));
    expect(JSON.parse(upstream.out)).toMatchObject({ area: 'basins/b1 upstream', areas: 2, cells: two });
    const shown = await run(command, 'basins/b1', 'count', '--upstream');
    expect(shown.out.split('\n')[0]).toMatch(/^count in basins\/b1( upstream)?$/);
    const sum = ['--within', 'parts/b0', ...(command === 'request' ? ['--sum'] : [])];
    const within = await run(command, 'basins', 'count', ...sum, '--json');
    expect(within.err).toBe('');
    expect(JSON.parse(within.out)).toMatchObject({ area: 'basins/part=b0', areas: 3, cells: all });
  },
);

it('request lists the areas in a larger one, or those with each value of a property', async () => {
  const answered = async (...options: string[]) => {
    const { err, out } = await run('request', 'basins', 'count', ...options);
    expect(err).toBe('');
    return out;
  };
  const areasIn = (out: string) => (JSON.parse(out) as { results: { area: string }[] }).results.map(({ area }) => area);
  expect(areasIn(await answered('--within', 'parts/b0', '--json'))).toEqual(['basins/b0', 'basins/b1', 'basins/b2']);
  expect(areasIn(await answered('--by', 'kind', '--json'))).toEqual(['basins/kind=dry', 'basins/kind=wet']);
  const lines = (await answered('--by', 'kind')).split('\n').map((line) => line.trim().split(/\s+/));
  expect(lines).toContainEqual(expect.arrayContaining(['basins/kind=wet', '1', 'Water']));
});

it.each(['count', 'request'] as const)('%s of several areas counts each feature for itself', async (command) => {
  const path = at('fields.geojson');
  const many = await run(command, path, 'many');
  const heads = many.out.split('\n').filter((line) => line.startsWith('many in '));
  expect([many.code, many.err, heads]).toEqual([0, '', [`many in ${path}, feature 0`, `many in ${path}, feature 1`]]);

  const [all, each] = await Promise.all([run(command, path, 'count', '--json'), run(command, path, 'many', '--json')]);
  const { results } = JSON.parse(each.out) as { results: { cells: number }[] };
  expect(results.map(({ cells }) => cells > 900 && cells < 1200)).toEqual([true, true]);
  expect(JSON.parse(all.out).cells).toBe(results.reduce((sum, { cells }) => sum + cells, 0));
  expect(all.err).toBe(`catchment: ${path}: its 2 features are counted as one area; --each counts each for itself\n`);
});

it.each(['count', 'request'] as const)(
  '%s --each counts each feature for itself, with any operation',
  async (command) => {
    const path = at('some.geojsonl');
    const features = [feature(-80), { ...feature(-80), geometry: null }, { ...feature(-79.9), id: 'b' }];
    writeFileSync(path, features.map((one) => `${JSON.stringify(one)}\n`).join(''));
    const { code, out, err } = await run(command, path, 'count', '--each', '--json', '--coverage', 'fraction');
    expect([code, err]).toEqual([
      0,
      `catchment: ${path}: 1 feature without polygons left out (feature 1: geometry is null, expected a Polygon or MultiPolygon)\n`,
    ]);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { feature: 0, operation: 'count', coverage: 'fraction', groups: [{ values: [1] }] },
      { feature: 2, id: 'b', operation: 'count', coverage: 'fraction', groups: [{ values: [1] }] },
    ]);
    const table = await run(command, path, 'chosen', '--each', '--set', 'which=two');
    expect(table.out).toMatch(/^feature +average.*\n0 +2 .*\n2 b +2 /m);
  },
);

it.each(['count', 'request'] as const)('%s takes a CRS, of the file or of the user', async (command) => {
  const [west, north] = [1_330_000 + 30 * 600, 2_020_000 - 30 * 600];
  const albers = (columns: number) => ({
    type: 'Polygon',
    coordinates: [boxRing(west, north, west + 30 * columns, north - 3000)],
  });
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::5070' } };
  writeFileSync(at('plain.geojson'), JSON.stringify(albers(100)));
  writeFileSync(at('named.geojson'), JSON.stringify({ ...albers(100), crs }));
  const both = [albers(100), albers(10)].map((geometry) => ({ type: 'Feature', properties: {}, geometry }));
  writeFileSync(at('both.geojson'), JSON.stringify({ type: 'FeatureCollection', crs, features: both }));
  const cells = async (...args: string[]) => {
    const { code, out, err } = await run(command, ...args, '--json');
    return code === 0
      ? out
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line).cells)
      : err;
  };
  expect(await cells(at('plain.geojson'), 'count', '--crs', 'EPSG:5070')).toEqual([10_000]);
  expect(await cells(at('named.geojson'), 'count')).toEqual([10_000]);
  expect(await cells(at('both.geojson'), 'count', '--each', '--crs', '[EPSG:5070]')).toEqual([10_000, 1000]);
  expect(await cells(at('plain.geojson'), 'count')).toMatch(
    /expected a number from -360 to 360 \(these look like .*name their crs/,
  );
  expect(await cells(at('named.geojson'), 'count', '--crs', 'EPSG:3857')).toMatch(
    /crs is "urn:.*5070", but "EPSG:3857" is given for it/,
  );
  expect(await cells(at('plain.geojson'), 'count', '--crs', '5070')).toMatch(
    /'--crs <code>' argument '5070' is invalid. is "5070", expected/,
  );
});

it.each(['count', 'request'] as const)('%s warns of what is left out or mended', async (command) => {
  const open = { ...square(-80), coordinates: [square(-80).coordinates[0]?.slice(0, 4)] };
  const path = at('stray.geojson');
  writeFileSync(path, `\uFEFF${JSON.stringify({ type: 'GeometryCollection', geometries: [open, { type: 'Point' }] })}`);
  const { code, out } = await run(command, path, 'count');
  expect([code, out.split('\n').slice(2, 4)]).toEqual([
    0,
    [
      '1 Point is left out (geometry 1): only polygons have cells',
      'geometry 0, ring 0 is not closed: the last position is joined to the first',
    ],
  ]);
});

it.each(['count', 'request'] as const)(
  '%s takes parameters, rasters, coverage, quantiles and lines',
  async (command) => {
    const path = at('fields.geojson');
    const of = async (...args: string[]) => {
      const { code, out, err } = await run(command, path, ...args, '--json');
      return code === 0 ? JSON.parse(out) : err;
    };
    expect(await of('chosen', '--set', 'which=two')).toMatchObject({ target: 'two', groups: [{ average: 2 }] });
    expect(await of('count', '--raster', 'one=two')).toMatchObject({ rasters: ['two'], groups: [{ values: [2] }] });
    expect(await of('count', '--coverage', 'fraction')).toMatchObject({ coverage: 'fraction' });
    expect(await of('describe', '--quantiles', '0.25')).toMatchObject({ quantiles: [{ quantile: 0.25, value: 1 }] });
    expect(await of('join', '--lines', at('ditch.geojson'))).toMatchObject({ coverage: 'lines', covered: 1 });
  },
);

it.each([['count'], ['count', '--raster', 'one=two'], ['many'], ['chosen', '--set', 'which=two'], ['describe']])(
  'a gateway tells the names that count takes from the catalog, of %j',
  async (...args) => {
    const [counted, requested] = [
      await run('count', at('field.geojson'), ...args),
      await run('request', at('field.geojson'), ...args),
    ];
    expect([counted.err, requested.err]).toEqual(['', '']);
    expect(requested.out.replace(/\ncache (hit|miss), \d+ ms\n$/, '')).toBe(counted.out);
    expect(counted.out).toMatch(/The (first|second)/);
  },
);

const wrong: [code: number, says: RegExp, ...args: string[]][] = [
  [2, /^operation: is "nope", expected one of count/, 'fields.geojson', 'nope'],
  [2, /^which: is missing, expected one of one, two \(such as --set which=one\)$/, 'fields.geojson', 'chosen'],
  [1, /^lines: is missing/, 'fields.geojson', 'join'],
  [
    1,
    /fields.geojson: .*type is "Polygon", expected LineString/,
    'fields.geojson',
    'join',
    '--lines',
    'fields.geojson',
  ],
  [1, /point.geojson: type is Point, expected Polygon/, 'point.geojson', 'count'],
  [1, /nope.geojson: cannot be read/, 'nope.geojson', 'count'],
  [2, /^--each counts the features of a file, but the area is ".*nope\/1"$/, 'nope/1', 'count', '--each'],
];
const wrongForGateways: typeof wrong = [
  [1, /^no operation is called "nope"/, 'fields.geojson', 'nope'],
  [1, /^inputs.which: is missing, expected one of one, two \(such as --set which=one\)$/, 'fields.geojson', 'chosen'],
  [1, /^inputs.lines: is missing/, 'fields.geojson', 'join'],
];

it.each([
  ...wrong.map(([expected, says, ...args]) => ['count', args, expected, says] as const),
  ...wrongForGateways.map(([expected, says, ...args]) => ['request', args, expected, says] as const),
])('%s %j ends with %i and one sentence, %s', async (command, [area = '', operation = '', ...options], ends, says) => {
  const files = options.map((option) => (option.endsWith('.geojson') ? at(option) : option));
  const { code, out, err } = await run(command, at(area), operation, ...files);
  expect([code, out]).toEqual([ends, '']);
  const [, sentence] = /^catchment: (.*)\n$/.exec(err) ?? [];
  expect(sentence ?? err).toMatch(says);
});

it.each([
  [['--help']],
  [['count', at('field.geojson'), 'count', '--catalog', catalog]],
  [['count', at('field.geojson'), 'count', '--json', '--catalog', catalog]],
])('says in one sentence that the disk is full to which %j writes', async (args) => {
  const { code, err } = await runIntoFullDisk(args);
  expect([code, err]).toEqual([1, 'catchment: the output cannot be written: no space left on the disk\n']);
});

it.each([[['--help']], [['help', 'count']], [['nothing']]])(
  'ends quietly when nobody reads what %j says',
  async (args) => {
    const [program = '', ...rest] = catchmentCommand(args);
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const said = text(child.stderr);
    expect(await once(child, 'exit')).toEqual([args[0] === 'nothing' ? 2 : 0, null]);
    expect(await said).not.toContain('EPIPE');
  },
);
