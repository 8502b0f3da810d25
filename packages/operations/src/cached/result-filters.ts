import { type ResultKeyParts, type ResultSelection, selectionPrefix } from '@cellshed/cache';
import { type Catalog, type CatalogOperation, everyRasterOf } from '@cellshed/catalog';
import { isRefusal, type Refusal } from '@cellshed/contracts';
import { readOperationText } from '../request.ts';
import { rasterNamed } from '../resolve.ts';
import type { Standings } from './superseded.ts';

/**
 * The cached results that an operator means, in the catalog's words. Names of one kind are
 * alternatives; kinds that are named must all fit.
 */
export interface ResultFilters {
  /**
   * Rasters, also by their aliases: the operations that use one of them today, and results of
   * others that say so.
   */
  readonly raster?: readonly string[] | undefined;
  /** Area tables. */
  readonly table?: readonly string[] | undefined;
  /** Names of areas and totals as result documents have them, such as `table/id`. */
  readonly area?: readonly string[] | undefined;
  /**
   * Operations, with whatever rasters; any name, as a cache may keep results of those that have
   * left the catalog.
   */
  readonly operation?: readonly string[] | undefined;
  /** Drawn areas only. */
  readonly drawn?: boolean | undefined;
  /** Only those that can no longer be asked for: see `Standing`. */
  readonly superseded?: boolean | undefined;
}

type NamesOf = Pick<Catalog, 'rasters' | 'operations' | 'areas'>;

/**
 * The results that fit the filters; without filters, all. A raster or table that the catalog does
 * not have is refused with those that it has, and so are filters that no result can fit. Without a
 * catalog, names of tables are taken as they are, so that results of a table that has left the
 * catalog can be named, and rasters are refused; so is `superseded` without the standings of
 * results.
 */
export function selectResults(
  filters: ResultFilters,
  catalog: NamesOf | undefined,
  standings?: Pick<Standings, 'of'> | undefined,
): ResultSelection | Refusal {
  const { raster = [], table = [], area = [], operation = [], drawn = false, superseded = false } = filters;
  if (superseded && !standings) {
    return {
      path: 'superseded',
      problem: 'only the catalog knows which results were superseded, and none of its names is looked at',
    };
  }
  const areas = area.map(readArea);
  const wrong = areas.find(isRefusal);
  if (wrong) return wrong;
  const named = areas.flatMap((one) => (isRefusal(one) ? [] : one));
  const refusal =
    (catalog && unknownTable(catalog, [...table, ...named.flatMap((one) => ('table' in one ? one.table : []))])) ??
    (catalog ? unknownRaster(catalog, raster) : noCatalog(raster)) ??
    contradiction(filters, named);
  if (refusal) return refusal;
  const operations = operationTest(operation, raster, catalog);
  const selection: ResultSelection = {
    ...(table.length > 0 && { tables: table }),
    ...(named.length > 0 && { areas: named }),
    ...(operations && { operations }),
    ...(drawn && { drawn }),
    ...(superseded && standings && { where: async (parts) => (await standings.of(parts)) === 'superseded' }),
  };
  return unwritable(selection, operation) ?? selection;
}

/**
 * Like `selectResults`, for what is going to be removed: without filters only if `all` says so, and
 * with them only if it does not.
 */
export function selectResultsToRemove(
  { all = false, ...filters }: ResultFilters & { readonly all?: boolean | undefined },
  catalog: NamesOf | undefined,
  standings?: Pick<Standings, 'of'> | undefined,
): ResultSelection | Refusal {
  const { raster = [], table = [], area = [], operation = [], drawn = false, superseded = false } = filters;
  const filtered = drawn || superseded || [raster, table, area, operation].some((names) => names.length > 0);
  if (all && filtered) return { path: 'all', problem: 'means every result, so nothing else may be named beside it' };
  if (!all && !filtered)
    return { problem: 'nothing is named; expected raster, table, area, operation, drawn, superseded or all' };
  return selectResults(filters, catalog, standings);
}

type NamedArea = ResultKeyParts['area'];

