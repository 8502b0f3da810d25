import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { type AreaTable, openGeoJsonTable } from '../../src/index.ts';
import { collect, describeAreaTable, expectFoundByBox } from '../area-table-suite.ts';
import { basins } from '../fixtures.ts';

describeAreaTable('an area table over a GeoJSON file', (given) =>
  openGeoJsonTable({ name: 'basins', path: basins.geojson, id: 'code', nameProperty: 'label', ...given }),
);

it('finds each area of a GeoJSON file by its own box', () =>
  expectFoundByBox(openGeoJsonTable({ name: 'basins', path: basins.geojson, id: 'code' })));

const folder = mkdtempSync(join(tmpdir(), 'areas-geojson-'));
const square = {
  type: 'Polygon',
  coordinates: [
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ],
  ],
};

function feature(properties: unknown, members: object = {}) {
  return { type: 'Feature', properties, geometry: square, ...members };
}

function write(content: unknown): string {
  const path = join(folder, 'areas.geojson');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function open(content: unknown, options: object = {}) {
  return openGeoJsonTable({ name: 'huc', path: write(content), id: 'huc', ...options });
}

const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });

describe('openGeoJsonTable', () => {
  it.each([
    ['is no JSON', '{"type": ', /: is not JSON \(Unexpected end of JSON input\)$/],
    ['is a list', [], /: is \[\], expected a FeatureCollection$/],
    ['is one geometry', square, /: type is "Polygon", expected "FeatureCollection"$/],
    ['is one feature without id', feature({ x: 1 }), /: feature 0: huc is missing, .* \(its properties are x\)$/],
    ['has no features', { type: 'FeatureCollection' }, /: features is missing, expected a list of Features$/],
    ['holds null', collection(null), /: feature 0 is null, expected a Feature$/],
    [
      'lacks an id',
      collection(feature({ huc: 1 }), feature({ name: 'a', x: 1 })),
      /: feature 1: huc is missing, expected an id: text, or a number up to 9007199254740991 \(its properties are name, x\)$/,
    ],
    ['has an empty id', collection(feature({ huc: '' })), /: feature 0: huc is "", expected an id/],
    [
      'has an id that is neither text nor number',
      collection(feature({ huc: true })),
      /: feature 0: huc is true, expected an id/,
    ],
    [
      'has an id that JSON cannot tell from its neighbour',
      collection(feature({ huc: 2 ** 53 })),
      /: huc is 9007199254740992, expected an id/,
    ],
    ['has no properties', collection(feature(null)), /: feature 0: huc is missing/],
    [
      'has an id twice',
      collection(feature({ huc: '1' }), feature({ huc: '2' }), feature({ huc: 1 })),
      /: id 1 stands for more than one area, expected unique ids$/,
    ],
    [
      'is in a CRS that nobody knows',
      { ...collection(feature({ huc: 1 })), crs: { properties: { name: 'urn:ogc:def:crs:EPSG::x' } } },
      /: crs is "urn:ogc:def:crs:EPSG::x", expected the code of a CRS such as EPSG:5070 or OGC:CRS84$/,
    ],
  ])('refuses a file that %s', async (_, content, sentence) => {
    await expect(open(content)).rejects.toThrow(sentence);
    await expect(open(content)).rejects.toThrow(/^area table huc: .*areas\.geojson: /);
  });

  it('refuses a file that is not there', async () => {
    const path = join(folder, 'missing.geojson');
    await expect(openGeoJsonTable({ name: 'huc', path, id: 'huc' })).rejects.toThrow(
      /^area table huc: .*missing.*ENOENT/,
    );
  });

  it('refuses a table, which GeoJSON does not have', async () => {
    await expect(open(collection(), { table: 'huc12' })).rejects.toThrow(
      'table is "huc12", but a GeoJSON file has no tables',
    );
  });

  it('refuses a name that no feature has', async () => {
    const content = collection(feature({ huc: 1, label: 'a' }));
    await expect(open(content, { nameProperty: 'name' })).rejects.toThrow(
      'no feature has a name in name (its properties are huc, label)',
    );
    await expect(open(collection(), { nameProperty: 'name' })).resolves.toBeDefined();
  });

  it.each([
    'urn:ogc:def:crs:OGC:1.3:CRS84',
    'EPSG:4326',
    'urn:ogc:def:crs:EPSG::4269',
    'http://www.opengis.net/def/crs/EPSG/0/4326',
  ])('takes %s for longitude and latitude', async (name) => {
    const table = await open({ ...collection(feature({ huc: 1 })), crs: { type: 'name', properties: { name } } });
    expect((await table.get('1'))?.polygons).toEqual([square.coordinates]);
  });

  it('takes the id member of a feature, or else its property', async () => {
    const content = collection(feature({ id: 'x' }, { id: 7 }), feature({ id: 'y' }), feature(null, { id: 0.5 }));
    expect(await collect((await open(content, { id: 'id' })).ids())).toEqual(['0.5', '7', 'y']);
  });

  it('takes whole numbers up to the last that JSON tells apart', async () => {
    const table = await open(collection(feature({ huc: Number.MAX_SAFE_INTEGER }), feature({ huc: -1 })));
    expect(await collect(table.ids())).toEqual(['-1', '9007199254740991']);
  });

  it.each([
    ['one feature', JSON.stringify(feature({ huc: 'a' })), ['a']],
    [
      'one feature a line',
      [feature({ huc: 'a' }), feature({ huc: 'b' })].map((one) => JSON.stringify(one)).join('\n'),
      ['a', 'b'],
    ],
    [
      'records after separators',
      [feature({ huc: 'a' }), feature({ huc: 'b' })].map((one) => `\x1e${JSON.stringify(one, null, 2)}\n`).join(''),
      ['a', 'b'],
    ],
  ])('takes %s', async (_, text, ids) => {
    const table = await open(text);
    expect(await collect(table.ids())).toEqual(ids);
    expect((await table.get('a'))?.polygons).toEqual([square.coordinates]);
  });

  it('takes what an intersection leaves, with a warning with the area', async () => {
    const line = { type: 'LineString', coordinates: [] };
    const geometry = { type: 'GeometryCollection', geometries: [line, square, line] };
    const table = await open(
      collection(feature({ huc: 'a' }, { geometry }), feature({ huc: 'b' }, { geometry: line })),
    );
    expect(await table.get('a')).toMatchObject({
      polygons: [square.coordinates],
      warnings: ['2 LineStrings are left out (the first is geometry 0): only polygons have cells'],
    });
    await expect(table.get('b')).rejects.toThrow('area table huc: area b: type is LineString, expected');
  });

  it('takes numbers for ids, 0 too, and a property where the member is null', async () => {
    const table = await open(
      collection(feature({ id: 0 }, { id: null }), feature({ id: -0.5 }), feature({ id: 'x' }, { id: 7 })),
      { id: 'id' },
    );
    expect(await collect(table.ids())).toEqual(['-0.5', '0', '7']);
  });

  it('reads a file that begins with a byte order mark', async () => {
    const table = await open(`\uFEFF${JSON.stringify(collection(feature({ huc: '0204' })))}`);
    expect((await table.get('0204'))?.name).toBeUndefined();
  });

  it('has another version once the file has changed in size or time, and answers on as it was', async () => {
    const table = await open(collection(feature({ huc: 'a' })));
    const path = write(collection(feature({ huc: 'b' }), feature({ huc: 'c' })));
    const larger = await table.currentVersion();
    expect(larger).not.toBe(table.version);
    utimesSync(path, 1, 1);
    expect(await table.currentVersion()).not.toBe(larger);
    expect(await collect(table.ids())).toEqual(['a']);
  });

  it('opens or refuses with a sentence, and so for each area, whatever the file holds', async () => {
    const any = fc.jsonValue({ maxDepth: 4 });
    const geometry = fc.oneof(
      any,
      fc.constant(square),
      fc.record({ type: fc.constantFrom('Polygon', 'GeometryCollection'), coordinates: any, geometries: any }),
    );
    const features = fc.array(
      fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({
            type: fc.constant('Feature'),
            id: any,
            geometry,
            properties: fc.oneof(any, fc.record({ huc: fc.oneof(fc.string(), fc.integer()) })),
          }),
        },
        any,
      ),
    );
    const texts = fc.oneof(
      any.map((value) => JSON.stringify(value)),
      features.map((list) => JSON.stringify(collection(...list))),
      features.map((list) => list.map((one) => JSON.stringify(one)).join('\n')),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const said: string[] = [];
        const hear = <Result>(work: Promise<Result>) => work.catch((error: Error) => void said.push(error.message));
        const table = await hear(open(text));
        for (const id of table ? await collect(table.ids()) : []) await hear((table as AreaTable).get(id));
        for (const message of said) expect(message).toMatch(/^area table huc: /);
      }),
      { numRuns: 500 },
    );
  });
});
