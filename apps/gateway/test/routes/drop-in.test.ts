import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Area, type AreaTable, type Bbox, fingerprintOf, fingerprintOfLines, type Lines } from '@cellshed/areas';
import { unlimited } from '@cellshed/budget';
import type { Catalog, OpenAreas } from '@cellshed/catalog';
import type { AnyRequest } from '@cellshed/contracts';
import { areaPath, linesPath, membersOf, type RequestStatus } from '@cellshed/jobs';
import Fastify from 'fastify';
import { answerOf, resultsIn } from '../../src/drop-in/answer-of.ts';
import type { DropInAsked } from '../../src/drop-in/asked.ts';
import { bodyRoom } from '../../src/http/load.ts';
import { refuseMethods } from '../../src/http/methods.ts';
import { validation } from '../../src/http/validators.ts';
import { answerProblems, describeProblems } from '../../src/problems/problem.ts';
import { findAreas } from '../../src/processes/find-areas.ts';
import { requestOf } from '../../src/processes/submit.ts';
import { bodyReaders } from '../../src/reading/bodies.ts';
import { type DropInOptions, dropInRoutes } from '../../src/routes/drop-in.ts';

const square = (west: number) => [
  [west, 40],
  [west + 1, 40],
  [west + 1, 41],
  [west, 41],
  [west, 40],
];
const polygonAt = (west: number) => JSON.stringify({ type: 'Polygon', coordinates: [square(west)] });
/** A polygon with the most vertices that an area may have. */
const longPolygon = JSON.stringify({ type: 'Polygon', coordinates: [Array(100).fill([1, 2])] });
const longLine = JSON.stringify({ type: 'LineString', coordinates: Array(100).fill([1, 2]) });
const line = JSON.stringify({
  type: 'LineString',
  coordinates: [
    [-75, 40.2, 3],
    [-74.5, 40.5, 4],
  ],
});

const input = {
  operationType: 'RasterGroupedCount',
  rasters: ['nlcd-2019', 'soil'],
  zoom: 0,
  polygonCRS: 'LatLng',
  rasterCRS: 'ConusAlbers',
  polygon: [polygonAt(-75)],
};
const average = { operationType: 'RasterGroupedAverage', rasters: [], targetRaster: 'slope' };
const join = { operationType: 'RasterLinesJoin', rasters: ['nlcd'], vector: [line], vectorCRS: 'LatLng' };
const multi = {
  shapes: [{ id: 'huc12_1', shape: polygonAt(-75) }],
  streamLines: [line],
  operations: [{ name: 'RasterGroupedCount', label: 'nlcd', rasters: ['nlcd'] }],
};

const rasters = [
  ['nlcd', ['nlcd-2019']],
  ['soil', []],
  ['slope', []],
] as const;

/**
 * One operation, and one area table: of a square, and of an area in another CRS than longitude and
 * latitude.
 */
const catalog = {
  rasters: new Map(rasters.map(([name, aliases]) => [name, { name, aliases, url: '', legend: new Map() }])),
  operations: new Map([['land', { name: 'land', type: 'groupedCount', rasters: ['nlcd'] }]]),
  areas: new Map([['huc12', {}]]),
} as unknown as Pick<Catalog, 'rasters' | 'operations' | 'areas'>;
const known = { polygons: [[square(-70) as [number, number][]]], warnings: [] };
const table = {
  has: async (id: string) => id === '0204',
  get: async () => known,
  withBox: async ([west]: Bbox) => (west === -70 ? ['0204'] : []),
};

interface Submitted {
  readonly id: string;
  readonly request: AnyRequest;
  /** The geometries by their paths. */
  readonly drawn: ReadonlyMap<string, Uint8Array>;
}

interface Serving extends Partial<DropInOptions> {
  readonly result?: unknown;
  readonly tables?: Pick<OpenAreas, 'use'>;
}

