import { fingerprintOfArea, fingerprintOfLines, type NamedCrs, parseArea, parseLines } from '@catchment/areas';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import { type AreaReference, areaPath, linesPath } from '@catchment/jobs';
import { ProblemError } from './problem.ts';
import type { VertexCount } from './vertex-count.ts';

export interface AreaSources {
  readonly catalog: Pick<Catalog, 'areas'>;
  readonly tables: Pick<OpenAreas, 'use'>;
  readonly vertexLimit: number;
  /** Of all areas and lines of a request together. */
  readonly requestVertexLimit: number;
}

/** Geometries that came with a request, as bytes, by their paths in its job cache. */
export type Drawn = Map<string, Uint8Array>;

/** How what comes with a request is drawn. */
export interface Drawing {
  /** What sentences call it. */
  readonly member: string;
  /** The CRS that the request names. */
  readonly crs: NamedCrs | undefined;
  readonly drawn: Drawn;
  readonly vertices: VertexCount;
}

const expected = 'table/id of a well-known area, or GeoJSON';

/**
 * The area that a client means: a well-known one that exists, or a drawn one, checked, which is put among `drawn`. Throws a
 * ProblemError (400) that names the member and what was expected.
 */
export async function resolveArea(
  area: unknown,
  { member, crs, drawn, vertices }: Drawing,
  sources: AreaSources,
): Promise<AreaReference> {
  if (typeof area === 'string') return wellKnown(area, member, sources);
  const parsed = parseArea(area, { vertices: sources.vertexLimit, crs });
  if ('problem' in parsed) throw new ProblemError(400, `${member}: ${parsed.problem}`);
  vertices.add(parsed.area.polygons.flat(), member);
  const reference = fingerprintOfArea(parsed.area);
  drawn.set(areaPath(reference), Buffer.from(JSON.stringify(parsed.area)));
  return { drawn: reference };
}

/** The same for lines that came with a request. */
export function resolveLines(
  lines: unknown,
  { member, crs, drawn, vertices }: Drawing,
  { vertexLimit }: Pick<AreaSources, 'vertexLimit'>,
): { readonly drawn: string } {
  const parsed = parseLines(lines, { vertices: vertexLimit, crs });
  if ('problem' in parsed) throw new ProblemError(400, `${member}: ${parsed.problem}`);
  vertices.add(parsed.lines.lines, member);
  const reference = fingerprintOfLines(parsed.lines);
  drawn.set(linesPath(reference), Buffer.from(JSON.stringify(parsed.lines)));
  return { drawn: reference };
}

async function wellKnown(text: string, member: string, sources: AreaSources): Promise<AreaReference> {
  const slash = text.indexOf('/');
  const [table, id] = [text.slice(0, slash), text.slice(slash + 1)];
  const shown = text.slice(0, 200);
  if (slash < 1 || id === '')
    throw new ProblemError(400, `${member}: is ${JSON.stringify(shown)}, expected ${expected}`);
  return findWellKnown({ table, id }, { member, shown }, sources);
}

/** A well-known area, by table and id. */
export interface WellKnown {
  readonly table: string;
  readonly id: string;
}

/** The same area, which exists. Throws a ProblemError (400) that names the member and its value, as `shown`, where it does not. */
export async function findWellKnown(
  { table, id }: WellKnown,
  { member, shown }: { readonly member: string; readonly shown: unknown },
  { catalog, tables }: Pick<AreaSources, 'catalog' | 'tables'>,
): Promise<WellKnown> {
  const is = `${member}: is ${JSON.stringify(shown).slice(0, 300)}`;
  if (!catalog.areas.has(table)) {
    const known = [...catalog.areas.keys()].join(', ') || 'none';
    throw new ProblemError(400, `${is}, but no area table has this name; expected one of ${known}`);
  }
  const there = await tables.use(table, (open) => open.has(id));
  if (!there) throw new ProblemError(400, `${is}, but area table ${table} has no area with this id`);
  return { table, id };
}
