import { fromLonLat } from '../converter.ts';
import type { Crs } from '../crs.ts';
import { parametersOf, parse } from '../definitions/parse.ts';

/**
 * The meridian along which a CRS is cut open to be flat. Places on its two sides are far apart in
 * x, but not on Earth.
 */
export interface Seam {
  /** The longitude in the middle: the seam is 180° from it. */
  readonly centre: number;
  /**
   * The distance in x from one side of the seam to the other, where a longitude has the same x at
   * every latitude. Then x repeats.
   */
  readonly period?: number;
}

/** Seams by definition. */
const seams = new Map<string, Seam | undefined>();
const mostSeams = 100;

/** The seam of a CRS; undefined where it has none, as in azimuthal and transverse projections. */
export function seamOf(crs: Crs): Seam | undefined {
  if (seams.has(crs.definition)) return seams.get(crs.definition);
  const seam = findSeam(crs);
  if (seams.size >= mostSeams) seams.clear();
  seams.set(crs.definition, seam);
  return seam;
}

/** Whether x and y of the CRS are degrees. */
export function isGeographic(crs: Crs): boolean {
  return parametersOf(crs).projName === 'longlat';
}

const degrees = 180 / Math.PI;
const latitudes = [-55, 1, 40];

function findSeam(crs: Crs): Seam | undefined {
  const { projName, long0 = 0, from_greenwich = 0, to_meter = 1 } = parametersOf(crs);
  if (projName === 'longlat') {
    return { centre: from_greenwich * degrees, period: 360 / parse(crs.definition).degrees };
  }
  const centre = Math.round(1e9 * (long0 + from_greenwich) * degrees) / 1e9;
  const project = fromLonLat(crs);
  const at = (longitude: number) => latitudes.map((latitude) => project(centre + longitude, latitude));
  const metre = 1 / to_meter;
  const [west, east] = [at(-180 + 1e-7), at(180 - 1e-7)];
  if (![...west, ...east].flat().every(Number.isFinite)) return undefined;
  const isApart = west.some(([x, y], i) => {
    const [otherX, otherY] = east[i] as [number, number];
    return Math.hypot(x - otherX, y - otherY) > 1000 * metre;
  });
  if (!isApart) return undefined;
  const columns = [-180 + 1e-7, -90, 0, 90, 180 - 1e-7].map(at);
  const [, [[left]], , [[right]]] = columns as [unknown, [[number]], unknown, [[number]]];
  const period = 2 * (right - left);
  const middle = (left + right) / 2;
  const repeats = columns.every((column, i) =>
    column.every(([x], k) => {
      const isLevel = Math.abs((column[k] as [number, number])[1] - (columns[0]?.[k] as [number, number])[1]) < metre;
      return isLevel && Math.abs(x - middle - ((i - 2) * period) / 4) < metre;
    }),
  );
  return repeats ? { centre, period } : { centre };
}