/** Reads bodies in this thread. */
function readerOver(tables: Pick<OpenAreas, 'use'>): DropInOptions['reader'] {
  const read = bodyReaders({ catalog, vertexLimit: 100, requestVertexLimit: 150, memberLimit: 4 });
  const placed = async (asked: DropInAsked) => ({
    ...(await findAreas(asked, { catalog, tables, budget: unlimited })),
    form: asked.form,
  });
  return {
    run: async (body) => placed(read.run(body, unlimited)),
    multi: async (body) => placed(read.multi(body, unlimited)),
    answer: async (form, shelved) => Buffer.from(JSON.stringify(answerOf(form, resultsIn(shelved.bytes)))),
  };
}

/** The routes over queues that do what the test says; the shelf has the results. */
async function serve({
  result = {},
  tables = { use: async (_name, work) => work(table as unknown as AreaTable) },
  ...others
}: Serving = {}) {
  const submitted: Submitted[] = [];
  const dismissed: string[] = [];
  const app = Fastify(validation);
  answerProblems(app);
  refuseMethods(app);
  describeProblems(app);
  await app.register(dropInRoutes, {
    reader: readerOver(tables),
    room: bodyRoom(app, { bodyBytes: 1_000_000 }),
    clientOf: () => undefined,
    refuseEarly: async () => undefined,
    mostPerMinute: 0,
    submit: async (id, placed) => {
      const { areas, lines } = placed.drawn;
      const drawn = new Map([
        ...Array.from(areas, ([name, bytes]) => [areaPath(name), bytes] as const),
        ...Array.from(lines, ([name, bytes]) => [linesPath(name), bytes] as const),
      ]);
      submitted.push({ id, request: requestOf(placed), drawn });
    },
    status: async (id: string) => ({ ...status(id), state: 'successful', cache: 'miss', result: 'hash' }),
    shelf: { getStored: async () => ({ bytes: Buffer.from(JSON.stringify(result)), encoding: undefined }) },
    endings: { wait: async () => ({ returned: {} }) },
    dismiss: async (id: string) => {
      dismissed.push(id);
    },
    bodyLimitBytes: 5000,
    waitSeconds: 120,
    ...others,
  });
  const post = async (url: '/run' | '/multi', payload: unknown, headers: Record<string, string> = {}) => {
    const response = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json', ...headers },
      payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    });
    return { status: response.statusCode, type: response.headers['content-type'], text: response.body, response };
  };
  return { app, submitted, dismissed, post };
}

function status(id: string) {
  return { id, operation: 'groupedCount', state: 'running', createdAt: 0 } satisfies RequestStatus;
}

const plain = 'text/plain; charset=utf-8';
const counted = { groups: [{ values: [21, 3], cells: 712 }] };

it('answers ping with pong', async () => {
  const { app } = await serve();
  const { statusCode, body, headers } = await app.inject('/ping');
  expect([statusCode, body, headers['content-type']]).toEqual([200, 'pong', plain]);
});

describe('errors are the words of the contract', () => {
  it.each([
    [{ operationType: 'RasterFoo', polygonCRS: 'x' }, 'Unknown operationType: RasterFoo'],
    [{ operationType: '' }, 'Unknown operationType: '],
    [{ operationType: 'constructor' }, 'Unknown operationType: constructor'],
    [{ polygonCRS: 'EPSG:4326' }, 'Unknown CRS'],
    [{ rasterCRS: 'EPSG:5070' }, 'Unknown CRS'],
    [{ ...average, targetRaster: undefined }, 'Missing required targetRaster'],
    [{ ...average, targetRaster: null }, 'Missing required targetRaster'],
    [{ ...join, vector: undefined }, 'Missing required vector'],
    [{ ...join, vector: null, vectorCRS: null }, 'Missing required vector'],
    [{ ...join, vectorCRS: undefined }, 'Missing required vectorCRS'],
    [{ ...join, vectorCRS: 'NAD83' }, 'Unknown CRS'],
  ])('of /run: %j', async (members, text) => {
    const { post, submitted } = await serve();
    expect(await post('/run', { input: { ...input, ...members } })).toMatchObject({ status: 400, type: plain, text });
    expect(submitted).toEqual([]);
  });

  it.each([
    [{ name: 'RasterSummary' }, 'Unknown operationType: RasterSummary'],
    [{ name: 'RasterGroupedCountMany' }, 'Unknown operationType: RasterGroupedCountMany'],
    [{ name: 'RasterGroupedAverage' }, 'Missing required targetRaster'],
    [{ name: 'RasterLinesJoin' }, 'Missing required streamLines'],
  ])('of /multi: %j', async (members, text) => {
    const { post } = await serve();
    const operations = [{ label: 'a', rasters: ['nlcd'], ...members }];
    const body = { ...multi, streamLines: undefined, operations };
    expect(await post('/multi', body)).toMatchObject({ status: 400, type: plain, text });
  });
});

