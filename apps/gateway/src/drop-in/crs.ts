import type { NamedCrs } from '@cellshed/areas';
import { crsFromText } from '@cellshed/crs';
import { ProblemError } from '../problems/problem-error.ts';

const codes: ReadonlyMap<string, string | undefined> = new Map([
  ['LatLng', undefined],
  ['WebMercator', 'EPSG:3857'],
  ['ConusAlbers', 'EPSG:5070'],
]);

/**
 * Finds the CRS that the original calls by this name. Throws a ProblemError (400) when there is no
 * such name.
 */
export function crsNamed(name: string): NamedCrs {
  if (!codes.has(name)) throw new ProblemError(400, 'Unknown CRS');
  const code = codes.get(name);
  return code === undefined ? { name } : { name, crs: crsFromText(code) };
}
