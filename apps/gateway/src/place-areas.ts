import { fingerprintOf } from '@catchment/areas';
import { type Budget, OverBudget } from '@catchment/budget';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import type { AnyRequest, AreaReference, Request } from '@catchment/jobs';
import {
  type Asked,
  type AskedArea,
  type AskedQuestion,
  type DrawnGeometries,
  type Geometry,
  nothingDrawn,
  type WellKnown,
} from './asked.ts';
import { ProblemError } from './problem-error.ts';

export interface AreaSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  /** Pays for the areas of tables that are compared with what was drawn. */
  readonly budget: Budget;
}

/** A request, and the geometries that came with it and that it is about. */
export interface Placed {
  readonly request: AnyRequest;
  readonly drawn: DrawnGeometries;
}

/**
 * The request that a body makes, once all its well-known areas are seen to exist. Throws a ProblemError (400) that names the member where one
 * does not.
 */
export async function placeAreas(
  { process, isMany, areas, questions, drawn }: Asked,
  sources: AreaSources,
): Promise<Placed> {
  const places: Place[] = [];
  for (const area of areas) places.push(await placeOf(area, sources));
  const members = places.flatMap((area) => questions.map((question) => requestOn(area, question)));
  const request = isMany ? { operation: process, members } : (members[0] as Request);
  return { request, drawn: drawnIn(members, drawn) };
}

/** Not what turned out to be an area of a table. */
function drawnIn(members: readonly Request[], { areas, lines }: DrawnGeometries): DrawnGeometries {
  const drawn = nothingDrawn();
  for (const { area, lines: along } of members) {
    if ('drawn' in area) drawn.areas.set(area.drawn, areas.get(area.drawn) as Uint8Array);
    if (along) drawn.lines.set(along.drawn, lines.get(along.drawn) as Uint8Array);
  }
  return drawn;
}

/**
 * What is asked about an area. An operation of the catalog on an area of a table is answered from the entry that precomputing
 * and warming make, and computed from the table's own polygon: nothing that a client draws ever fills that entry. All else is
 * about what was drawn.
 */
function requestOn({ wellKnown, asked }: Place, { request, known }: AskedQuestion): Request {
  return wellKnown && known ? { ...known, area: wellKnown } : { ...request, area: asked };
}

interface Place {
  /** The area of a table that it is, be it by its name or vertex for vertex. */
  readonly wellKnown: WellKnown | undefined;
  readonly asked: AreaReference;
}

async function placeOf(area: AskedArea, sources: AreaSources): Promise<Place> {
  if ('wellKnown' in area) {
    const wellKnown = await existing(area, sources);
    return { wellKnown, asked: wellKnown };
  }
  const { drawn, geometry } = area;
  return { wellKnown: geometry && (await sameIn(geometry, sources)), asked: { drawn } };
}

async function existing(
  { wellKnown, member, shown }: Extract<AskedArea, { wellKnown: unknown }>,
  { catalog, tables }: AreaSources,
): Promise<WellKnown> {
  const { table, id } = wellKnown;
  const is = `${member}: is ${JSON.stringify(shown).slice(0, 300)}`;
  if (!catalog.areas.has(table)) {
    const known = [...catalog.areas.keys()].join(', ') || 'none';
    throw new ProblemError(400, `${is}, but no area table has this name; expected one of ${known}`);
  }
  const there = await tables.use(table, (open) => open.has(id));
  if (!there) throw new ProblemError(400, `${is}, but area table ${table} has no area with this id`);
  return { table, id };
}

/** The area of a table that this is, vertex for vertex: it has the same cells, and so the same results. */
async function sameIn(geometry: Geometry, sources: AreaSources): Promise<WellKnown | undefined> {
  for (const table of sources.catalog.areas.keys()) {
    const id = await idOf(geometry, table, sources);
    if (id !== undefined) return { table, id };
  }
  return undefined;
}

/** The id of the area that has these polygons. A table that cannot be asked has none: then the polygons are counted. */
async function idOf({ fingerprint, box }: Geometry, table: string, { tables, budget }: AreaSources) {
  const search = tables.use(table, async (open): Promise<string | undefined> => {
    for (const id of await open.withBox(box)) {
      const found = await open.get(id).catch(() => undefined);
      if (!found) continue;
      for (const ring of found.polygons.flat()) budget.spend(stepsOfVertex * ring.length);
      if (fingerprintOf(found) === fingerprint) return id;
    }
    return undefined;
  });
  return search.catch((error: unknown) => {
    if (error instanceof OverBudget) throw error;
    return undefined;
  });
}

/** Of reading, checking and hashing one of a table's. */
const stepsOfVertex = 100;
