import { bboxOf, fingerprintOf, fingerprintOfArea } from '@cellshed/areas';
import { refused } from '../problems/problem-error.ts';
import type { AskedArea, DrawnGeometries } from '../processes/asked.ts';
import { type GeometryOptions, type GeometryText, readArea } from './geometry.ts';

/** An area as a body gives it: drawn, or named instead. */
export interface GivenArea {
  readonly texts: readonly GeometryText[] | undefined;
  readonly drawnPath: string;
  readonly named: { readonly table: string; readonly id: string | number } | null | undefined;
  readonly path: string;
}

/** The cost of an area of any kind. */
const stepsOfArea = 1000;

/**
 * Resolves an area that a body gives; a drawn one is added to `drawn`. Throws a ProblemError (400)
 * that names the path when there is none, or when both ways are taken.
 */
export function areaOf(
  { texts, drawnPath, named, path }: GivenArea,
  reading: GeometryOptions & { readonly drawn: DrawnGeometries },
): AskedArea {
  reading.budget.spend(stepsOfArea);
  if (texts && named) throw refused({ path, problem: `stands beside ${drawnPath}, expected one of them` });
  if (texts) return drawnArea(texts, reading);
  if (!named) throw refused({ path: drawnPath, problem: 'is missing' });
  const { table, id } = named;
  return { wellKnown: { table, id: String(id) }, path, shown: { table, id } };
}

/**
 * Adds an area that a client draws. In longitude and latitude it may be, vertex for vertex, an area
 * of a table.
 */
function drawnArea(
  texts: readonly GeometryText[],
  { drawn, ...reading }: GeometryOptions & { readonly drawn: DrawnGeometries },
): AskedArea {
  const area = readArea(texts, reading);
  const reference = fingerprintOfArea(area, reading.budget);
  drawn.areas.set(reference, Buffer.from(JSON.stringify(area)));
  const { polygons, crs } = area;
  if (polygons.length === 0 || crs !== undefined) return { drawn: reference };
  return { drawn: reference, geometry: { fingerprint: fingerprintOf(area, reading.budget), box: bboxOf(polygons) } };
}
