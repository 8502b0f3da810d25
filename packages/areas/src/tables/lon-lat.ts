import { type Crs, isLonLat, toLonLat } from '@catchment/crs';
import type { Position } from '../area.ts';
import type { Bbox } from '../table.ts';

/** The CRS of a source, and how its positions become longitude and latitude. */
export interface LonLat {
  /** Absent: they are longitude and latitude as they stand. */
  readonly crs?: Crs | undefined;
  /** Not finite where the CRS has no such position. */
  readonly convert: (x: number, y: number) => Position;
  /** A box around all that lies in this one, a little larger than need be unless the source is in lon/lat itself. */
  readonly convertBox: (box: Bbox) => Bbox;
  readonly notes: readonly string[];
}

/** Positions as they are. */
export const alreadyLonLat: LonLat = { convert: (x, y) => [x, y], convertBox: (box) => box, notes: [] };

/**
 * From a CRS. Longitude and latitude in degrees on WGS 84, or on a datum that is as good, stay digit for digit as they are.
 * x is always easting or longitude, whatever order of axes the CRS has: GeoPackage says so.
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

/** The box of points along the four edges, 1 % wider for what bends out between them. */
function boxAround([minX, minY, maxX, maxY]: Bbox, convert: LonLat['convert']): Bbox {
  const edge: Position[] = [];
  for (let i = 0; i <= steps; i++) {
    const x = minX + ((maxX - minX) * i) / steps;
    const y = minY + ((maxY - minY) * i) / steps;
    edge.push(convert(x, minY), convert(x, maxY), convert(minX, y), convert(maxX, y));
  }
  const [lons, lats] = [edge.map(([lon]) => lon), edge.map(([, lat]) => lat)];
  const [west, south, east, north] = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  const margin = 0.01 * Math.max(east - west, north - south);
  const box: Bbox = [west - margin, south - margin, east + margin, north + margin];
  return box.every(Number.isFinite) ? box : [-180, -90, 180, 90];
}