describe('what else the caller did wrong is a sentence', () => {
  it.each([
    [{ polygon: undefined }, 'input.polygon: is missing'],
    [{ zoom: undefined }, 'input.zoom: is missing'],
    [{ rasters: undefined }, 'input.rasters: is missing'],
    [{ zoom: 'near' }, /^input\.zoom: .*integer$/],
    [{ polygon: [] }, 'input.polygon: is empty, expected at least one polygon'],
    [{ polygon: [polygonAt(-75), '{"type":'] }, /^input\.polygon\.1: is not JSON: /],
    [{ polygon: [`${'['.repeat(70)}${']'.repeat(70)}`] }, /^input\.polygon\.0: is nested more than 64 levels/],
    [{ polygon: ['{"type":"Circle","coordinates":[1,2]}'] }, /^input\.polygon\.0: type is "?Circle"?, expected /],
    [{ wkaoi: { table: 'huc12', id: '0204' } }, 'input.wkaoi: stands beside input.polygon, expected one of them'],
    [{ wkaoi: 'huc12__0204' }, /^input\.wkaoi: /],
    [
      { polygon: undefined, wkaoi: { table: 'huc10', id: '1' } },
      'input.wkaoi: is {"table":"huc10","id":"1"}, but no area table has this name; expected one of huc12',
    ],
    [
      { polygon: undefined, wkaoi: { table: 'huc12', id: 1 } },
      'input.wkaoi: is {"table":"huc12","id":1}, but area table huc12 has no area with this id',
    ],
    [{ polygon: undefined, wkaoi: { table: 'huc12' } }, /^input\.wkaoi.*id: is missing/],
    [
      { polygon: [JSON.stringify({ type: 'Polygon', coordinates: [Array(101).fill([1, 2])] })] },
      'input.polygon.0: has 101 vertices, at most 100 are allowed',
    ],
    [
      { polygon: Array(21).fill(polygonAt(1)) },
      'input.polygon.20: the polygons of the area, up to this one, have 105 vertices, at most 100 are allowed',
    ],
    [
      { operationType: 'RasterGroupedCountMany', polygon: [longPolygon, longPolygon] },
      'input.polygon.1: the areas and lines of the request, up to this one, have 200 vertices, at most 150 are allowed in all',
    ],
    [
      { ...join, vector: [longLine, longLine] },
      'input.vector.1: the areas and lines of the request, up to this one, have 200 vertices, at most 150 are allowed in all',
    ],
    [{ polygon: [polygonAt(400)] }, /^input\.polygon\.0: ring 0, position 0 has longitude 400/],
    [{ rasters: ['nlcd', 'roads'] }, 'input.rasters.1: no raster is called "roads"; expected one of nlcd, soil, slope'],
    [{ rasters: [] }, 'input.rasters: has 0 names, expected 1 to 8'],
    [{ rasters: Array(9).fill('nlcd') }, 'input.rasters: has 9 names, expected 1 to 8'],
    [
      { ...average, targetRaster: 'x' },
      'input.targetRaster: no raster is called "x"; expected one of nlcd, soil, slope',
    ],
    [{ ...join, vector: ['[]'] }, /^input\.vector\.0: value is \[\], expected a LineString/],
    [
      { operationType: 'RasterGroupedCountMany', polygon: Array(5).fill(polygonAt(1)) },
      'input.polygon: polygons are 5, at most 4 are allowed',
    ],
  ])('of /run: %j', async (members, text) => {
    const { post } = await serve();
    const said = text instanceof RegExp ? expect.stringMatching(text) : text;
    expect(await post('/run', { input: { ...input, ...members } })).toMatchObject({
      status: 400,
      type: plain,
      text: said,
    });
  });

  const [shape] = multi.shapes;
  const [operation] = multi.operations;
  it.each([
    [{ shapes: [] }, 'shapes: is empty, expected at least one shape'],
    [{ shapes: [{ id: '1' }] }, 'shapes.0.shape: is missing'],
    [
      { shapes: [{ ...shape, wkaoi: { table: 'huc12', id: '0204' } }] },
      'shapes.0.wkaoi: stands beside shapes.0.shape, expected one of them',
    ],
    [{ shapes: [{ id: '1', shape: '{}' }] }, /^shapes\.0\.shape: type is missing/],
    [
      { operations: [operation, { ...operation, label: 'b', rasters: ['x'] }] },
      /^operations\.1\.rasters\.0: no raster is called "x"/,
    ],
    [
      { shapes: Array.from('12', (id) => ({ id, shape: longPolygon })) },
      'shapes.1.shape: the areas and lines of the request, up to this one, have 200 vertices, at most 150 are allowed in all',
    ],
    [
      { shapes: Array.from('12345', (id) => ({ ...shape, id })) },
      'shapes: 5 by 1 operations are 5, at most 4 are allowed',
    ],
  ])('of /multi: %j', async (members, text) => {
    const { post } = await serve();
    const said = text instanceof RegExp ? expect.stringMatching(text) : text;
    expect(await post('/multi', { ...multi, ...members })).toMatchObject({ status: 400, type: plain, text: said });
  });

  it.each(['/run', '/multi'] as const)('of %s: what is not JSON, or nothing', async (url) => {
    const { post, app } = await serve();
    expect(await post(url, '{"input": NaN}')).toMatchObject({ status: 400, type: plain });
    expect((await post(url, '{"input": NaN}')).text).toMatch(/^the body is not JSON: /);
    expect(await post(url, '')).toMatchObject({ status: 400, type: plain });
    const empty = await app.inject({ method: 'POST', url });
    expect([empty.statusCode, empty.headers['content-type']]).toEqual([400, plain]);
  });

  it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', ''])(
    'a body of type %j',
    async (type) => {
      const { post } = await serve();
      const answer = await post('/run', { input }, { 'content-type': type });
      expect(answer).toMatchObject({ status: 415, type: plain });
      expect(answer.text).toMatch(/expected application\/json$/);
    },
  );

  it.each([
    ['GET', '/run', 'POST'],
    ['PUT', '/multi', 'POST'],
    ['DELETE', '/run', 'POST'],
    ['POST', '/ping', 'GET, HEAD'],
  ] as const)('%s %s', async (method, url, allow) => {
    const { app } = await serve();
    const { statusCode, headers, body } = await app.inject({ method, url });
    expect([statusCode, headers['content-type'], headers.allow]).toEqual([405, plain, allow]);
    expect(body).toBe(`${url} does not take ${method}, expected ${allow}`);
  });

  it('a body that is too long', async () => {
    const { post } = await serve();
    const answer = await post('/multi', { ...multi, streamLines: [' '.repeat(5000)] });
    expect(answer).toMatchObject({ status: 413, type: plain });
    expect(answer.text).toBe('the body is larger than 5000 bytes, the most that is accepted');
  });

  it('beside other routes, whose problems stay problems', async () => {
    const { app } = await serve();
    const { statusCode, headers } = await app.inject({ method: 'POST', url: '/runs' });
    expect([statusCode, headers['content-type']]).toEqual([404, expect.stringMatching('^application/problem.json')]);
  });
});

