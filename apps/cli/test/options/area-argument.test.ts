import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAreas } from '../../src/options/area-argument.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-areas-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

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
const feature = (id: unknown, geometry: unknown = square, properties: unknown = {}) => ({
  type: 'Feature',
  id,
  properties,
  geometry,
});
const collection = (...features: unknown[]) => ({ type: 'FeatureCollection', features });
const two = collection(feature(0), feature('b', square, { ID: 'x', Name: 'North' }));
const line = { type: 'LineString', coordinates: [] };

it('what is no file is a well-known area', async () => {
  const asked = { areas: [{ name: 'huc12/1', area: 'huc12/1' }], notes: [] };
  expect(await readAreas('huc12/1', { each: false })).toEqual(asked);
  expect(await readAreas('huc12/1', { each: true })).toEqual(asked);
  await expect(readAreas('huc12/1', { each: 'asked' })).rejects.toThrow(
    '--each counts the features of a file, but the area is "huc12/1"',
  );
});

it('a file is one area, and it is said of its features that they are united', async () => {
  const path = file('two.geojson', two);
  const notes = [`${path}: its 2 features are counted as one area; --each counts each for itself`];
  expect(await readAreas(path, { each: false })).toEqual({ areas: [{ name: path, area: two }], notes });
  for (const [name, one] of [
    ['one.geojson', collection(feature(1))],
    ['square.json', square],
  ] as const) {
    expect((await readAreas(file(name, one), { each: false })).notes).toEqual([]);
  }
});

it('each feature of a file is an area, with its id and name', async () => {
  const path = file('two.geojson', two);
  expect(await readAreas(path, { each: 'asked' })).toEqual({
    areas: [
      { name: `${path}, feature 0`, area: two.features[0], feature: { feature: 0, id: 0 } },
      { name: `${path}, feature 1`, area: two.features[1], feature: { feature: 1, id: 'b', name: 'North' } },
    ],
    notes: [],
  });
});

it('a file may hold one feature a line', async () => {
  const path = file('two.geojsonl', two.features.map((one) => `${JSON.stringify(one)}\r\n`).join(''));
  expect(await readAreas(path, { each: true })).toEqual(
    await readAreas(file('two.json', two), { each: true }).then(({ areas, notes }) => ({
      areas: areas.map((one) => ({ ...one, name: one.name.replace('two.json', 'two.geojsonl') })),
      notes,
    })),
  );
});

it('features that have no polygon are left out, which is said', async () => {
  const path = file('some.geojson', collection(feature(1), feature(2, null), feature(3, line), feature(4)));
  const { areas, notes } = await readAreas(path, { each: true });
  expect(areas.map(({ feature }) => feature?.feature)).toEqual([0, 3]);
  expect(notes).toEqual([
    `${path}: 2 features without polygons left out (feature 1: geometry is null, expected a Polygon or MultiPolygon)`,
  ]);
  const none = file('none.geojson', collection(feature(2, null)));
  await expect(readAreas(none, { each: true })).rejects.toThrow(
    `${none}: no feature has a polygon (feature 0: geometry is`,
  );
});

it('a file that is no collection is one area in any case', async () => {
  const path = file('one', feature(1));
  expect(await readAreas(path, { each: true })).toEqual({
    areas: [{ name: path, area: feature(1), feature: { feature: 0, id: 1 } }],
    notes: [],
  });
});

it('what is wrong with a file is said with its name', async () => {
  const broken = file('broken.json', '{');
  await expect(readAreas(broken, { each: false })).rejects.toThrow(`${broken}: is not JSON (`);
  const none = file('none.json', collection());
  await expect(readAreas(none, { each: true })).rejects.toThrow(
    `${none}: is a FeatureCollection without features, expected at least one`,
  );
  const wrong = file('wrong.json', collection(feature(1), feature(2, { ...square, coordinates: 7 })));
  await expect(readAreas(wrong, { each: true })).rejects.toThrow(`${wrong}, feature 1: coordinates is 7, expected`);
  const missing = join(folder, 'missing.geojson');
  await expect(readAreas(missing, { each: false })).rejects.toThrow(`${missing}: cannot be read (`);
});

it('a CRS that a file names is that of each of its features, and one that the user names is that of the file', async () => {
  const crs = { type: 'name', properties: { name: 'EPSG:5070' } };
  const path = file('albers.geojson', { ...two, crs });
  const { areas } = await readAreas(path, { each: 'asked' });
  expect(areas.map(({ feature }) => feature)).toEqual([
    { feature: 0, id: 0 },
    { feature: 1, id: 'b', name: 'North' },
  ]);
  expect(areas[1]?.area).toEqual({ type: 'FeatureCollection', crs, features: [two.features[1]] });
  await expect(readAreas(path, { each: 'asked', crs: { name: 'CRS84' } })).rejects.toThrow(
    `${path}, feature 0: crs is "EPSG:5070", but "CRS84" is given for it; expected the same`,
  );
  await expect(readAreas('huc12/1', { each: false, crs: { name: 'EPSG:5070' } })).rejects.toThrow(
    '--crs is that of GeoJSON, but the area is "huc12/1": its table has a CRS of its own',
  );
});
