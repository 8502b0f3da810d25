import { isRefusal } from '@cellshed/contracts';
import fc from 'fast-check';
import { parseArea, parseCrsName, parseLines } from '../../src/index.ts';

const square = [
  [1_700_000, 2_100_000],
  [1_703_000, 2_100_000],
  [1_703_000, 2_103_000],
  [1_700_000, 2_100_000],
];
const polygon = { type: 'Polygon', coordinates: [square] };
const inDegrees = { type: 'Polygon', coordinates: [[...square.map(([x = 0, y = 0]) => [x / 1e5, y / 1e5])]] };
const feature = (geometry: unknown) => ({ type: 'Feature', properties: {}, geometry });
const features = (...all: unknown[]) => ({ type: 'FeatureCollection', features: all });
const crs = (name: unknown) => ({ crs: { type: 'name', properties: { name } } });
const albers = crs('EPSG:5070');
const degrees = crs('urn:ogc:def:crs:OGC:1.3:CRS84');

const read = (input: unknown, given?: string) => {
  const named = given === undefined ? undefined : parseCrsName(given);
  if (named && isRefusal(named)) return `given crs ${named.problem}`;
  const parsed = parseArea(input, { vertices: 100, crs: named });
  return isRefusal(parsed) ? parsed.problem : parsed.area;
};

describe('the name of a CRS', () => {
  it('is as long as it needs to be: what stands around it is not kept, and what is longer is none', () => {
    const blanks = ' '.repeat(1e6);
    expect(parseCrsName(`${blanks}EPSG:5070${blanks}`)).toMatchObject({ name: 'EPSG:5070' });
    const long = `urn:ogc:def:crs:EPSG:${'1'.repeat(174)}:5070`;
    expect(parseCrsName(long)).toMatchObject({ crs: { name: 'EPSG:5070' } });
    const { problem = '' } = parseCrsName(`${long}rubbish`) as { problem?: string };
    expect(problem).toMatch(/^is "urn:ogc:def:crs:EPSG:1+…", expected the code of a CRS/);
    expect(problem.length).toBeLessThan(200);
  });

  it.each([
    'EPSG:5070',
    'epsg:5070',
    '[EPSG:5070]',
    'urn:ogc:def:crs:EPSG::5070',
    'urn:ogc:def:crs:EPSG:9.9.1:5070',
    'urn:x-ogc:def:crs:EPSG:5070',
    'http://www.opengis.net/def/crs/EPSG/0/5070',
    'https://www.opengis.net/def/crs/EPSG/9.9.1/5070',
    'http://opengis.net/def/crs/epsg/0/5070/',
    'http://www.opengis.net/gml/srs/epsg.xml#5070',
    ' EPSG:5070 ',
  ])('may be %s', (name) => {
    expect(parseCrsName(name)).toMatchObject({ name: name.trim(), crs: { name: 'EPSG:5070' } });
  });

  it.each([
    'urn:ogc:def:crs:OGC:1.3:CRS84',
    'urn:ogc:def:crs:OGC::CRS84',
    'CRS84',
    'OGC:CRS84',
    '[OGC:CRS84]',
    'CRS:84',
    'CRS83',
    'urn:ogc:def:crs:OGC:1.3:CRS83',
    'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    'http://www.opengis.net/def/crs/OGC/0/CRS84h',
    'EPSG:4326',
    'epsg:4326',
    'urn:ogc:def:crs:EPSG::4326',
    'urn:ogc:def:crs:EPSG::4979',
    'EPSG:4269',
    'http://www.opengis.net/def/crs/EPSG/0/4269',
  ])('means longitude and latitude: %s', (name) => {
    expect(parseCrsName(name)).toEqual({ name });
  });

  it.each([
    ['5070', '"5070"'],
    [5070, '5070'],
    ['', '""'],
    ['EPSG:', '"EPSG:"'],
    ['EPSG:5070;DROP TABLE areas', '"EPSG:5070;DROP TABLE areas"'],
    ['+proj=longlat', '"+proj=longlat"'],
    ['PROJCS["x"]', String.raw`"PROJCS[\"x\"]"`],
    ['urn:ogc:def:crs,crs:EPSG::5070,crs:EPSG::5703', '"urn:ogc:def:crs,crs:EPSG::5070,crs:EPSG:…"'],
    ['http://example.com/def/crs/EPSG/0/5070', '"http://example.com/def/crs/EPSG/0/5070"'],
    ['IGNF:LAMB93', '"IGNF:LAMB93"'],
    ['OGC:CRS27', '"OGC:CRS27"'],
    ['__proto__:constructor', '"__proto__:constructor"'],
  ])('is refused where it is no code: %s', (name, shown) => {
    expect(parseCrsName(name)).toEqual({
      problem: `is ${shown}, expected the code of a CRS such as EPSG:5070 or OGC:CRS84`,
    });
  });

  it('is refused where nobody knows the code', () => {
    expect(parseCrsName('EPSG:999999')).toEqual({
      problem: expect.stringMatching(/^is "EPSG:999999": .*no such code .* is known/),
    });
  });

  it('is read or refused, whatever it is, and never thrown at', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string().map((rest) => `EPSG:${rest}`),
      fc.integer().map((n) => `EPSG:${n}`),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.jsonValue()), (name) => {
        const parsed = parseCrsName(name);
        expect(isRefusal(parsed) || parsed.name === name).toBe(true);
      }),
    );
  });
});

