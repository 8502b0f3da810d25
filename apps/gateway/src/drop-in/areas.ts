import { bboxOf, fingerprintOf, fingerprintOfArea } from '@catchment/areas';
import type { AskedArea, DrawnGeometries } from '../asked.ts';
import { ProblemError } from '../problem-error.ts';
import { type GeometryOptions, type GeometryText, readArea } from './geometry.ts';

/** How an area is asked about: by what is drawn, or by a name in its place. */
export interface GivenArea {
  readonly texts: readonly GeometryText[] | undefined;
  readonly drawnMember: string;
  readonly named: { readonly table: string; readonly id: string | number } | null | undefined;
  readonly member: string;
}

/** Whatever it is. */
const stepsOfArea = 1000;

/**
 * The area that is given; what is drawn is put among `drawn`. Throws a ProblemError (400) that
 * names the member where there is none, or both ways are taken.
 */
export function areaOf(
  { texts, drawnMember, named, member }: GivenArea,
  reading: GeometryOptions & { readonly drawn: DrawnGeometries },
): AskedArea {
  reading.budget.spend(stepsOfArea);
  if (texts && named) throw new ProblemError(400, `${member}: stands beside ${drawnMember}, expected one of them`);
  if (texts) return drawnArea(texts, reading);
  if (!named) throw new ProblemError(400, `${drawnMember}: is missing`);
  const { table, id } = named;
  return { wellKnown: { table, id: String(id) }, member, shown: { table, id } };
}

/**
 * An area that a client draws. In longitude and latitude it may be, vertex for vertex, an area of a
 * table.
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
