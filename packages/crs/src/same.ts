import { fromLonLat } from './converter.ts';
import type { Crs } from './crs.ts';
import { parametersOf, parse } from './definitions/parse.ts';

/**
 * Whether two CRSs are the same, however they are written: they put positions from all over the
 * world in the same place, within a millimetre or a thousandth of a millionth of the coordinate. So
 * datums without a shift between them, such as NAD83 and WGS 84, are the same. A CRS with a shift
 * differs from the one without it.
 */
export function sameCrs(a: Crs, b: Crs): boolean {
  if (a.definition === b.definition) return true;
  const [toA, toB] = [fromLonLat(a), fromLonLat(b)];
  const scale = Math.min(scaleOf(a), scaleOf(b));
  return [...probes, ...around(a), ...around(b)].every(([longitude, latitude]) => {
    const [placeInA, placeInB] = [toA(longitude, latitude), toB(longitude, latitude)];
    return close(placeInA[0], placeInB[0], scale) && close(placeInA[1], placeInB[1], scale);
  });
}

/** The m² in one square unit of the CRS, if it is the same everywhere (the CRS is equal-area). */
export function squareUnit(crs: Crs): number | undefined {
  const { names, to_meter = 1 } = parametersOf(crs);
  return equalArea.some((name) => names.includes(name)) ? to_meter ** 2 : undefined;
}

/** The projections of proj4 that preserve areas. */
const equalArea = ['aea', 'laea', 'cea', 'sinu', 'moll', 'eck6', 'eqearth', 'bonne'];

const probes = [-176, -151, -121, -97, -78, -62, -33, -7, 4, 17, 38, 59, 83, 106, 127, 149, 172].flatMap((longitude) =>
  [-81, -58, -31, -12, 9, 27, 44, 63, 82].map((latitude) => [longitude, latitude] as const),
);

/** Places near the origin of a CRS, where it certainly has coordinates. */
function around(crs: Crs): readonly (readonly [number, number])[] {
  const { projection, meridian } = parse(crs.definition);
  const value = (name: string) => Number(projection.get(name) ?? 0) || 0;
  const zone = value('zone');
  const longitude = meridian + (zone === 0 ? value('lonc') || value('lon_0') : 6 * zone - 183);
  const latitude = value('lat_0') || value('lat_1');
  return offsets.map((x) => offsets.map((y) => [longitude + x, latitude + y] as const)).flat();
}

const offsets = [-1.7, -0.3, 0.9];

/** The coordinate of which a thousandth of a millionth is a millimetre. */
function scaleOf(crs: Crs): number {
  const { projName, to_meter = 1 } = parametersOf(crs);
  return projName === 'longlat' ? 10 : 1e6 / to_meter;
}

function close(a: number, b: number, scale: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) === Number.isFinite(b);
  return Math.abs(a - b) <= 1e-9 * Math.max(scale, Math.abs(a), Math.abs(b));
}
