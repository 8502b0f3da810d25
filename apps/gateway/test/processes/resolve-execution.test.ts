import { fingerprintOfArea, fingerprintOfLines } from '@cellshed/areas';
import { budgetOf, OverBudget, unlimited } from '@cellshed/budget';
import { crsFromText } from '@cellshed/crs';
import { findAreas } from '../../src/processes/find-areas.ts';
import { resolveExecution } from '../../src/processes/resolve-execution.ts';
import { requestOf } from '../../src/processes/submit.ts';

const square = (side: number): [number, number][] => [
  [0, 0],
  [side, 0],
  [side, side],
  [0, side],
  [0, 0],
];
const polygon = (side: number) => ({ type: 'Polygon', coordinates: [square(side)] });
const feature = (side: number) => ({ type: 'Feature', properties: {}, geometry: polygon(side) });
const line = {
  type: 'LineString',
  coordinates: [
    [0, 0],
    [3000, 3000],
  ],
};
const member = { crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::5070' } } };
const crs = crsFromText('EPSG:5070');
const drawn = (side: number) => fingerprintOfArea({ polygons: [[square(side)]], crs, warnings: [] });

const count = { name: 'count', type: 'groupedCount', rasters: ['a'] };
const operations = new Map(
  [count, { ...count, name: 'many', isMany: true }, { ...count, name: 'along', type: 'linesJoin' }].map((one) => [
    one.name,
    one,
  ]),
);
const sources = {
  catalog: { operations, rasters: new Map([['a', { name: 'a', aliases: [] }]]), areas: new Map([['huc', {}]]) },
  tables: { use: async (_: string, one: (table: unknown) => unknown) => one({ has: async () => true }) },
  vertexLimit: 100,
  requestVertexLimit: 150,
  memberLimit: 10,
  base: 'http://here',
  budget: unlimited,
} as unknown as Parameters<typeof resolveExecution>[2] & Parameters<typeof findAreas>[1];

const resolve = async (process: string, inputs: object) => {
  const placed = await findAreas(resolveExecution(process, inputs, sources), sources);
  return { request: requestOf(placed), drawn: placed.drawn };
};

describe('what is drawn in a CRS', () => {
  it.each([
    ['a code', { area: polygon(3000), crs: 'EPSG:5070' }],
    ['a URL', { area: feature(3000), crs: 'http://www.opengis.net/def/crs/EPSG/0/5070' }],
    ['a CURIE', { area: { value: polygon(3000) }, crs: '[EPSG:5070]' }],
    ['the member of before', { area: { ...polygon(3000), ...member } }],
    ['both', { area: { ...feature(3000), ...member }, crs: 'EPSG:5070' }],
  ])('is one area, however the CRS is named: %s', async (_, inputs) => {
    const { request, drawn: all } = await resolve('count', inputs);
    expect(request).toMatchObject({ area: { drawn: drawn(3000) } });
    expect(JSON.parse(String(Buffer.from([...all.areas.values()][0] as Uint8Array)))).toEqual({
      polygons: [[square(3000)]],
      crs,
      warnings: [],
    });
  });

  it('may be several areas, among well-known ones, and lines', async () => {
    const several = [
      { areas: [polygon(300), 'huc/1', feature(600)], crs: 'EPSG:5070' },
      { areas: [{ ...polygon(300), ...member }, 'huc/1', { ...feature(600), ...member }] },
    ];
    for (const inputs of several) {
      const { request } = await resolve('many', inputs);
      expect(request).toMatchObject({
        members: [{ area: { drawn: drawn(300) } }, { area: { table: 'huc' } }, { area: { drawn: drawn(600) } }],
      });
    }
    const { request } = await resolve('along', { area: polygon(300), lines: line, crs: 'EPSG:5070' });
    const lines = fingerprintOfLines({ lines: [line.coordinates as [number, number][]], crs });
    expect(request).toMatchObject({ area: { drawn: drawn(300) }, lines: { drawn: lines } });
    expect(await resolve('along', { area: 'huc/1', lines: line, crs: 'EPSG:5070' })).toMatchObject({
      request: { lines: { drawn: lines } },
    });
  });

  it('is what a collection of several areas says of all its features', async () => {
    const areas = { type: 'FeatureCollection', ...member, features: [feature(300), feature(600)] };
    const { request } = await resolve('many', { areas });
    expect(request).toMatchObject({ members: [{ area: { drawn: drawn(300) } }, { area: { drawn: drawn(600) } }] });
    expect((await resolve('many', { areas, crs: 'EPSG:5070' })).request).toEqual(request);
  });

  it.each<[string, string, object, string]>([
    [
      'a code that is none',
      'count',
      { area: polygon(1), crs: '+proj=aea' },
      'inputs.crs: is "+proj=aea", expected the code of a CRS such as EPSG:5070 or OGC:CRS84',
    ],
    [
      'another in the geometry',
      'count',
      { area: { ...polygon(1), ...member }, crs: 'CRS84' },
      'inputs.area: crs is "urn:ogc:def:crs:EPSG::5070", but "CRS84" is given for it; expected the same',
    ],
    [
      'another in the second area',
      'many',
      { areas: [polygon(1), { ...polygon(1), ...member }], crs: 'EPSG:3857' },
      'inputs.areas.1: crs is "urn:ogc:def:crs:EPSG::5070", but "EPSG:3857" is given for it; expected the same',
    ],
    [
      'another in the lines',
      'along',
      { area: polygon(1), lines: { ...line, ...member }, crs: 'EPSG:3857' },
      'inputs.lines: crs is "urn:ogc:def:crs:EPSG::5070", but "EPSG:3857" is given for it; expected the same',
    ],
    [
      'nothing drawn',
      'count',
      { area: 'huc/1', crs: 'EPSG:5070' },
      'inputs.crs: is "EPSG:5070", but nothing is drawn; well-known areas have a CRS of their own',
    ],
    [
      'a position off the Earth',
      'count',
      { area: polygon(1e9), crs: 'EPSG:5070' },
      'inputs.area: ring 0, position 1 is [1000000000, 0], which is nowhere on Earth in EPSG:5070',
    ],
  ])('is refused where there is %s', async (_, process, inputs, problem) => {
    await expect(resolve(process, inputs)).rejects.toThrow(problem);
  });
});

describe('areas and lines of a request together', () => {
  const long = { type: 'Polygon', coordinates: [Array(100).fill([1, 2])] };
  const longLine = { type: 'LineString', coordinates: Array(60).fill([1, 2]) };

  it.each([
    ['many', { areas: [long, long] }, 'inputs.areas.1: the areas and lines of the request, up to this one, have 200'],
    [
      'along',
      { area: long, lines: longLine },
      'inputs.area: the areas and lines of the request, up to this one, have 160',
    ],
  ])('may have so many vertices: %s', async (process, inputs, problem) => {
    await expect(resolve(process, inputs)).rejects.toThrow(`${problem} vertices, at most 150 are allowed in all`);
  });
});

describe('several values of a parameter', () => {
  const years = ['2001', '2011', '2021'];
  const operations = new Map([
    ['cover', { name: 'cover', type: 'groupedCount', rasters: ['in_{year}'], parameters: { year: { values: years } } }],
    [
      'pairs',
      {
        ...{ name: 'pairs', type: 'groupedCount', rasters: ['in_{year}', 'at_{hour}'] },
        parameters: { year: { values: years }, hour: { values: ['1', '2', '3', '4'] } },
      },
    ],
    [
      'change',
      {
        ...{ name: 'change', type: 'groupedCount', rasters: ['in_{from}', 'in_{to}'] },
        parameters: { from: { values: years }, to: { values: years } },
      },
    ],
  ]);
  const own = { ...sources, catalog: { ...sources.catalog, operations } } as unknown as typeof sources;
  const asked = async (process: string, inputs: object) =>
    requestOf(await findAreas(resolveExecution(process, inputs, own), own));
  const inYear = (year: string) => ({ type: 'groupedCount', rasters: [`in_${year}`] });

  it('are questions of one request, in the order of the list or of the catalog', async () => {
    for (const [year, expected] of [
      [
        ['2021', '2001'],
        ['2021', '2001'],
      ],
      ['*', years],
    ] as const) {
      const request = await asked('cover', { area: 'huc/1', year });
      expect(request).toMatchObject({
        operation: 'cover',
        members: expected.map((one) => ({ area: { table: 'huc', id: '1' }, definition: inYear(one) })),
      });
    }
    expect(await asked('cover', { area: 'huc/1', year: '2011' })).toMatchObject({ definition: inYear('2011') });
    expect(await asked('cover', { area: 'huc/1', year: ['2011'] })).toMatchObject({ members: { length: 1 } });
  });

  it('may be those of an operation among others, on several areas', async () => {
    const operations = [
      { operation: 'cover', year: ['2001', '2011'] },
      { operation: 'cover', year: '2021' },
    ];
    const request = await asked('multi', { areas: ['huc/1', 'huc/2'], operations });
    expect(request).toMatchObject({
      members: ['1', '2'].flatMap((id) =>
        ['2001', '2011', '2021'].map((year) => ({ area: { id }, definition: inYear(year) })),
      ),
    });
  });

  it.each([
    [{ year: '1999' }, 'inputs.year: is "1999", expected one of 2001, 2011, 2021'],
    [{ year: 2011 }, 'inputs.year: is 2011, which is no text, expected one of 2001, 2011, 2021'],
    [{ year: ['2001', '1999'] }, 'inputs.year.1: is "1999", expected one of 2001, 2011, 2021'],
    [{ year: ['2001', 2011] }, 'inputs.year.1: is 2011, which is no text, expected one of 2001, 2011, 2021'],
    [{ year: [] }, 'inputs.year: is an empty list, expected values or "*" for all'],
  ])('are refused where one is wrong: %j', async (inputs, sentence) => {
    await expect(asked('cover', { area: 'huc/1', ...inputs })).rejects.toThrow(sentence);
  });

  it.each([[{ from: '2011', to: '2011' }], [{ from: ['2001', '2011'], to: ['2011'] }]])(
    'are refused where they name a raster twice: %j',
    async (inputs) => {
      await expect(asked('change', { area: 'huc/1', ...inputs })).rejects.toThrow(
        'inputs.to: is "2011", which names raster in_2011 twice; expected another',
      );
    },
  );

  it('are refused before they are made where they come to more than one request may ask', async () => {
    await expect(asked('pairs', { area: 'huc/1', year: '*', hour: '*' })).rejects.toThrow(
      'inputs.year, hour: 3 of year by 4 of hour are 12, at most 10 are allowed',
    );
  });

  it('cost steps before they are resolved, and end the reading of operations where they are too many', async () => {
    const inputs = { areas: ['huc/1'], operations: new Array(10).fill({ operation: 'cover', year: '*' }) };
    expect(() => resolveExecution('multi', inputs, { ...own, budget: budgetOf(5000) })).toThrow(OverBudget);
    expect(() => resolveExecution('multi', inputs, own)).toThrow(
      'inputs.areas: 1 areas by 12 operations are 12, at most 10 are allowed',
    );
  });
});

it('names of drawn features are kept beside the request, which is the same without them', async () => {
  const named = (id: string) => ({ ...feature(3), id });
  const collection = (...features: object[]) => ({ areas: { type: 'FeatureCollection', features } });
  const placed = async (inputs: object) => findAreas(resolveExecution('many', inputs, sources), sources);
  const first = await placed(collection(named('a'), feature(4), { ...named('b'), properties: { name: 'B' } }));
  expect(first.names).toEqual({ each: 1, areas: [{ id: 'a' }, null, { id: 'b', name: 'B' }] });
  const second = await placed(collection(feature(3), feature(4), feature(3)));
  expect(second.names).toBeUndefined();
  expect(requestOf(first)).toEqual(requestOf(second));
  expect(first.drawn).toEqual(second.drawn);
});
