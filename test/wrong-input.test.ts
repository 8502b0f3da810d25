import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroupedCountResult } from '@cellshed/contracts';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';

/** Rasters a and b align; the areas lie on them. */
const grid = { across: 2, down: 2, originX: -15_015, originY: 1_500_015, value: 1 };
const square = {
  type: 'Polygon',
  coordinates: [boxRing(-96, 36.4, -95.9, 36.45)],
};
const folder = mkdtempSync(join(tmpdir(), 'catchment-wrong-'));
const file = (name: string) => join(folder, name);
let queue: PrivateRedis;
let cache: PrivateRedis;
let gateway: Running;
let worker: Running;

beforeAll(async () => {
  writeConstantRaster(file('a.tif'), grid);
  writeConstantRaster(file('b.tif'), { ...grid, value: 2 });
  copyFileSync(file('b.tif'), file('good.tif'));
  const feature = { type: 'Feature', properties: { huc: '01' }, geometry: square };
  writeFileSync(file('huc.geojson'), JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
  writeFileSync(
    file('catalog.yaml'),
    `rasters: { a: { url: a.tif }, b: { url: b.tif } }
operations:
  ab: { type: groupedCount, rasters: [a, b] }
  many: { type: groupedCountMany, rasters: [a] }
  either: { type: groupedCount, rasters: ["{which}"], parameters: { which: { values: [a, b] } } }
  along: { type: linesJoin, rasters: [a] }
  described: { type: statistics, rasters: [a] }
areas: { huc: { source: huc.geojson, id: huc } }
`,
  );
  [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: file('catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
    // The limit allows each cell of the rasters once, but not twice.
    CELL_LIMIT: '1500000',
    ADMIN_PASSWORD: 'only for this test',
  };
  [gateway, worker] = await Promise.all([
    startCatchment(['gateway'], env, gatewayReady),
    startCatchment(['worker'], env, workerReady),
  ]);
});

afterAll(async () => {
  await Promise.all([gateway.stop('SIGKILL'), worker.stop('SIGKILL')]);
  await Promise.all([queue.stop(), cache.stop()]);
  rmSync(folder, { recursive: true });
});

interface Answer extends Partial<GroupedCountResult> {
  readonly detail?: string;
}

async function ask(body: unknown, operation = 'ab') {
  const response = await fetch(`${gateway.said}/api/processes/${operation}/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=3600' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = (await response.json()) as Answer;
  return { status: response.status, detail: answer.detail, answer, headers: response.headers };
}

const area = (value: unknown) => ({ inputs: { area: value } });
const inCrs = (value: unknown, crs: unknown) => ({ inputs: { area: value, crs } });
const ring = (...positions: unknown[]) => area({ type: 'Polygon', coordinates: [positions] });
const circle = (vertices: number) =>
  Array.from({ length: vertices + 1 }, (_, n) => {
    const angle = (2 * Math.PI * (n % vertices)) / vertices;
    return [-96 + Math.cos(angle), 36 + Math.sin(angle)];
  });

const known = (more: object) => ({ inputs: { area: 'huc/01', ...more } });
const several = (inputs: object) => ({ inputs: { areas: ['huc/01'], operations: ['ab'], ...inputs } });
const line = (...positions: unknown[]) => known({ lines: { type: 'LineString', coordinates: positions } });

/** A box around the rasters. */
const everything = {
  type: 'Polygon',
  coordinates: [boxRing(-96.3, 36, -95.7, 36.6)],
};

const rounded = (degrees: number) => Number(degrees.toFixed(4));

/**
 * So many teeth side by side over the rasters, and a line that goes from side to side across all of
 * them.
 */
function comb(teeth: number) {
  const tips = Array.from({ length: 2 * teeth }, (_, i) => [rounded(-96.4 + (0.4 * i) / teeth), i % 2 === 0 ? 37 : 36]);
  const ring = [...tips, [-95, 38], [-97, 38]];
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
}
function zigzag(turns: number) {
  const coordinates = Array.from({ length: turns }, (_, i) => [
    i % 2 === 0 ? -97 : -95,
    rounded(36.9 - (0.8 * i) / turns),
  ]);
  return { type: 'LineString', coordinates };
}

/** The question, the beginning of the one sentence, and the operation, if it is not ab. */
const refusals: [title: string, body: unknown, status: number, detail: RegExp, operation?: string][] = [
  [
    'an unknown table',
    area('nowhere/1'),
    400,
    /^inputs\.area: is "nowhere\/1", but no area table has this name; expected one of huc$/,
  ],
  ['an unknown id', area('huc/02'), 400, /^inputs\.area: is "huc\/02", but area table huc has no area with this id$/],
  [
    'an id that climbs',
    area('huc/../../etc/passwd'),
    400,
    /^inputs\.area: is "huc\/\.\.\/\.\.\/etc\/passwd", but area table huc has no area/,
  ],
  ['text that is no area', area('huc'), 400, /^inputs\.area: is "huc", expected table\/id/],
  ['a number', area(7), 400, /^inputs\.area: .*7.*expected/],
  ['a point', area({ type: 'Point', coordinates: [0, 0] }), 400, /^inputs\.area: .*Point.*expected/],
  ['three positions', ring([0, 0], [1, 0], [0, 0]), 400, /^inputs\.area: .*ring 0 has 3 positions, .*4/],
  ['text as a coordinate', ring([0, 0], [1, 'NaN'], [1, 1], [0, 0]), 400, /^inputs\.area: .*ring 0.*position 1.*NaN/],
  ['null as a coordinate', ring([0, 0], [1, null], [1, 1], [0, 0]), 400, /^inputs\.area: .*ring 0.*position 1.*null/],
  ['latitude 95', ring([0, 0], [1, 95], [1, 1], [0, 0]), 400, /^inputs\.area: .*ring 0.*position 1.*95/],
  [
    'longitude 400',
    ring([0, 0], [400, 1], [1, 1], [0, 0]),
    400,
    /^inputs\.area: ring 0, position 1 has longitude 400, expected/,
  ],
  [
    'a crs that is no code',
    inCrs(square, '+proj=aea'),
    400,
    /^inputs\.crs: is "\+proj=aea", expected the code of a CRS such as/,
  ],
  ['a crs that nobody knows', inCrs(square, 'EPSG:999999'), 400, /^inputs\.crs: is "EPSG:999999": .*EPSG:999999/],
  ['a crs that is no text', inCrs(square, 5070), 400, /^inputs\.crs: is 5070, expected string$/],
  [
    'a link to a crs',
    area({ ...square, crs: { type: 'link', properties: { href: 'http://127.0.0.1:1/crs', type: 'proj4' } } }),
    400,
    /^inputs\.area: crs is a link, which is not followed: expected the name of a CRS/,
  ],
  [
    'two crs',
    inCrs({ ...square, crs: { type: 'name', properties: { name: 'EPSG:3857' } } }, 'EPSG:5070'),
    400,
    /^inputs\.area: crs is "EPSG:3857", but "EPSG:5070" is given for it; expected the same$/,
  ],
  [
    'a crs for a well-known area',
    inCrs('huc/01', 'EPSG:5070'),
    400,
    /^inputs\.crs: is "EPSG:5070", but nothing is drawn;/,
  ],
  [
    'a position beyond the projection',
    { inputs: { ...ring([0, 0], [1e9, 0], [0, 1], [0, 0]).inputs, crs: 'EPSG:5070' } },
    400,
    /^inputs\.area: ring 0, position 1 is \[1000000000, 0\], which is nowhere on Earth in EPSG:5070$/,
  ],
  ['empty coordinates', area({ type: 'Polygon', coordinates: [] }), 400, /^inputs\.area: .*/],
  ['an empty collection', area({ type: 'FeatureCollection', features: [] }), 400, /^inputs\.area: .*/],
  [
    'a well-known area and a polygon',
    { inputs: { area: 'huc/01', polygon: square } },
    400,
    /^inputs\.polygon: is not known here$/,
  ],
  [
    'another coverage',
    { inputs: { area: 'huc/01', coverage: 'most' } },
    400,
    /^inputs\.coverage: is "most", expected one of centre, touched, fraction$/,
  ],
  ['no area', { inputs: {} }, 400, /^inputs\.area: is missing$/],
  ['no inputs', {}, 400, /^inputs: is missing$/],
  [
    'NaN, which is no JSON',
    '{"inputs": {"area": {"type": "Polygon", "coordinates": [[[NaN, 0]]]}}}',
    400,
    /^the body is not JSON/,
  ],
  [
    'newline-delimited GeoJSON',
    '{"inputs": {"area": "huc/01"}}\n{"inputs": {"area": "huc/01"}}\n',
    400,
    /^the body is not JSON: .*; it is several JSON texts \(newline-delimited\?\), expected one$/,
  ],
  [
    'only lines and features without geometry',
    area({
      type: 'FeatureCollection',
      features: [null, { type: 'LineString', coordinates: [] }].map((geometry) => ({ type: 'Feature', geometry })),
    }),
    400,
    /^inputs\.area: has no polygon, only 1 feature without geometry, 1 LineString; expected a Polygon or MultiPolygon$/,
  ],
  [
    'a hundred thousand levels',
    `{"inputs": {"area": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
    400,
    /^the body: is nested more than 64 levels deep/,
  ],
  [
    'another raster than there is',
    known({ rasters: { a: 'c' } }),
    400,
    /^inputs\.rasters\.a: is "c", expected one of a, b$/,
  ],
  [
    'another raster for none of its own',
    known({ rasters: { c: 'a' } }),
    400,
    /^inputs\.rasters: "c" is no raster of the operation; expected one of a, b$/,
  ],
  ['a raster twice', known({ rasters: { a: 'b' } }), 400, /^inputs\.rasters: "b" would be listed twice$/],
  ['a number as a raster', known({ rasters: { a: 1 } }), 400, /^inputs\.rasters\.a: is 1, expected string$/],
  ['no parameter', known({}), 400, /^inputs\.which: is missing, expected one of a, b$/, 'either'],
  ['a wrong parameter', known({ which: 'c' }), 400, /^inputs\.which: is "c", expected one of a, b$/, 'either'],
  [
    'an unknown parameter',
    known({ which: 'a', month: 'may' }),
    400,
    /^inputs\.month: is not known here, nor a parameter of operation either; expected one of which$/,
    'either',
  ],
  [
    'a member of all objects',
    '{"inputs": {"area": "huc/01", "constructor": {}}}',
    400,
    /^inputs\.constructor: is not known/,
  ],
  ['the prototype', '{"inputs": {"area": "huc/01", "__proto__": {}}}', 400, /^the body is not JSON/],
  ['no lines', known({}), 400, /^inputs\.lines: is missing, operation along needs GeoJSON lines$/, 'along'],
  ['text for lines', known({ lines: 'streams' }), 400, /^inputs\.lines: is "streams", expected object$/, 'along'],
  [
    'a polygon for lines',
    known({ lines: square }),
    400,
    /^inputs\.lines: type is "Polygon", expected LineString/,
    'along',
  ],
  ['a line of one position', line([0, 0]), 400, /^inputs\.lines: .*has 1 position, needs at least 2$/, 'along'],
  ['a line to latitude 95', line([0, 0], [0, 95]), 400, /^inputs\.lines: .*position 1.*95/, 'along'],
  [
    'a coverage for lines',
    known({ lines: { type: 'MultiLineString', coordinates: [] }, coverage: 'touched' }),
    400,
    /^inputs\.coverage: is "touched", but the cells of linesJoin are those on lines; expected none$/,
    'along',
  ],
  [
    'quantiles of a count',
    known({ quantiles: [0.5] }),
    400,
    /^inputs\.quantiles: are those of statistics, not of groupedCount/,
  ],
  [
    'a quantile of 50',
    known({ quantiles: [50] }),
    400,
    /^inputs\.quantiles\.0: is 50, expected at most 1$/,
    'described',
  ],
  [
    'a text as a quantile',
    known({ quantiles: ['0.5'] }),
    400,
    /^inputs\.quantiles\.0: is "0\.5", expected number$/,
    'described',
  ],
  [
    'true as a quantile',
    known({ quantiles: [true] }),
    400,
    /^inputs\.quantiles\.0: is true, expected number$/,
    'described',
  ],
  [
    '101 quantiles',
    known({ quantiles: Array(101).fill(0) }),
    400,
    /^inputs\.quantiles: has 101 items, expected at most 100$/,
    'described',
  ],
  ['several areas for one', known({ areas: ['huc/01'] }), 400, /^inputs\.areas: is not known to process ab$/],
  ['one area for several', known({}), 400, /^inputs\.area: is not known to process many$/, 'many'],
  ['no areas', { inputs: {} }, 400, /^inputs\.areas: is missing$/, 'many'],
  ['an empty list of areas', several({ areas: [] }), 400, /^inputs\.areas: has 0 items, expected at least 1$/, 'multi'],
  [
    'areas that are no list',
    several({ areas: 'huc/01' }),
    400,
    /^inputs\.areas: is "huc\/01", expected inputs\.within or inputs\.by beside the name of an area table, or a list of areas$/,
    'multi',
  ],
  [
    'a number among areas',
    several({ areas: ['huc/01', 7] }),
    400,
    /^inputs\.areas\.1: is 7, expected string or object$/,
    'multi',
  ],
  [
    'a wrong ring among areas',
    several({ areas: ['huc/01', { type: 'Polygon', coordinates: [[]] }] }),
    400,
    /^inputs\.areas\.1: .*ring 0/,
    'multi',
  ],
  [
    'a collection of no areas',
    several({ areas: { type: 'FeatureCollection', features: [] } }),
    400,
    /^inputs\.areas: is a FeatureCollection without features, expected at least one$/,
    'multi',
  ],
  ['several of no operations', { inputs: { areas: ['huc/01'] } }, 400, /^inputs\.operations: is missing$/, 'multi'],
  [
    'an unknown operation of several',
    several({ operations: ['ab', 'nope'] }),
    400,
    /^inputs\.operations\.1\.operation: is "nope", expected one of ab, many/,
    'multi',
  ],
  [
    'a number as an operation',
    several({ operations: [7] }),
    400,
    /^inputs\.operations\.0: is 7, expected string or object$/,
    'multi',
  ],
  [
    'a wrong choice for one of several',
    several({ operations: ['ab', { operation: 'either', which: 'c' }] }),
    400,
    /^inputs\.operations\.1\.which: is "c", expected one of a, b$/,
    'multi',
  ],
  [
    'more than 10,000 results',
    several({ areas: Array(101).fill('huc/01'), operations: Array(100).fill('ab') }),
    400,
    /^inputs\.areas: 101 areas by 100 operations are 10100, at most 10000 are allowed \(MULTI_LIMIT\); catchment table answers more$/,
    'multi',
  ],
  [
    'areas of more cells than a request may have',
    several({ areas: [everything], operations: ['ab', 'described'] }),
    400,
    /^areas: 2,097,152 cells or more would be counted for this request, at most 1,500,000 are allowed \(CELL_LIMIT\)/,
    'multi',
  ],
  [
    'an area and lines that are a tangle',
    { inputs: { area: comb(1700), lines: zigzag(3400) } },
    400,
    /^area: this request takes more than 100,000,000 steps of work, the most that it may take; ask for a simpler one/,
    'along',
  ],
];

it.each(refusals)(
  '%s gets its status and one clear sentence',
  async (_title, body, status, detail, operation = 'ab') => {
    const answer = await ask(body, operation);
    expect(answer.status).toBe(status);
    expect(answer.detail).toMatch(detail);
    expect(answer.headers.get('content-type')).toMatch('application/problem+json');
  },
);

it('an unknown operation is 404 and told which there are', async () => {
  const { status, detail } = await ask(area('huc/01'), 'nope');
  expect([status, detail]).toEqual([
    404,
    'no operation is called "nope"; expected one of ab, many, either, along, described, multi',
  ]);
});

it('a million vertices are refused', async () => {
  const coordinates = [circle(1_000_000).map(([x, y]) => [Number(x?.toFixed(1)), Number(y?.toFixed(1))])];
  const { status, detail } = await ask(area({ type: 'Polygon', coordinates }));
  expect([status, detail]).toEqual([413, 'the body is larger than 10485760 bytes, the most that is accepted']);
  const fewer = [Array(300_000).fill([1, 2])];
  const second = await ask(area({ type: 'Polygon', coordinates: fewer }));
  expect([second.status, second.detail]).toEqual([400, expect.stringMatching(/has 300000 vertices, at most 250000/)]);
});

it('50 MB of body are refused', async () => {
  const { status, detail } = await ask(`{"inputs": {"area": "${'x'.repeat(50e6)}"}}`);
  expect([status, detail]).toEqual([413, 'the body is larger than 10485760 bytes, the most that is accepted']);
});

it('an area outside the rasters is an empty result, and the second time a hit', async () => {
  const far = area({
    type: 'Polygon',
    coordinates: [
      [
        [10, 50],
        [11, 50],
        [11, 51],
        [10, 50],
      ],
    ],
  });
  const first = await ask(far);
  expect(first.status).toBe(200);
  expect(first.answer).toMatchObject({ cells: 0, covered: 0, groups: [] });
  const second = await ask(far);
  expect(second.headers.get('catchment-cache')).toBe('hit');
  expect(second.answer).toEqual(first.answer);
});

it('a ring that crosses itself is counted and told of', async () => {
  const bow = area({
    type: 'Polygon',
    coordinates: [
      [
        [-96, 36.4],
        [-95.9, 36.45],
        [-95.9, 36.4],
        [-96, 36.45],
        [-96, 36.4],
      ],
    ],
  });
  const { status, answer } = await ask(bow);
  expect(status).toBe(200);
  expect(answer.warnings).toEqual([expect.stringMatching(/crosses itself/)]);
});

it('what is mended or left out is told of, and only to who sent it', async () => {
  const bare = await ask(area(square));
  expect([bare.status, bare.answer.warnings]).toEqual([200, undefined]);
  const line = { type: 'LineString', coordinates: [] };
  for (const [geometry, warning] of [
    [{ ...square, coordinates: [square.coordinates[0]?.slice(0, 4)] }, /^ring 0 is not closed/],
    [{ type: 'GeometryCollection', geometries: [square, line] }, /^1 LineString is left out/],
  ] as const) {
    const { status, answer } = await ask(area(geometry));
    expect([status, answer.warnings]).toEqual([200, [expect.stringMatching(warning)]]);
    expect([answer.cells, answer.groups]).toEqual([bare.answer.cells, bare.answer.groups]);
  }
  expect((await ask(area(square))).answer.warnings).toBeUndefined();
});

it('unknown and malformed job ids are 404', async () => {
  for (const id of ['x', '../../etc/passwd', '00000000-0000-4000-8000-000000000000']) {
    const response = await fetch(`${gateway.said}/api/jobs/${encodeURIComponent(id)}`);
    expect([response.status, ((await response.json()) as Answer).detail]).toEqual([
      404,
      expect.stringMatching(/^there is no job/),
    ]);
  }
});

it('the admin pages want their password', async () => {
  const url = `${gateway.said}/admin/queues`;
  const withPassword = (password: string) => ({ headers: { authorization: `Basic ${btoa(`admin:${password}`)}` } });
  expect((await fetch(url)).status).toBe(401);
  expect((await fetch(url, withPassword('admin'))).status).toBe(401);
  const page = await fetch(url, withPassword('only for this test'));
  expect([page.status, await page.text()]).toEqual([200, expect.stringMatching(/<html/i)]);
});

/** Puts another file in the place of raster b, as an operator would: by renaming. */
function replaceB(make: (path: string) => void): void {
  make(file('new.tif'));
  renameSync(file('new.tif'), file('b.tif'));
}

describe('a raster that goes bad under a running worker', () => {
  const restore = () => replaceB((path) => copyFileSync(file('good.tif'), path));
  afterEach(async () => {
    restore();
    const { status, answer } = await ask(area('huc/01'));
    expect([status, answer.groups?.[0]?.values]).toEqual([200, [1, 2]]);
  });

  const failures: [title: string, harm: () => void, cause: RegExp][] = [
    [
      'on another grid',
      () => replaceB((path) => writeConstantRaster(path, { ...grid, originX: grid.originX + 0.01, value: 2 })),
      /^rasters a and b do not align.*-15015.*-15014\.99/,
    ],
    ['missing', () => rmSync(file('b.tif')), /^(raster b: )?cannot .*b\.tif.*no such file/],
    ['truncated to half its header', () => replaceB((path) => writeHead(path, 200)), /raster b/],
    ['with a corrupted tile', () => replaceB(writeCorrupted), /raster b: .*tile/],
  ];

  it.each(failures)(
    '%s fails the request, whose id the log has with a sentence, and nothing wrong is cached',
    async (_title, harm, cause) => {
      harm();
      const answer = await ask(area('huc/01'));
      expect(answer.status).toBe(500);
      const [, job = ''] =
        /^job (\S{36}) failed here: the log of the workers tells why/.exec(answer.detail ?? '') ?? [];
      expect(job).not.toBe('');
      const told = () =>
        worker
          .output()
          .split('\n')
          .find((line) => line.includes(job));
      await until(() => told() !== undefined);
      expect(JSON.parse(told() ?? '').cause).toMatch(cause);
    },
  );
});

function writeHead(path: string, bytes: number): void {
  copyFileSync(file('good.tif'), path);
  truncateSync(path, bytes);
}

function writeCorrupted(path: string): void {
  const bytes = readFileSync(file('good.tif'));
  bytes.fill(0x55, 20, 60);
  writeFileSync(path, bytes);
}

it('rasters that do not align are refused at start-up, with both grids, beside all else that is wrong', async () => {
  writeConstantRaster(file('c.tif'), { ...grid, cell: 10 });
  writeFileSync(
    file('bad.yaml'),
    'rasters:\n  a: { url: a.tif }\n  c: { url: c.tif }\noperations:\n  ac: { type: groupedCount, rasters: [a, c] }\n',
  );
  const { code, err } = await runCatchment(['count', 'huc/01', 'ac', '--catalog', file('bad.yaml')]);
  expect(code).toBe(1);
  expect(err).toMatch(/bad\.yaml:5: .*rasters a and c do not align.*30.*10/);
});

it('with the cache away requests are answered; with the queue away they get 503 at once, and work again after', async () => {
  await cache.kill();
  const withoutCache = await ask(area('huc/01'));
  expect([withoutCache.status, (withoutCache.answer.cells ?? 0) > 0]).toEqual([200, true]);
  cache = await startRedis({ port: cache.port });

  await queue.kill();
  const down = await ask(area('huc/01'));
  expect([down.status, down.detail]).toEqual([503, expect.stringMatching(/^the queue cannot be reached/)]);
  expect(Number(down.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fetch(`${gateway.said}/healthz`)).status).toBe(200);
  expect((await fetch(`${gateway.said}/readyz`)).status).toBe(503);

  queue = await startRedis({ port: queue.port });
  while ((await fetch(`${gateway.said}/readyz`)).status !== 200) await new Promise((resolve) => setImmediate(resolve));
  let after = await ask(area('huc/01'));
  // As Retry-After says: what was not taken may be asked again.
  while (after.status === 503) after = await ask(area('huc/01'));
  expect([after.status, after.detail]).toEqual([200, undefined]);
});
