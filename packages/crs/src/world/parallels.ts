import { toLonLat } from '../converter.ts';
import type { Crs } from '../crs.ts';
import { axesOf, parse } from '../definitions/parse.ts';
import { isGeographic, seamOf } from './seam.ts';

/**
 * A CRS in which each y is one latitude, and x is proportional to longitude. Angles are radians.
 */
export interface Parallels {
  /** The semi-axes of the ellipsoid, in metres. */
  readonly a: number;
  readonly b: number;
  /** The longitudes in one unit of x. */
  readonly perX: number;
  /** The latitudes in one unit of y; absent: they are more towards the equator. */
  readonly perY?: number;
  latitudeOf(y: number): number;
}

const radians = Math.PI / 180;

/** The parallels of a CRS; undefined where y is not a latitude, as in UTM. */
export function parallelsOf(crs: Crs): Parallels | undefined {
  const period = seamOf(crs)?.period;
  if (period === undefined) return undefined;
  const parsed = parse(crs.definition);
  const { a, b } = axesOf(parsed.ellipsoid);
  const perX = (2 * Math.PI) / Math.abs(period);
  if (isGeographic(crs)) {
    const perY = parsed.degrees * radians;
    return { a, b, perX, perY, latitudeOf: (y) => y * perY };
  }
  const convert = toLonLat(crs);
  return { a, b, perX, latitudeOf: (y) => convert(0, y)[1] * radians };
}
