import { fromLonLat, toLonLat } from './converter.ts';
import type { Crs } from './crs.ts';
import { parametersOf, parse } from './parse.ts';
import { isGeographic, seamOf } from './seam.ts';

/** Degrees by which a pole may be missed. */
const rounding = 1e-9;

/**
 * A function that says whether a position of the CRS is one on Earth: of any other, proj4 makes
 * some place or other. Where x repeats, it may be a world further, as longitudes may go on beyond
 * 180.
 */
export function placeChecker(crs: Crs): (x: number, y: number) => boolean {
  if (isGeographic(crs)) {
    const { degrees } = parse(crs.definition);
    return (x, y) => Math.abs(x * degrees) <= 360 && Math.abs(y * degrees) <= 90;
  }
  const [back, forth] = [toLonLat(crs), fromLonLat(crs)];
  const tolerance = 1 / (parametersOf(crs).to_meter ?? 1);
  const period = seamOf(crs)?.period ?? 0;
  return (x, y) => {
    const [longitude, latitude] = back(x, y);
    // What lies far out, cylindrical projections take to longitudes and latitudes that there are
    // not, and back to where it was.
    if (!(Math.abs(longitude) <= 360 && Math.abs(latitude) <= 90 + rounding)) return false;
    const [againX, againY] = forth(longitude, latitude);
    const [offX, offY] = [Math.abs(againX - x), Math.abs(againY - y)];
    return offY <= tolerance && (offX <= tolerance || Math.abs(offX - period) <= tolerance);
  };
}