/** The areas that results call like this: an id may look like the name of a total. */
function readArea(text: string): readonly NamedArea[] | Refusal {
  const slash = text.indexOf('/');
  const [table, id] = [text.slice(0, slash), text.slice(slash + 1)];
  if (slash < 1 || id === '') {
    return { path: 'area', problem: `is ${shown(text)}, expected table/id, or drawn/ and the hash of a drawn area` };
  }
  if (table === 'drawn') return [{ drawn: id }];
  return [{ table, id }, ...readTotal(table, id)];
}

/** The totals of a table that results call like this, as `areaText` does. */
function readTotal(table: string, text: string): NamedArea[] {
  const [, upstream] = /^(.+) upstream$/s.exec(text) ?? [];
  if (upstream !== undefined) return [{ table, upstream }];
  const [, by, value, inner, innerValue] = /^([^=]+)=(.+?)(?:, ([^=]+)=(.+))?$/s.exec(text) ?? [];
  if (by === undefined || value === undefined) return [];
  if (inner === undefined || innerValue === undefined) return [{ table, by, value }];
  return [
    { table, by, value: `${value}, ${inner}=${innerValue}` },
    { table, by, value, within: { by: inner, value: innerValue } },
  ];
}

function unknownTable({ areas }: NamesOf, names: readonly string[]): Refusal | undefined {
  const unknown = names.find((name) => !areas.has(name));
  if (unknown === undefined) return undefined;
  const hint = unknown === 'drawn' ? ' (areas that clients drew are in no table: ask for drawn)' : '';
  return {
    path: 'table',
    problem: `the catalog has no area table called ${shown(unknown)}; expected one of ${listed(areas.keys())}${hint}`,
  };
}

function unknownRaster({ rasters }: NamesOf, names: readonly string[]): Refusal | undefined {
  const known = new Set([...rasters.values()].flatMap(({ name, aliases }) => [name, ...aliases]));
  const unknown = names.find((name) => !known.has(name));
  if (unknown === undefined) return undefined;
  return {
    path: 'raster',
    problem: `the catalog has no raster called ${shown(unknown)}; expected one of ${listed(rasters.keys())}`,
  };
}

function noCatalog(rasters: readonly string[]): Refusal | undefined {
  if (rasters.length === 0) return undefined;
  return {
    path: 'raster',
    problem: `only the catalog knows which operations use ${shown(rasters[0] as string)}; name the operations instead`,
  };
}

function contradiction({ table = [], drawn }: ResultFilters, named: readonly NamedArea[]): Refusal | undefined {
  if (drawn && table.length > 0)
    return { path: 'drawn', problem: 'a drawn area is in no table, so no result fits drawn and table' };
  if (named.length === 0) return undefined;
  if (drawn && !named.some((area) => 'drawn' in area)) {
    return { path: 'drawn', problem: 'none of the areas named is a drawn one, so no result fits drawn and area' };
  }
  if (table.length > 0 && !named.some((area) => 'table' in area && table.includes(area.table))) {
    return {
      path: 'area',
      problem: `none of the areas named is in ${listed(table)}, so no result fits table and area`,
    };
  }
  return undefined;
}

/**
 * Whether what a key calls its operation is one of these, and uses one of these rasters; undefined:
 * whatever it is.
 */
function operationTest(
  operations: readonly string[],
  rasters: readonly string[],
  catalog: NamesOf | undefined,
): ((operation: string) => boolean) | undefined {
  if (operations.length + rasters.length === 0) return undefined;
  const meant = new Set(rasters.flatMap((name) => (catalog && rasterNamed(name, catalog)) ?? []));
  const using = new Set(
    [...(catalog?.operations.values() ?? [])].filter((one) => usesOf(one, meant)).map(({ name }) => name),
  );
  return (text) => {
    const { operation, rasters: own } = readOperationText(text);
    if (operations.length > 0 && !operations.includes(operation)) return false;
    if (rasters.length === 0) return true;
    return own ? own.some((name) => meant.has(name)) : using.has(operation);
  };
}

function usesOf(operation: CatalogOperation, rasters: ReadonlySet<string>): boolean {
  return everyRasterOf(operation).some((name) => rasters.has(name));
}

/** Names of which no key can be made. */
function unwritable(selection: ResultSelection, operations: readonly string[]): Refusal | undefined {
  try {
    selectionPrefix(selection);
    for (const operation of operations) selectionPrefix({ areas: [{ drawn: '-' }], operations: [operation] });
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}

function listed(names: Iterable<string>): string {
  return [...names].join(', ') || 'none';
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
