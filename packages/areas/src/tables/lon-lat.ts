import proj4 from 'proj4';
import type { Position } from '../area.ts';
import type { Bbox } from '../table.ts';

/** How positions of a source become longitude and latitude. */
export interface LonLat {
  /** Not finite where the CRS has no such position. */
  readonly convert: (x: number, y: number) => Position;
  /** A box around all that lies in this one, a little larger than need be unless the source is in lon/lat itself. */
  readonly convertBox: (box: Bbox) => Bbox;
  readonly notes: readonly string[];
}

/** Positions as they are. */
export const alreadyLonLat: LonLat = { convert: (x, y) => [x, y], convertBox: (box) => box, notes: [] };

/**
 * From the CRS that a WKT text defines, by proj4. Longitude and latitude in degrees stay digit for digit as they are,
 * unless the text itself gives a datum shift. A datum that proj4 has no shift for is taken for WGS 84; a note says so
 * where that may matter. x is always easting or longitude, whatever order of axes the text has: GeoPackage says so.
 * Throws if proj4 does not know the CRS.
 */
export function lonLatFrom(definition: string, srsName: string): LonLat {
  const crs = parse(definition, srsName);
  const isGeographic = crs.projName === 'longlat';
  if (isGeographic && !/^deg/i.test(crs.units ?? '')) {
    throw new Error(`CRS ${srsName} is in ${crs.units}, expected degrees`);
  }
  const notes = isUnshifted(crs) ? [`the datum of ${srsName} is taken for WGS 84, which may be off by 200 m`] : [];
  const isIdentity = isGeographic && !crs.from_greenwich && crs.datum.datum_type >= datum.wgs84;
  if (isIdentity) return { ...alreadyLonLat, notes };
  const { forward } = proj4(definition, 'EPSG:4326');
  const convert = (x: number, y: number) => convertOne(forward, x, y);
  return { convert, convertBox: (box) => boxAround(box, convert), notes };
}

/** Values of proj4's `datum_type`; smaller ones are shifts. */
const datum = { wgs84: 4, none: 5 } as const;

/** What is used of proj4's reading of a definition. */
interface Crs {
  readonly projName: string;
  readonly units?: string;
  readonly from_greenwich?: number;
  readonly a: number;
  readonly datum: { readonly datum_type: number };
}

function parse(definition: string, srsName: string): Crs {
  try {
    return new proj4.Proj(definition) as unknown as Crs;
  } catch (cause) {
    throw new Error(`CRS ${srsName} is not one that proj4 knows; bring it to EPSG:4326 with ogr2ogr -t_srs`, { cause });
  }
}

/** Whether the datum is neither WGS 84 nor one on an ellipsoid of its size, and is not shifted either. */
function isUnshifted({ a, datum: { datum_type } }: Crs): boolean {
  return datum_type === datum.none && a !== 6378137;
}

function convertOne(forward: (position: [number, number]) => number[], x: number, y: number): Position {
  // proj4 throws where it is given what is not finite; the check of the ring says which position that is.
  if (!Number.isFinite(x) || !Number.isFinite(y)) return [Number.NaN, Number.NaN];
  const [lon = Number.NaN, lat = Number.NaN] = forward([x, y]);
  return [withinBound(lon, 180), withinBound(lat, 90)];
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
