import { type Crs, isLonLat, rangeOf, toLonLat, unrolled } from '@catchment/crs';
import type { Position } from '../area.ts';
import type { Bbox } from '../table.ts';

/** The CRS of a source, and how its positions become longitude and latitude. */
export interface LonLat {
  /** Absent: they are longitude and latitude as they stand. */
  readonly crs?: Crs | undefined;
  /** Not finite where the CRS has no such position. */
  readonly convert: (x: number, y: number) => Position;
  /**
   * A box around all that lies in this one, a little larger than need be unless the source is in
   * lon/lat itself.
   */
  readonly convertBox: (box: Bbox) => Bbox;
  readonly notes: readonly string[];
}

/** Positions as they are. */
export const alreadyLonLat: LonLat = { convert: (x, y) => [x, y], convertBox: (box) => box, notes: [] };

/**
 * From a CRS. Longitude and latitude in degrees on WGS 84, or on a datum that is as good, stay
 * digit for digit as they are. x is always easting or longitude, whatever order of axes the CRS
 * has: GeoPackage says so.
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

/** Back to the bound where rounding has gone beyond it. */
function withinBound(value: number, bound: number): number {
  return Math.abs(value) > bound && Math.abs(value) < bound + 1e-9 ? Math.sign(value) * bound : value;
}

const steps = 16;
const world: Bbox = [-180, -90, 180, 90];

/**
 * The box of points along the four edges, 1 % wider for what bends out between them; beyond 180
 * where it crosses the antimeridian. What reaches around half the world may well hold a pole: its
 * box is the world.
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
