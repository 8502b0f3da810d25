import { fromLonLat } from './converter.ts';
import type { Crs } from './crs.ts';
import { parametersOf, parse } from './parse.ts';

/**
 * Whether two CRSs mean the same, however they are written: whether they take positions from all
 * over the world to the same place, within a millimetre or a thousandth of a millionth of the
 * coordinate. So datums between which there is no shift, such as NAD83 and WGS 84, are one; and a
 * CRS whose shift is said is not the one that lacks it.
 */
export function sameCrs(a: Crs, b: Crs): boolean {
  if (a.definition === b.definition) return true;
  const [toA, toB] = [fromLonLat(a), fromLonLat(b)];
  const scale = Math.min(scaleOf(a), scaleOf(b));
  return [...probes, ...around(a), ...around(b)].every(([longitude, latitude]) => {
    const [there, here] = [toA(longitude, latitude), toB(longitude, latitude)];
    return close(there[0], here[0], scale) && close(there[1], here[1], scale);
  });
}

/**
 * How many m² one square unit of the CRS has, if it has the same everywhere: if the CRS is
 * equal-area.
 */
export function squareUnit(crs: Crs): number | undefined {
  const { names, to_meter = 1 } = parametersOf(crs);
  return equalArea.some((name) => names.includes(name)) ? to_meter ** 2 : undefined;
}

/** Projections of proj4 that keep areas. */
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
