import { crsFromText, fromLonLat } from '@catchment/crs';
import fc from 'fast-check';
import { toLonLat } from '../../src/drop-in/crs.ts';
import { ProblemError } from '../../src/problem.ts';

const polygon = (...positions: unknown[]) => ({ type: 'Polygon', coordinates: [positions] });

it('leaves longitude and latitude as they are', () => {
  const geojson = polygon([-75, 40, 7]);
  expect(toLonLat('LatLng')(geojson, 'input.polygon.0')).toBe(geojson);
});

// Figures of PROJ 9.5.1: Transformer.from_crs('EPSG:5070', 'EPSG:4269', always_xy=True).transform(1730000, 2090000) of pyproj, and the
// same from EPSG:3857 to EPSG:4326.
it.each([
  ['ConusAlbers', [1730000, 2090000], [-75.35770597750114, 40.128453814789175]],
  ['WebMercator', [-8390000, 4880000], [-75.36865233762785, 40.09666958402719]],
])('brings %s to the longitude and latitude that PROJ finds', (name, position, degrees) => {
  expect(toLonLat(name)(polygon(position), '')).toEqual(polygon(degrees.map(nearly)));
});

it.each([
  [
    'ConusAlbers',
    'EPSG:5070',
    fc.tuple(fc.integer({ min: -2_600_000, max: 2_600_000 }), fc.integer({ min: 100_000, max: 3_400_000 })),
  ],
  [
    'WebMercator',
    'EPSG:3857',
    fc.tuple(fc.integer({ min: -20_000_000, max: 20_000_000 }), fc.integer({ min: -19_000_000, max: 19_000_000 })),
  ],
] as const)('a vertex in %s comes back to its place within a thousandth of a millimetre', (name, code, positions) => {
  const [read, forth] = [toLonLat(name), fromLonLat(crsFromText(code))];
  fc.assert(
    fc.property(positions, ([x, y]) => {
      const { coordinates } = read({ type: 'Point', coordinates: [x, y] }, '') as { coordinates: [number, number] };
      const [again, upwards] = forth(...coordinates);
      expect(Math.hypot(again - x, upwards - y)).toBeLessThan(1e-6);
    }),
    { numRuns: 2000 },
  );
});

it('reaches into features, collections and multipolygons, and drops the crs that no longer holds', () => {
  const read = toLonLat('WebMercator');
  const crs = { type: 'name', properties: { name: 'EPSG:3857' } };
  const point = { type: 'Point', coordinates: [0, 0] };
  const many = { type: 'MultiPolygon', coordinates: [[[[0, 0, 5]]]], crs };
  const geometries = [{ type: 'GeometryCollection', geometries: [point, many] }];
  const features = geometries.map((geometry) => ({ type: 'Feature', properties: { geometry: 1 }, geometry }));
  expect(read({ type: 'FeatureCollection', crs, features }, '')).toEqual({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { geometry: 1 },
        geometry: {
          type: 'GeometryCollection',
          geometries: [
            { type: 'Point', coordinates: [0, 0].map(nearly) },
            { type: 'MultiPolygon', coordinates: [[[[0, 0].map(nearly)]]] },
          ],
        },
      },
    ],
  });
});

function nearly(degrees: number): unknown {
  return expect.closeTo(degrees, 9);
}

it.each([
  ['null', null],
  ['a number', 7],
  ['a list', []],
  ['coordinates that are text', { coordinates: 'x' }],
  ['a position of text', polygon(['x', 2])],
  ['no position', polygon([])],
  ['null for a position', polygon(null)],
  ['features in features without end', JSON.parse(`${'{"geometry":'.repeat(50_000)}1${'}'.repeat(50_000)}`)],
  ['lists in lists without end', { coordinates: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) }],
])('leaves %s to the checks of GeoJSON', (_what, geojson) => {
  expect(() => toLonLat('ConusAlbers')(geojson, '')).not.toThrow();
});

it.each([
  ['WebMercator', [3e7, 0]],
  ['WebMercator', [0, 1e9]],
  ['ConusAlbers', [0, 1e9]],
  ['ConusAlbers', [2e7, 2e7]],
])('refuses what is nowhere in %s: %j', (name, position) => {
  const read = () => toLonLat(name)(polygon(position), 'input.polygon.1');
  const sentence = `input.polygon.1: position [${position.join(', ')}] is nowhere on Earth in ${name}`;
  expect(read).toThrow(new ProblemError(400, sentence));
});

it.each(['EPSG:5070', 'latlng', 'constructor', ''])('knows no CRS called %j', (name) => {
  expect(() => toLonLat(name)).toThrow(new ProblemError(400, 'Unknown CRS'));
});
