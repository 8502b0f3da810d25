import proj4 from 'proj4';
import { ProblemError } from '../problem.ts';

/** Brings what JSON.parse made of GeoJSON to longitude and latitude. */
export type ToLonLat = (geojson: unknown, member: string) => unknown;

const albers =
  '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs +type=crs';

const definitions: ReadonlyMap<string, string | undefined> = new Map([
  ['LatLng', undefined],
  ['WebMercator', 'EPSG:3857'],
  ['ConusAlbers', albers],
]);

/** What brings coordinates of the CRS of this name to longitude and latitude. Throws a ProblemError (400) when there is no such name. */
export function toLonLat(name: string): ToLonLat {
  if (!definitions.has(name)) throw new ProblemError(400, 'Unknown CRS');
  const definition = definitions.get(name);
  if (definition === undefined) return (geojson) => geojson;
  const { forward, inverse } = proj4('WGS84', definition);
  return (geojson, member) =>
    withPositions(geojson, (position) => {
      const [x, y] = position as [number, number];
      // What is no position, the checks of GeoJSON find, and name.
      if (!Number.isFinite(x) || !Number.isFinite(y)) return position;
      const lonLat = inverse<[number, number]>([x, y]);
      const [again, upwards] = forward<[number, number]>([...lonLat]);
      // Of what lies beyond a projection's edge, proj4 makes some place or other.
      if (Math.hypot(again - x, upwards - y) < 0.001) return lonLat;
      throw new ProblemError(400, `${member}: position [${x}, ${y}] is nowhere on Earth in ${name}`);
    });
}

type Position = readonly unknown[];
type Change = (position: Position) => Position;

/** As deep as a geometry of a collection in a feature of another is nested, and a position in a multipolygon: deeper is no GeoJSON. */
const deepest = { object: 8, list: 4 };

/** GeoJSON with each position changed. A member `crs` goes: the CRS of what comes out is another. */
function withPositions(geojson: unknown, change: Change, depth = 0): unknown {
  if (depth > deepest.object || typeof geojson !== 'object' || geojson === null) return geojson;
  if (Array.isArray(geojson)) return geojson.map((member) => withPositions(member, change, depth + 1));
  const members = Object.entries(geojson).flatMap(([name, value]) => {
    if (name === 'crs') return [];
    if (name === 'coordinates') return [[name, changed(value, change)]];
    return [[name, nested.includes(name) ? withPositions(value, change, depth + 1) : value]];
  });
  return Object.fromEntries(members);
}

const nested = ['geometry', 'geometries', 'features'];

function changed(coordinates: unknown, change: Change, depth = 0): unknown {
  if (depth > deepest.list || !Array.isArray(coordinates)) return coordinates;
  return Array.isArray(coordinates[0])
    ? coordinates.map((one) => changed(one, change, depth + 1))
    : change(coordinates);
}
