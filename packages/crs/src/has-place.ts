import { fromLonLat, toLonLat } from './converter.ts';
import type { Crs } from './crs.ts';
import { parametersOf, parse } from './definitions/parse.ts';
import { isGeographic, seamOf } from './world/seam.ts';

/** Degrees of rounding at a pole. */
const rounding = 1e-9;

/**
 * A function that says whether a position of the CRS is a place on Earth; proj4 converts other
 * positions to arbitrary places. Where x repeats, the position may be a world further, because
 * longitudes may exceed 180.
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
    // Cylindrical projections convert a far position to an impossible longitude or latitude, and
    // back to the same position.
    if (!(Math.abs(longitude) <= 360 && Math.abs(latitude) <= 90 + rounding)) return false;
    const [againX, againY] = forth(longitude, latitude);
    const [offX, offY] = [Math.abs(againX - x), Math.abs(againY - y)];
    return offY <= tolerance && (offX <= tolerance || Math.abs(offX - period) <= tolerance);
  };
}
