import { type Crs, isLonLat, rangeOf, toLonLat, unrolled } from '@cellshed/crs';
import type { Position } from './area.ts';
import type { Bbox } from './table.ts';

/** The CRS of a source, and the conversion of its positions to longitude and latitude. */
export interface LonLat {
  /** Absent: positions are longitude and latitude already. */
  readonly crs?: Crs | undefined;
  /** The longitude and latitude of a position; not finite where the CRS has no such position. */
  readonly convert: (x: number, y: number) => Position;
  /**
   * A box around everything in a given box. It is a little larger than necessary unless the source
   * is in longitude and latitude.
   */
  readonly convertBox: (box: Bbox) => Bbox;
  readonly notes: readonly string[];
}

/** The conversion that changes nothing. */
export const alreadyLonLat: LonLat = { convert: (x, y) => [x, y], convertBox: (box) => box, notes: [] };

/**
 * The conversion for a source that names no CRS: it is taken as longitude and latitude. `what`
 * names it at the beginning of a sentence. Throws a sentence where its extent cannot be that.
 */
export function withoutCrs(what: string, extent: readonly (number | null)[] = []): LonLat {
  const [minX, minY, maxX, maxY] = extent.map((side) => Math.abs(side ?? 0));
  if (Math.max(minX ?? 0, maxX ?? 0) > 180 || Math.max(minY ?? 0, maxY ?? 0) > 90)
    throw new Error(`${what} names no CRS, and its extent (${extent.join(', ')}) is not longitude and latitude`);
  return { ...alreadyLonLat, notes: [`${what} names no CRS: taken as longitude and latitude`] };
}

/**
 * The conversion from the CRS of a source, or that for a source that names none.
 */
export function lonLatOf(
  crs: Crs | undefined,
  { what, extent }: { readonly what: string; readonly extent: Bbox | undefined },
): LonLat {
  return crs === undefined ? withoutCrs(what, extent) : lonLatFrom(crs);
}

/**
 * The conversion from a CRS. Longitude and latitude in degrees on WGS 84, or on an equally good
 * datum, stay digit for digit the same. x is always easting or longitude, whatever order of axes
 * the CRS has: the GeoPackage standard says so.
 */
export function lonLatFrom(crs: Crs): LonLat {
  if (isLonLat(crs)) return alreadyLonLat;
  const convertOne = toLonLat(crs);
  const convert = (x: number, y: number): Position => {
    const [lon, lat] = convertOne(x, y);
    return [withinBound(lon, 180), withinBound(lat, 90)];
  };
  return { crs, convert, convertBox: (box) => boxAround(box, convert), notes: [] };
}

/** The bound, for a value that rounding has moved beyond it. */
function withinBound(value: number, bound: number): number {
  return Math.abs(value) > bound && Math.abs(value) < bound + 1e-9 ? Math.sign(value) * bound : value;
}

const steps = 16;
const world: Bbox = [-180, -90, 180, 90];

/**
 * A box around points along the four edges. It is 1 % wider, because edges bend between the points.
 * It exceeds 180 where it crosses the antimeridian. A box around half the world may contain a pole,
 * so it becomes the world.
 */
function boxAround([minX, minY, maxX, maxY]: Bbox, convert: LonLat['convert']): Bbox {
  const sides = [0, 1, 2, 3].map((side) =>
    Array.from({ length: steps }, (_, i): Position => {
      const [along, across] = [side < 2 ? i / steps : 1 - i / steps, side === 1 || side === 2 ? 1 : 0];
      const [x, y] = side % 2 === 0 ? [along, across] : [across, along];
      return convert(minX + (maxX - minX) * x, minY + (maxY - minY) * y);
    }),
  );
  const edge = sides.flat();
  const { rings } = unrolled([[...edge, edge[0] as Position]], 360);
  const [west, east] = rangeOf(rings);
  const [south, north] = rangeOf(rings.map((ring) => ring.map(([lon, lat]): Position => [lat, lon])));
  if (!(east - west < 180)) return world;
  const margin = 0.01 * Math.max(east - west, north - south);
  const box: Bbox = [west - margin, south - margin, east + margin, north + margin];
  return box.every(Number.isFinite) ? box : world;
}
