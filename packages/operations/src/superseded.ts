import type { ResultKeyParts } from '@catchment/cache';
import { type Catalog, type CatalogOperation, type Definition, definitionOf, rastersOf } from '@catchment/catalog';
import type { CurrentVersions } from './current-versions.ts';
import { readOperationText } from './request.ts';
import { linesSource, sourcesMark } from './sources-mark.ts';

/**
 * What a result in the cache is to the catalog as it is now. `superseded`: it can no longer be
 * asked for, as a raster, the area table or the lines that it was computed from were replaced
 * since, its operation is of other rasters now, or Catchment counted otherwise. `unlisted`: the
 * catalog does not have its operation, its area table or one of its rasters. `unknown`: one of them
 * cannot be opened.
 */
export type Standing = 'current' | 'superseded' | 'unlisted' | 'unknown';

/** Tells the standing of results by their keys alone. */
export interface Standings {
  of(parts: Pick<ResultKeyParts, 'area' | 'operation' | 'fingerprint'>): Promise<Standing>;
  /**
   * A sentence for each source that could not be opened, so that its results are of unknown
   * standing.
   */
  problems(): readonly string[];
}

/** So many texts are remembered: of each table, what its operations are called in keys. */
const mostRemembered = 10_000;

/**
 * Standings by the versions as they are when each is first needed: whoever looks through a cache
 * makes them anew. Results of every coverage, of every quantile and of all lines that came with
 * requests stand as their sources do.
 */
export function resultStandings(
  catalog: Pick<Catalog, 'operations' | 'rasters' | 'areas'>,
  versions: CurrentVersions,
): Standings {
  const marks = new Map<string, Promise<string | 'superseded' | 'unlisted' | 'unknown'>>();
  const problems = new Set<string>();

  const markOf = async (table: string | null, text: string) => {
    const definition = definitionIn(text, catalog);
    if (typeof definition === 'string') return definition;
    if (table !== null && !catalog.areas.has(table)) return 'unlisted';
    try {
      const names = rastersOf(definition);
      const rasters = await Promise.all(names.map(async (name) => ({ version: await versions.raster(name) })));
      return sourcesMark(definition, {
        catalog,
        rasters: new Map(names.map((name, i) => [name, rasters[i] as { version: string }])),
        table: table === null ? null : await versions.table(table),
        lines: await linesOf(definition, versions),
      });
    } catch (error) {
      problems.add((error as Error).message);
      return 'unknown';
    }
  };
  const remembered = (table: string | null, text: string) => {
    const name = JSON.stringify([table, text]);
    const before = marks.get(name);
    if (before) return before;
    if (marks.size >= mostRemembered) marks.clear();
    const now = markOf(table, text);
    marks.set(name, now);
    return now;
  };
  return {
    of: async ({ area, operation, fingerprint }) => {
      const mark = await remembered('table' in area ? area.table : null, operation);
      if (mark === 'superseded' || mark === 'unlisted' || mark === 'unknown') return mark;
      return fingerprint.startsWith(mark) ? 'current' : 'superseded';
    },
    problems: () => [...problems],
  };
}

/**
 * What an operation that a key calls so computes now, whatever its quantiles; or why nothing can be
 * asked for under this text.
 */
function definitionIn(
  text: string,
  { operations, rasters }: Pick<Catalog, 'operations' | 'rasters'>,
): Definition | 'superseded' | 'unlisted' {
  const { operation: name, rasters: chosen } = readOperationText(text);
  const operation = operations.get(name);
  if (!operation || chosen?.some((raster) => !rasters.has(raster))) return 'unlisted';
  const own = definitionOf(operation);
  // Of an operation with parameters every key says the rasters.
  if (!chosen) return hasParameters(operation) ? 'superseded' : own;
  return withRasters(own, chosen) ?? 'superseded';
}

function hasParameters({ parameters = {} }: CatalogOperation): boolean {
  return Object.keys(parameters).length > 0;
}

/**
 * The definition with these rasters, in the order of `rastersOf`; undefined: it has another number
 * of them.
 */
function withRasters(definition: Definition, chosen: readonly string[]): Definition | undefined {
  if (rastersOf(definition).length !== chosen.length) return undefined;
  const left = [...chosen];
  const rasters = left.splice(0, definition.rasters.length);
  const others = Object.fromEntries(
    (['target', 'weights'] as const).filter((name) => name in definition).map((name) => [name, left.shift()]),
  );
  return { ...definition, ...others, rasters } as Definition;
}

async function linesOf(definition: Definition, versions: CurrentVersions): Promise<string | null> {
  if (definition.type !== 'linesJoin' || definition.lines === undefined) return null;
  return linesSource(definition.lines, await versions.lines(definition.lines));
}
