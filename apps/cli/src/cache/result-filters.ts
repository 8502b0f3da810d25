import type { ResultSelection } from '@cellshed/cache';
import { type Catalog, loadCatalog } from '@cellshed/catalog';
import { isRefusal, refusalText } from '@cellshed/contracts';
import { type ResultFilters, type Standings, selectResults, selectResultsToRemove } from '@cellshed/operations';
import type { Command } from 'commander';
import { catalogPath } from '../options/catalog-path.ts';

/** The values of the options. */
export interface FilterOptions extends ResultFilters {
  readonly anyName?: boolean;
  readonly catalog?: string;
}

export interface RemovalFilterOptions extends FilterOptions {
  readonly all?: boolean;
}

/** Adds the options by which results are selected. */
export function addFilterOptions(command: Command): Command {
  const list = (value: string, before: readonly string[] | undefined) => [...(before ?? []), value];
  return command
    .option('--raster <name>', 'results of the operations that use this raster (repeatable)', list)
    .option('--table <name>', 'results for areas of this table (repeatable)', list)
    .option('--area <area>', 'results for this area: table/id, or drawn/HASH (repeatable)', list)
    .option('--operation <name>', 'results of this operation, in the catalog or not (repeatable)', list)
    .option('--drawn', 'results for drawn areas')
    .option(
      '--superseded',
      'only what cannot be asked for any more: of rasters, tables or lines that were replaced since',
    )
    .option('--any-name', 'take tables that the catalog does not have (any more)')
    .option('--catalog <file>', 'the catalog (default: CATCHMENT_CATALOG, else the sample)');
}

export const filterHelp =
  'Names of one kind are alternatives; kinds that are named must all fit.\n' +
  "CACHE_URL says where the cache is; a relative file: is found from the catalog's folder.";

type Judging = Pick<Standings, 'of'> | undefined;

/**
 * The results that the options select. Ends the command as not understood where they cannot be
 * meant.
 */
export async function selectionOf(
  command: Command,
  options: FilterOptions,
  standings: Judging,
): Promise<ResultSelection> {
  const selected = selectResults(options, await catalogOf(options), standings);
  return isRefusal(selected) ? notUnderstood(command, refusalText(selected)) : selected;
}

/** The same for what is going to be removed: nothing at all may not be meant by chance. */
export async function removalSelectionOf(
  command: Command,
  options: RemovalFilterOptions,
  standings: Judging,
): Promise<ResultSelection> {
  const selected = selectResultsToRemove(options, await catalogOf(options), standings);
  return isRefusal(selected) ? notUnderstood(command, refusalText(selected)) : selected;
}

/**
 * The catalog, where it is needed for a name. Without a catalog all results can still be removed.
 */
async function catalogOf(options: FilterOptions): Promise<Catalog | undefined> {
  const { raster, table, area, operation, anyName, catalog } = options;
  if (anyName || !(raster ?? table ?? area ?? operation)) return undefined;
  const loaded = await loadCatalog(catalogPath(catalog, process.env));
  const gone = operation?.filter((name) => !loaded.operations.has(name)) ?? [];
  if (gone.length > 0) {
    const known = [...loaded.operations.keys()].join(', ') || 'none';
    console.error(`note: the catalog has no operation called ${gone.join(', ')}; it has ${known}`);
  }
  return loaded;
}

/** Says of which results it is not known whether they were superseded. */
export function sayProblems({ problems }: Pick<Standings, 'problems'>): void {
  for (const problem of problems()) {
    console.error(`note: ${problem}; so it is not known which of its results were superseded`);
  }
}

function notUnderstood(command: Command, problem: string): never {
  return command.error(`catchment: ${problem}`, { exitCode: 2 });
}