describe('what is enqueued', () => {
  const drawn = fingerprintOf({ polygons: [[square(-75) as [number, number][]]] });

  it('spells out rasters by their names in the catalog, cells by their centres', async () => {
    const { post, submitted } = await serve({ result: counted });
    const { text, type, response } = await post('/run', { input: { ...input, pixelIsArea: false, other: 1 } });
    expect([text, type]).toEqual(['{"result":{"List(21, 3)":712}}', 'application/json']);
    expect(response.headers['catchment-cache']).toBe('miss');
    expect(submitted.map(({ request }) => request)).toEqual([
      {
        operation: 'groupedCount',
        definition: { type: 'groupedCount', rasters: ['nlcd', 'soil'] },
        area: { drawn },
        coverage: 'centre',
      },
    ]);
    expect(areaOf(submitted[0], drawn)).toEqual({ polygons: [[square(-75)]], warnings: [] });
  });

  it('takes all cells that an area touches when a pixel is an area', async () => {
    const { post, submitted } = await serve({ result: { rasters: [], groups: [] } });
    const { text } = await post('/run', { input: { ...input, ...average, pixelIsArea: true } });
    expect(text).toBe('{"result":{"List(0)":null}}');
    expect(submitted[0]?.request).toMatchObject({
      definition: { type: 'groupedAverage', rasters: [], target: 'slope' },
      coverage: 'touched',
    });
  });

  it('unites polygons', async () => {
    const { post, submitted } = await serve({ result: counted });
    await post('/run', { input: { ...input, polygon: [-75, -73].map(polygonAt) } });
    const both = [[square(-75)], [square(-73)]] as [number, number][][][];
    expect(submitted[0]?.request).toMatchObject({ area: { drawn: fingerprintOf({ polygons: both }) } });
    expect(areaOf(submitted[0], fingerprintOf({ polygons: both })).polygons).toEqual(both);
  });

  it('does not unite those of RasterGroupedCountMany, however many there are', async () => {
    const { post, submitted } = await serve({ result: { results: [counted, { groups: [] }] } });
    const many = { ...input, operationType: 'RasterGroupedCountMany' };
    const { text } = await post('/run', { input: { ...many, polygon: [-75, -73].map(polygonAt) } });
    expect(text).toBe('{"result":[{"List(21, 3)":712},{}]}');
    const other = fingerprintOf({ polygons: [[square(-73) as [number, number][]]] });
    expect(submitted[0]?.request).toMatchObject({
      operation: 'groupedCountMany',
      members: [{ area: { drawn } }, { area: { drawn: other } }],
    });
  });

  it('joins with lines, whose third coordinates are dropped, by the lines’ own rule', async () => {
    const { post, submitted } = await serve({ result: { groups: [] } });
    const { text } = await post('/run', { input: { ...input, ...join, pixelIsArea: true } });
    expect(text).toBe('{"result":{}}');
    const lines: Lines = {
      lines: [
        [
          [-75, 40.2],
          [-74.5, 40.5],
        ],
      ],
    };
    const reference = fingerprintOfLines(lines);
    expect(submitted[0]?.request).toMatchObject({ coverage: 'centre', lines: { drawn: reference } });
    expect(JSON.parse(textAt(submitted[0], linesPath(reference)))).toEqual(lines);
  });

  it('takes no lines for none', async () => {
    const { post, submitted } = await serve({ result: { groups: [] } });
    expect((await post('/run', { input: { ...input, ...join, vector: [] } })).text).toBe('{"result":{}}');
    expect(submitted[0]?.request).toMatchObject({ lines: { drawn: fingerprintOfLines({ lines: [] }) } });
  });

  it('summarises rasters', async () => {
    const summaries = [{ raster: 'nlcd', min: 1, average: 2, max: 3, cells: 4, noData: 0 }];
    const { post } = await serve({ result: { cells: 4, summaries } });
    const body = { input: { ...input, operationType: 'RasterSummary', rasters: ['nlcd'] } };
    expect((await post('/run', body)).text).toBe('{"result":[{"min":1,"avg":2,"max":3}]}');
  });

  it('is each operation on each shape, the lines read once', async () => {
    const results = [0, 1, 2, 3].map((n) => ({
      rasters: [],
      groups: [{ values: [n], cells: n, average: n, noData: 0 }],
    }));
    const { post, submitted } = await serve({ result: { results } });
    const operations = [
      { name: 'RasterLinesJoin', label: '__proto__', rasters: ['nlcd'], targetRaster: null, pixelIsArea: null },
      { name: 'RasterGroupedCount', label: 'b', rasters: ['soil'] },
    ];
    const shapes = [
      { id: 'x', shape: polygonAt(-75) },
      { id: 'y', shape: polygonAt(-73) },
    ];
    const { text } = await post('/multi', { ...multi, shapes, operations });
    expect(text).toBe(
      '{"x":{"__proto__":{"List(0)":0},"b":{"List(1)":1}},"y":{"__proto__":{"List(2)":2},"b":{"List(3)":3}}}',
    );
    const { request, drawn: geometries } = submitted[0] as Submitted;
    expect(membersOf(request).map(({ operation, area }) => [operation, area])).toEqual([
      ['linesJoin', { drawn }],
      ['groupedCount', { drawn }],
      ['linesJoin', { drawn: expect.not.stringMatching(drawn) }],
      ['groupedCount', { drawn: expect.not.stringMatching(drawn) }],
    ]);
    expect(geometries.size).toBe(3);
  });

  it('is nothing where there are no operations', async () => {
    const { post } = await serve({ result: { results: [] } });
    expect((await post('/multi', { ...multi, operations: [] })).text).toBe('{"huc12_1":{}}');
  });

  it.each([
    ['a line', line],
    ['a point', '{"type":"Point","coordinates":[-75,40]}'],
    [
      'a collection',
      `{"type":"GeometryCollection","geometries":[${polygonAt(-75)},{"type":"Point","coordinates":[1,2]}]}`,
    ],
    ['a polygon of nothing', '{"type":"Polygon","coordinates":[]}'],
    ['a polygon of an empty ring', '{"type":"Polygon","coordinates":[[]]}'],
    ['a multipolygon of nothing', '{"type":"MultiPolygon","coordinates":[]}'],
    ['a multipolygon of empty polygons', '{"type":"MultiPolygon","coordinates":[[],[[]]]}'],
  ])('takes %s for an empty area, as the original does', async (_what, shape) => {
    const { post, submitted } = await serve({ result: { groups: [], results: [{ groups: [] }] } });
    expect((await post('/run', { input: { ...input, polygon: [shape] } })).text).toBe('{"result":{}}');
    expect((await post('/multi', { ...multi, shapes: [{ id: 'a', shape }] })).text).toBe('{"a":{"nlcd":{}}}');
    const empty = fingerprintOf({ polygons: [] });
    expect(submitted.map(({ drawn }) => [...drawn.keys()])).toEqual([[areaPath(empty)], [areaPath(empty)]]);
    expect((await post('/run', { input: { ...input, polygon: [shape, polygonAt(-75)] } })).status).toBe(200);
    expect(submitted[2]?.request).toMatchObject({ area: { drawn } });
  });

  it('leaves out lines of one position, what is no line, and null', async () => {
    const { post, submitted } = await serve({ result: { groups: [] } });
    const short = '{"type":"LineString","coordinates":[[-75,40.2]]}';
    const none = '{"type":"LineString","coordinates":[]}';
    const { coordinates } = JSON.parse(line);
    const some = JSON.stringify({ type: 'MultiLineString', coordinates: [[[-75, 40]], coordinates, []] });
    for (const vector of [[null], [short], [none, polygonAt(-75)], [short, line], [some]])
      expect((await post('/run', { input: { ...input, ...join, vector } })).text).toBe('{"result":{}}');
    const references = submitted.map(({ request }) => 'lines' in request && request.lines?.drawn);
    const [nothing, one] = [
      fingerprintOfLines({ lines: [] }),
      fingerprintOfLines({
        lines: [
          [
            [-75, 40.2],
            [-74.5, 40.5],
          ],
        ],
      }),
    ];
    expect(references).toEqual([nothing, nothing, nothing, one, one]);
  });

  it('means the last where an id or a label comes twice', async () => {
    const { post, submitted } = await serve({ result: { results: [counted] } });
    const [operation] = multi.operations;
    const operations = [{ ...operation, rasters: ['soil'] }, operation];
    const shapes = [-73, -75].map((west) => ({ id: 'a', shape: polygonAt(west) }));
    expect((await post('/multi', { ...multi, shapes, operations })).text).toBe('{"a":{"nlcd":{"List(21, 3)":712}}}');
    expect(submitted[0]?.request).toMatchObject({ members: [{ area: { drawn }, definition: { rasters: ['nlcd'] } }] });
    expect(submitted[0]?.drawn.size).toBe(1);
  });

  const wellKnown = { table: 'huc12', id: '0204' };
  const land = { operation: 'land', area: wellKnown };

  it('is about a well-known area where the polygon is one, vertex for vertex, and the operation one of the catalog', async () => {
    const { post, submitted } = await serve({ result: counted });
    const ask = (members: object) =>
      post('/run', { input: { ...input, rasters: ['nlcd'], polygon: [polygonAt(-70)], ...members } });
    const turned = JSON.stringify({ type: 'Polygon', coordinates: [square(-70).toReversed()] });
    await ask({});
    await ask({ polygon: [turned], pixelIsArea: true });
    expect(submitted.map(({ request, drawn }) => [request, drawn.size])).toEqual([
      [{ ...land, coverage: 'centre' }, 0],
      [{ ...land, coverage: 'touched' }, 0],
    ]);
    const almost = polygonAt(-70).replace('41', '41.000000000001');
    for (const others of [{ rasters: ['soil'] }, { rasters: ['nlcd', 'nlcd'] }, { polygon: [almost] }, join])
      await ask(others);
    const places = submitted.slice(2).map(({ request }) => 'area' in request && Object.keys(request.area));
    expect(places).toEqual(Array(4).fill(['drawn']));
  });

  it('is about what was drawn where the table has other coordinates, or cannot be asked', async () => {
    for (const use of [
      async (_name: string, work: (one: AreaTable) => unknown) =>
        work({ ...table, get: async () => ({ ...known, polygons: [] }) } as unknown as AreaTable),
      async () => {
        throw new Error('the database is away');
      },
    ]) {
      const { post, submitted } = await serve({ result: counted, tables: { use } as never });
      await post('/run', { input: { ...input, rasters: ['nlcd'], polygon: [polygonAt(-70)] } });
      expect(submitted[0]?.request).toMatchObject({ area: { drawn: expect.any(String) } });
    }
  });

  it('is about the area of a table that is named in place of a polygon', async () => {
    const { post, submitted } = await serve({ result: { ...counted, results: [counted] } });
    const named = { ...input, polygon: undefined, wkaoi: wellKnown };
    expect((await post('/run', { input: { ...named, rasters: ['nlcd'] } })).text).toBe(
      '{"result":{"List(21, 3)":712}}',
    );
    await post('/run', { input: named });
    await post('/run', { input: { ...named, operationType: 'RasterGroupedCountMany', rasters: ['nlcd'] } });
    await post('/multi', { ...multi, shapes: [{ id: 'a', wkaoi: wellKnown }] });
    expect(submitted.map(({ request }) => request)).toMatchObject([
      land,
      { operation: 'groupedCount', definition: { rasters: ['nlcd', 'soil'] }, area: wellKnown },
      { operation: 'groupedCountMany', members: [land] },
      { operation: 'multi', members: [land] },
    ]);
    expect(submitted.every(({ drawn }) => drawn.size === 0)).toBe(true);
  });

  it('is never a well-known area because a body says so', async () => {
    const { post, submitted } = await serve({ result: { ...counted, results: [counted] } });
    const wellKnown = { area: 'huc12/1', table: 'huc12', id: '1', drawn: 'huc12/1' };
    await post('/run', { ...wellKnown, input: { ...input, ...wellKnown } });
    await post('/multi', { ...multi, ...wellKnown, shapes: [{ ...wellKnown, id: 'huc12/1', shape: polygonAt(-75) }] });
    for (const { request } of submitted) for (const { area } of membersOf(request)) expect(area).toEqual({ drawn });
    expect(submitted).toHaveLength(2);
  });
});

