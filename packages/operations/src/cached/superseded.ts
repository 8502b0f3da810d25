import type { ResultKeyParts } from '@cellshed/cache';
import { type Catalog, type CatalogOperation, definitionOf } from '@cellshed/catalog';
import { type Definition, lineSourceOf, rastersOf, withRasters } from '@cellshed/contracts';
import { readOperationText } from '../request.ts';
import { linesSource, sourcesMark } from '../sources-mark.ts';
import type { CurrentVersions } from './current-versions.ts';

/**
 * The relation of a cached result to the catalog as it is now. `superseded`: it can no longer be
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

/** The most texts that are remembered: names of operations in keys, for each table. */
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
 * The definition that an operation in a key has now, whatever its quantiles; or why nothing can be
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
  // Every key of an operation with parameters names the rasters.
  if (!chosen) return hasParameters(operation) ? 'superseded' : own;
  return withRasters(own, chosen) ?? 'superseded';
}

function hasParameters({ parameters = {} }: CatalogOperation): boolean {
  return Object.keys(parameters).length > 0;
}

async function linesOf(definition: Definition, versions: CurrentVersions): Promise<string | null> {
  const source = lineSourceOf(definition);
  return source === undefined ? null : linesSource(source, await versions.lines(source));
}
