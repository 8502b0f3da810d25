import { type Area, type Bbox, bboxOf, fingerprintOf, fingerprintOfArea } from '@catchment/areas';
import type { OpenAreas } from '@catchment/catalog';
import { type AreaReference, areaPath, type Request } from '@catchment/jobs';
import { ProblemError } from '../problem.ts';
import { type AreaSources, type Drawn, findWellKnown, type WellKnown } from '../resolve-area.ts';
import { type GeometryOptions, type GeometryText, readArea } from './geometry.ts';
import type { Question } from './questions.ts';

/** An area that is asked about. */
export interface AskedArea {
  /** The area of a table that it is, be it by its name or vertex for vertex. */
  readonly wellKnown: WellKnown | undefined;
  /** What the client drew; undefined: it gave a name. */
  readonly area: Area | undefined;
}

/** How an area is asked about: by what is drawn, or by a name in its place. */
export interface GivenArea {
  readonly texts: readonly GeometryText[] | undefined;
  readonly drawnMember: string;
  readonly named: { readonly table: string; readonly id: string | number } | null | undefined;
  readonly member: string;
}

/** The area that is given. Throws a ProblemError (400) that names the member where there is none, or both ways are taken. */
export async function areaOf(
  { texts, drawnMember, named, member }: GivenArea,
  reading: AreaSources & GeometryOptions,
): Promise<AskedArea> {
  if (texts && named) throw new ProblemError(400, `${member}: stands beside ${drawnMember}, expected one of them`);
  if (texts) return drawnArea(readArea(texts, reading), reading);
  if (!named) throw new ProblemError(400, `${drawnMember}: is missing`);
  const { table, id } = named;
  const wellKnown = await findWellKnown({ table, id: String(id) }, { member, shown: { table, id } }, reading);
  return { wellKnown, area: undefined };
}

/**
 * An area that a client draws. Where it is, vertex for vertex, an area of a table whose own coordinates are longitude and
 * latitude, it has the same cells, and so the same results.
 */
async function drawnArea(area: Area, { catalog, tables }: AreaSources): Promise<AskedArea> {
  const { polygons } = area;
  if (polygons.length === 0 || area.crs !== undefined) return { wellKnown: undefined, area };
  const geometry = { fingerprint: fingerprintOf(area), box: bboxOf(polygons) };
  for (const table of catalog.areas.keys()) {
    const id = await idOf(geometry, table, tables);
    if (id !== undefined) return { wellKnown: { table, id }, area };
  }
  return { wellKnown: undefined, area };
}

/**
 * What is asked about an area. An operation of the catalog on an area of a table is answered from the entry that precomputing
 * and warming make, and computed from the table's own polygon: nothing that a client draws ever fills that entry. All else is
 * about what was drawn, which is put among `drawn` then.
 */
export function requestOn({ wellKnown, area }: AskedArea, { request, known }: Question, drawn: Drawn): Request {
  if (wellKnown && known) return { ...known, area: wellKnown };
  return { ...request, area: area ? put(area, drawn) : (wellKnown as WellKnown) };
}

function put(area: Area, drawn: Drawn): AreaReference {
  const reference = fingerprintOfArea(area);
  drawn.set(areaPath(reference), Buffer.from(JSON.stringify(area)));
  return { drawn: reference };
}

/** The id of the area that has these polygons. A table that cannot be asked has none: then the polygons are counted. */
async function idOf({ fingerprint, box }: Geometry, table: string, tables: Pick<OpenAreas, 'use'>) {
  const search = tables.use(table, async (open): Promise<string | undefined> => {
    for (const id of await open.withBox(box)) {
      const found = await open.get(id).catch(() => undefined);
      if (found && fingerprintOf(found) === fingerprint) return id;
    }
    return undefined;
  });
  return search.catch(() => undefined);
}

interface Geometry {
  readonly fingerprint: string;
  readonly box: Bbox;
}