function textAt(submitted: Submitted | undefined, path: string): string {
  return Buffer.from(submitted?.drawn.get(path) ?? []).toString();
}

function areaOf(submitted: Submitted | undefined, drawn: string): Area {
  return JSON.parse(textAt(submitted, areaPath(drawn)));
}

describe('waiting', () => {
  it.each(['accepted', 'running'] as const)(
    'ends with 503 when the time is over, and the job, still %s, goes on',
    async (state) => {
      const waits: number[] = [];
      const wait = async (_id: string, milliseconds: number) => void waits.push(milliseconds) as undefined;
      const { post, dismissed } = await serve({ endings: { wait }, status: async (id) => ({ ...status(id), state }) });
      const answer = await post('/run', { input });
      expect(answer).toMatchObject({ status: 503, type: plain });
      expect(answer.text).toBe('the answer took longer than 120 seconds and is still computed: ask again');
      expect(Number(answer.response.headers['retry-after'])).toBeGreaterThan(0);
      expect([waits, dismissed]).toEqual([[120_000], []]);
    },
  );

  it('does not need to hear of the end', async () => {
    const { post } = await serve({ result: counted, endings: { wait: async () => undefined } });
    expect((await post('/run', { input })).status).toBe(200);
  });

  it.each([
    ['refused', { state: 'failed', problem: 'area: lies elsewhere', refused: true }, 400, 'area: lies elsewhere'],
    ['failed', { state: 'failed', problem: 'raster nlcd: tile 3 is broken' }, 500, 'raster nlcd: tile 3 is broken'],
  ] as const)('ends with a sentence when the job was %s', async (_how, end, code, text) => {
    const { post } = await serve({ status: async (id) => ({ ...status(id), ...end }) });
    expect(await post('/run', { input })).toMatchObject({ status: code, type: plain, text });
  });

  it('ends at once when nothing can be enqueued', async () => {
    const signals: AbortSignal[] = [];
    const { post } = await serve({
      submit: async () => {
        throw Object.assign(new Error('full'), { name: 'Error' });
      },
      endings: {
        wait: async (_id, _milliseconds, signal) => {
          if (signal) signals.push(signal);
          return undefined;
        },
      },
    });
    expect(await post('/run', { input })).toMatchObject({ status: 500, type: plain });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('ends when the client hangs up: its request is dismissed', async () => {
    const dismissal = Promise.withResolvers<string>();
    const { app, submitted } = await serve({
      dismiss: async (id) => dismissal.resolve(id),
      endings: {
        wait: (_id, _milliseconds, signal) =>
          new Promise((resolve) => {
            signal?.addEventListener('abort', () => resolve(undefined));
            client.destroy();
          }),
      },
      status: async (id) => status(id),
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const headers = { 'content-type': 'application/json' };
    const client = httpRequest({ port, host: '127.0.0.1', path: '/run', method: 'POST', headers });
    client.on('error', () => undefined);
    const ended = new Promise((resolve) => client.on('close', resolve));
    client.end(JSON.stringify({ input }));
    expect(await dismissal.promise).toBe(submitted[0]?.id);
    await ended;
    await app.close();
  });
});
