import type { Lines } from '@cellshed/areas';
import { unlimited } from '@cellshed/budget';
import { crsFromText } from '@cellshed/crs';
import { crsNamed } from '../../src/drop-in/crs.ts';
import { readArea, readLines } from '../../src/drop-in/geometry.ts';
import { ProblemError } from '../../src/problems/problem.ts';
import { nothingDrawn } from '../../src/processes/asked.ts';
import { vertexCount } from '../../src/processes/vertex-count.ts';

type Ring = [number, number][];
const triangle: Ring = [
  [1_730_000, 2_090_000],
  [1_740_000, 2_090_000],
  [1_730_000, 2_095_000],
  [1_730_000, 2_090_000],
];
const text = (geometry: object, path = 'input.polygon.0') => ({ text: JSON.stringify(geometry), path });
const polygon = (ring: unknown[], others = {}) => text({ type: 'Polygon', coordinates: [ring], ...others });
const options = (name: string) => ({
  crs: crsNamed(name),
  vertexLimit: 100,
  vertices: vertexCount(100),
  budget: unlimited,
});

it.each([
  ['ConusAlbers', 'EPSG:5070'],
  ['WebMercator', 'EPSG:3857'],
])('what is in %s is left as it stands, in %s', (name, code) => {
  const crs = crsFromText(code);
  const area = readArea([polygon(triangle), polygon(triangle)], options(name));
  expect(area).toEqual({ polygons: [[triangle], [triangle]], crs, warnings: [] });
  const drawn = nothingDrawn();
  readLines([text({ type: 'LineString', coordinates: triangle })], { ...options(name), drawn });
  const [lines] = [...drawn.lines.values()].map((bytes): Lines => JSON.parse(Buffer.from(bytes).toString()));
  expect(lines).toEqual({ lines: [triangle], crs });
});

it('what is in LatLng is longitude and latitude', () => {
  const degrees = triangle.map(([x, y]): [number, number] => [x / 1e5, y / 1e5]);
  expect(readArea([polygon(degrees)], options('LatLng'))).toEqual({ polygons: [[degrees]], warnings: [] });
});

it('a geometry does not say its CRS: the request does', () => {
  const crs = { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::26918' } };
  expect(readArea([polygon(triangle, { crs })], options('ConusAlbers'))).toMatchObject({ crs: { name: 'EPSG:5070' } });
});

it.each(['ConusAlbers', 'WebMercator'])('a position that is nowhere on Earth in %s is refused by its place', (name) => {
  const away = triangle.with(1, [1e9, 1e9]);
  expect(() => readArea([polygon(away)], options(name))).toThrow(
    /^input\.polygon\.0: ring 0, position 1 is \[1000000000, 1000000000\], which is nowhere on Earth in EPSG:/,
  );
});

it.each(['latlng', 'EPSG:4326', '', '__proto__'])('there is no CRS called %s', (name) => {
  expect(() => crsNamed(name)).toThrow(new ProblemError(400, 'Unknown CRS'));
});
