import { type Budget, OverBudget } from '@cellshed/budget';
import type { Catalog, OpenAreas } from '@cellshed/catalog';
import type { AreaReference } from '@cellshed/contracts';
import { noLinks } from '@cellshed/operations';
import { refused } from '../problems/problem-error.ts';
import type { AreaNames } from './area-names.ts';
import {
  type Asked,
  type AskedArea,
  type AskedQuestion,
  type AskedUnits,
  type DrawnGeometries,
  type Geometry,
  nothingDrawn,
  type WellKnown,
} from './asked.ts';
import type { UnitArea } from './list-units.ts';
import { fingerprintIn } from './table-fingerprints.ts';

export interface AreaSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  /** The budget for areas of tables that are compared with drawn ones. */
  readonly budget: Budget;
  /** Finds the areas of a table that are meant; absent: bodies name none in that way. */
  readonly listUnits?: ((asked: AskedUnits) => Promise<readonly UnitArea[]>) | undefined;
}

/** A body's questions about areas that exist: the request is made from it. */
export interface Placed {
  readonly process: string;
  readonly isMany: boolean;
  readonly areas: readonly AreaReference[];
  readonly questions: readonly AskedQuestion['request'][];
  /**
   * The pairs of an area and a question, by their indices; absent: every question about every area.
   */
  readonly pairs?: readonly [area: number, question: number][];
  /** The drawn geometries that the request uses. */
  readonly drawn: DrawnGeometries;
  /** The names of drawn areas, which are no part of the request; absent: none has one. */
  readonly names?: AreaNames;
}

/**
 * Finds the areas of a body. Throws a ProblemError (400) that names the path of a well-known area
 * that does not exist.
 */
export async function findAreas(asked: Asked, sources: AreaSources): Promise<Placed> {
  const places: Place[] = [];
  for (const area of asked.areas) places.push(await placeOf(area, sources));
  if (asked.units) {
    const units = (await sources.listUnits?.(asked.units)) ?? [];
    places.push(...units.map((area) => ({ wellKnown: undefined, asked: area })));
  }
  const placed = { process: asked.process, isMany: asked.isMany, ...paired(places, asked.questions) };
  const names = namesIn(asked);
  return { ...placed, drawn: drawnIn(placed, asked.drawn), ...(names && { names }) };
}

/** The names that a client has given to areas; undefined: it has given none. */
export function namesIn({ areas, questions }: Pick<Asked, 'areas' | 'questions'>): AreaNames | undefined {
  const names = areas.map((area) => ('name' in area && area.name) || null);
  return names.some((name) => name !== null) ? { each: questions.length, areas: names } : undefined;
}

/**
 * Pairs areas and questions. An operation of the catalog on an area of a table is answered from the
 * entry that precomputing and warming make, and is computed from the table's own polygon: a
 * client's drawing never fills that entry. All other pairs use the drawing.
 */
function paired(
  places: readonly Place[],
  asked: readonly AskedQuestion[],
): Pick<Placed, 'areas' | 'questions' | 'pairs'> {
  const [areas, questions] = [places.map((place) => place.asked), asked.map(({ request }) => request)];
  if (!places.some(({ wellKnown }) => wellKnown) || !asked.some(({ known }) => known)) return { areas, questions };
  const [tables, knowns] = [[...areas], [...questions]];
  const tableAt = places.map(({ wellKnown }) => (wellKnown ? tables.push(wellKnown) - 1 : undefined));
  const knownAt = asked.map(({ known }) => (known ? knowns.push(known) - 1 : undefined));
  const pairs = places.flatMap((_place, area) =>
    asked.map((_question, question): [number, number] => {
      const [table, known] = [tableAt[area], knownAt[question]];
      return table !== undefined && known !== undefined ? [table, known] : [area, question];
    }),
  );
  return { areas: tables, questions: knowns, pairs };
}

/** The drawn geometries without those that turned out to be areas of a table. */
function drawnIn({ areas, questions, pairs }: Omit<Placed, 'drawn'>, drawn: DrawnGeometries): DrawnGeometries {
  const needed = nothingDrawn();
  const used = pairs ? new Set(pairs.map(([area]) => area)) : undefined;
  for (const [i, area] of areas.entries()) {
    const isUsed = questions.length > 0 && (used?.has(i) ?? true);
    if ('drawn' in area && isUsed) needed.areas.set(area.drawn, drawn.areas.get(area.drawn) as Uint8Array);
  }
  for (const { lines } of areas.length > 0 ? questions : [])
    if (lines) needed.lines.set(lines.drawn, drawn.lines.get(lines.drawn) as Uint8Array);
  return needed;
}

interface Place {
  /** The area of a table that it is, by its name or vertex for vertex. */
  readonly wellKnown: WellKnown | undefined;
  readonly asked: AreaReference;
}

async function placeOf(area: AskedArea, sources: AreaSources): Promise<Place> {
  if ('wellKnown' in area) {
    const wellKnown = await existing(area, sources);
    const { table, id } = wellKnown;
    return area.upstream ? { wellKnown: undefined, asked: { table, upstream: id } } : { wellKnown, asked: wellKnown };
  }
  const { drawn, geometry } = area;
  return { wellKnown: geometry && (await sameIn(geometry, sources)), asked: { drawn } };
}

async function existing(
  { wellKnown, path, shown, upstream }: Extract<AskedArea, { wellKnown: unknown }>,
  { catalog, tables }: AreaSources,
): Promise<WellKnown> {
  const { table, id } = wellKnown;
  const is = `is ${JSON.stringify(shown).slice(0, 300)}`;
  if (!catalog.areas.has(table)) {
    const known = [...catalog.areas.keys()].join(', ') || 'none';
    throw refused({ path, problem: `${is}, but no area table has this name; expected one of ${known}` });
  }
  if (upstream && catalog.areas.get(table)?.downstream === undefined) throw refused(noLinks(table), 'inputs');
  const there = await tables.use(table, (open) => open.has(id));
  if (!there) throw refused({ path, problem: `${is}, but area table ${table} has no area with this id` });
  return { table, id };
}

/**
 * Finds the area of a table that is equal vertex for vertex: it has the same cells, and so the same
 * results.
 */
async function sameIn(geometry: Geometry, sources: AreaSources): Promise<WellKnown | undefined> {
  for (const table of sources.catalog.areas.keys()) {
    const id = await idOf(geometry, table, sources);
    if (id !== undefined) return { table, id };
  }
  return undefined;
}

/**
 * Finds the id of the area with these polygons. A table that cannot be read has none: the polygons
 * are counted then.
 */
async function idOf({ fingerprint, box }: Geometry, table: string, { tables, budget }: AreaSources) {
  const search = tables.use(table, async (open): Promise<string | undefined> => {
    for (const id of await open.withBox(box)) {
      const found = await fingerprintIn(open, id, ({ polygons }) => {
        for (const ring of polygons.flat()) budget.spend(stepsOfVertex * ring.length);
      });
      if (found === fingerprint) return id;
    }
    return undefined;
  });
  return search.catch((error: unknown) => {
    if (error instanceof OverBudget) throw error;
    return undefined;
  });
}

/** The cost of reading, checking and hashing one vertex of a table. */
const stepsOfVertex = 100;