describe('GeoJSON that says its CRS', () => {
  it.each<[string, unknown]>([
    ['a geometry', { ...polygon, ...albers }],
    ['a feature', { ...feature(polygon), ...albers }],
    ["a feature's geometry", feature({ ...polygon, ...albers })],
    ['a collection of features', { ...features(feature(polygon), feature(polygon)), ...albers }],
    ['each feature', features({ ...feature(polygon), ...albers }, { ...feature(polygon), ...crs('[EPSG:5070]') })],
    ['a collection and a feature', { ...features({ ...feature(polygon), ...albers }), ...albers }],
    ['a collection of geometries', { type: 'GeometryCollection', geometries: [polygon], ...albers }],
    ['the draft of before 2008', { ...polygon, crs: { type: 'EPSG', properties: { code: 5070 } } }],
    ['a name alone', { ...polygon, crs: 'EPSG:5070' }],
  ])('is read as it stands: %s', (_, input) => {
    const area = read(input);
    expect(area).toMatchObject({ crs: { name: 'EPSG:5070' }, warnings: [] });
    expect((area as { polygons: readonly unknown[] }).polygons[0]).toEqual([square]);
  });

  it('is longitude and latitude where it says so, or null, or nothing', () => {
    const { coordinates } = inDegrees;
    for (const input of [
      inDegrees,
      { ...inDegrees, ...degrees },
      { ...inDegrees, crs: null },
      { ...inDegrees, ...crs('EPSG:4269') },
    ])
      expect(read(input)).toEqual({ polygons: [coordinates], warnings: [] });
  });

  it('has x before y, whatever order of axes the CRS has', () => {
    // EPSG:4326 has latitude first, EPSG:2193 northing.
    const north = [
      [170, 60],
      [171, 60],
      [170, 61],
      [170, 60],
    ];
    expect(read({ type: 'Polygon', coordinates: [north], ...crs('urn:ogc:def:crs:EPSG::4326') })).toEqual({
      polygons: [[north]],
      warnings: [],
    });
    const zealand = [
      [1_600_000, 5_400_000],
      [1_600_100, 5_400_000],
      [1_600_000, 5_400_100],
      [1_600_000, 5_400_000],
    ];
    expect(read({ type: 'Polygon', coordinates: [zealand], ...crs('EPSG:2193') })).toMatchObject({
      polygons: [[zealand]],
    });
  });

  it('is told of where it looks like degrees in a CRS that has none', () => {
    expect(read(inDegrees, 'EPSG:5070')).toMatchObject({
      polygons: [inDegrees.coordinates],
      warnings: ['all positions look like degrees: counted as x and y of EPSG:5070'],
    });
    expect(read(inDegrees, 'EPSG:4326')).toMatchObject({ warnings: [] });
  });

  it('is read in the CRS that the asker names', () => {
    expect(read(polygon, 'EPSG:5070')).toMatchObject({ polygons: [[square]], crs: { name: 'EPSG:5070' } });
    expect(read({ ...polygon, ...albers }, 'http://www.opengis.net/def/crs/EPSG/0/5070')).toMatchObject({
      crs: { name: 'EPSG:5070' },
    });
    expect(read({ ...inDegrees, ...degrees }, 'EPSG:4326')).toEqual({
      polygons: [inDegrees.coordinates],
      warnings: [],
    });
  });

  it.each<[unknown, string | undefined, string]>([
    [{ ...polygon, ...albers }, 'EPSG:3857', 'crs is "EPSG:5070", but "EPSG:3857" is given for it; expected the same'],
    [{ ...polygon, ...albers }, 'CRS84', 'crs is "EPSG:5070", but "CRS84" is given for it; expected the same'],
    [
      { ...inDegrees, ...degrees },
      'EPSG:5070',
      'crs is "urn:ogc:def:crs:OGC:1.3:CRS84", but "EPSG:5070" is given for it; expected the same',
    ],
    [
      { ...features({ ...feature(polygon), ...crs('EPSG:3857') }), ...albers },
      undefined,
      'crs is "EPSG:3857", but "EPSG:5070" is given for it; expected the same',
    ],
    [
      features({ ...feature(polygon), ...albers }, { ...feature(polygon), ...crs('EPSG:3857') }),
      undefined,
      'feature 1, crs is EPSG:3857, but feature 0, crs is EPSG:5070; expected one for all',
    ],
    [
      features({ ...feature(polygon), ...albers }, feature(inDegrees)),
      undefined,
      'feature 1, crs is longitude and latitude, but feature 0, crs is EPSG:5070; expected one for all',
    ],
    [
      { ...polygon, crs: { type: 'link', properties: { href: 'http://example.com/crs', type: 'proj4' } } },
      undefined,
      'crs is a link, which is not followed: expected the name of a CRS such as EPSG:5070',
    ],
    [{ ...polygon, crs: {} }, undefined, 'crs is missing, expected the code of a CRS such as EPSG:5070 or OGC:CRS84'],
    [
      { ...polygon, ...crs('4326') },
      undefined,
      'crs is "4326", expected the code of a CRS such as EPSG:5070 or OGC:CRS84',
    ],
    [
      { ...polygon, ...crs('+proj=aea') },
      undefined,
      'crs is "+proj=aea", expected the code of a CRS such as EPSG:5070 or OGC:CRS84',
    ],
    [
      features(feature(inDegrees), { ...feature(polygon), crs: 7 }),
      undefined,
      'feature 1, crs is 7, expected the code of a CRS such as EPSG:5070 or OGC:CRS84',
    ],
  ])('is refused where it makes no sense: %#', (input, given, problem) => {
    expect(read(input, given)).toBe(problem);
  });

  it.each<[string, number[], string]>([
    [
      'is beyond the projection',
      [1e9, 1e9],
      'ring 0, position 1 is [1000000000, 1000000000], which is nowhere on Earth in EPSG:5070',
    ],
    ['is no number', ['1' as unknown as number, 2], 'ring 0, position 1 has x "1", expected a number'],
    ['has one number', [1], 'ring 0, position 1 is [1], expected [x, y]'],
  ])('is refused where a position %s', (_, position, problem) => {
    expect(read({ type: 'Polygon', coordinates: [square.with(1, position)], ...albers })).toBe(problem);
  });

  it('is read likewise where it is lines', () => {
    const line = { type: 'LineString', coordinates: square, ...albers };
    expect(parseLines(line, { vertices: 10 })).toMatchObject({
      lines: { lines: [square], crs: { name: 'EPSG:5070' } },
    });
    expect(
      parseLines(
        {
          ...line,
          coordinates: [
            [0, 0],
            [1e9, 0],
          ],
        },
        { vertices: 10 },
      ),
    ).toEqual({
      problem: 'coordinates position 1 is [1000000000, 0], which is nowhere on Earth in EPSG:5070',
    });
  });
});
