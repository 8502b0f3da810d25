import { parametersOf, parse } from '../src/definitions/parse.ts';
import { type Crs, fromLonLat, toLonLat } from '../src/index.ts';

type Position = readonly [number, number];

/** The metres of a degree of latitude. */
const degree = 111_195;

/**
 * The greatest distance, in metres, of a CRS from the places of PROJ, in both directions. Positions
 * without a place in PROJ are left out.
 */
export function farthest(crs: Crs, lonLats: readonly Position[], expected: readonly (Position | null)[]): number {
  const { isGeographic, degrees } = parse(crs.definition);
  const { to_meter = 1 } = parametersOf(crs);
  const [there, back] = [fromLonLat(crs), toLonLat(crs)];
  const distances = lonLats.map((lonLat, index) => {
    const xy = expected[index];
    if (!xy) return 0;
    const found = there(...lonLat);
    const forward = isGeographic
      ? onGlobe(scaled(found, degrees), scaled(xy, degrees))
      : Math.hypot(found[0] - xy[0], found[1] - xy[1]) * to_meter;
    return Math.max(forward, onGlobe(back(...xy), lonLat));
  });
  return distances.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(0, ...distances);
}

function scaled([x, y]: Position, factor: number): Position {
  return [x * factor, y * factor];
}

function onGlobe([longitude, latitude]: Position, [there, up]: Position): number {
  const across = Math.abs(longitude - there) % 360;
  return Math.hypot(Math.min(across, 360 - across) * Math.cos((up * Math.PI) / 180), latitude - up) * degree;
}
