import type { AreaTable } from '@cellshed/areas';
import { type Catalog, type OpenAreas, openAreas, openLines, openRasters } from '@cellshed/catalog';
import { type Definition, lineSourceOf, rastersOf } from '@cellshed/contracts';

/** The versions of what a definition is computed from, by their names. */
export interface SourceVersions {
  /** The versions of all rasters, also of the target and the weights. */
  readonly rasters: Readonly<Record<string, string>>;
  readonly lines: Readonly<Record<string, string>>;
}

/** Chooses areas of a table, as it is, by their ids. */
export type Choosing = (table: AreaTable) => Promise<readonly string[]>;

/** The versions that a catalog's rasters, lines and area tables have now. */
export interface CatalogVersions {
  sources(definition: Definition): Promise<SourceVersions>;
  /** The version of an area table. */
  table(name: string): Promise<string>;
  /** The ids that are chosen of an area table, with the version that has them. */
  areas(name: string, choose: Choosing): Promise<{ readonly version: string; readonly ids: readonly string[] }>;
  close(): Promise<void>;
}

/** The definitions and area tables of a catalog that some work needs. */
export interface PartOfCatalog {
  readonly definitions: readonly Definition[];
  readonly tables: readonly string[];
}

/** A catalog of those rasters, lines and tables only; the operations stay. */
export function partOf(catalog: Catalog, { definitions, tables }: PartOfCatalog): Catalog {
  const ofAll = definitions.map(sourcesOf);
  const [rasterNames, lineNames] = [ofAll.flatMap((one) => one.rasters), ofAll.flatMap((one) => one.lines)];
  return {
    ...catalog,
    rasters: new Map([...catalog.rasters].filter(([name]) => rasterNames.includes(name))),
    lines: new Map([...catalog.lines].filter(([name]) => lineNames.includes(name))),
    areas: new Map([...catalog.areas].filter(([name]) => tables.includes(name))),
  };
}

/**
 * Opens what these definitions are computed from, and these tables of a catalog, unless its tables
 * are open already. Throws a CatalogError with all that is wrong.
 */
export async function openVersions(
  catalog: Catalog,
  wanted: PartOfCatalog,
  tables?: Pick<OpenAreas, 'use'>,
): Promise<CatalogVersions> {
  const part = { ...partOf(catalog, wanted), operations: new Map() };
  await using opened = new AsyncDisposableStack();
  const rasters = opened.adopt(await openRasters(part), close);
  const lines = opened.adopt(await openLines(part), close);
  const areas = tables ?? opened.adopt(await openAreas(part), close);
  const kept = opened.move();
  return {
    sources: async (definition) => {
      const names = sourcesOf(definition);
      const lineVersions = names.lines.map((name) => lines.use(name, async ({ version }) => [name, version] as const));
      return {
        rasters: await rasters.use(names.rasters, async (open) =>
          Object.fromEntries(open.map(({ version }, i) => [names.rasters[i], version])),
        ),
        lines: Object.fromEntries(await Promise.all(lineVersions)),
      };
    },
    table: (name) => areas.use(name, async ({ version }) => version),
    areas: (name, choose) => areas.use(name, async (table) => ({ version: table.version, ids: await choose(table) })),
    close: () => kept.disposeAsync(),
  };
}

function sourcesOf(definition: Definition) {
  return {
    rasters: [...new Set(rastersOf(definition))],
    lines: [lineSourceOf(definition) ?? []].flat(),
  };
}

/** The versions that an operation on a table is computed from now. */
export interface VersionsNow extends SourceVersions {
  readonly operation: string;
  readonly table: string;
  readonly tableVersion: string;
}

/**
 * Says in one sentence why a result in a file has another fingerprint: each raster, line source and
 * table with another version, and both versions.
 */
export function versionDifference(about: Readonly<Record<string, unknown>>, now: VersionsNow): string {
  const [rasters, lines] = [versionsIn(about.rasters), versionsIn(about.lines)];
  const others =
    otherNames('rasters', rasters, now.rasters, now.operation) ?? otherNames('lines', lines, now.lines, now.operation);
  if (others !== undefined) return others;
  const pairs: [what: string, was: unknown, is: string][] = [
    ...Object.entries(now.rasters).map(([name, is]): [string, unknown, string] => [
      `raster ${name}`,
      rasters[name],
      is,
    ]),
    ...Object.entries(now.lines).map(([name, is]): [string, unknown, string] => [
      `line source ${name}`,
      lines[name],
      is,
    ]),
    [`area table ${now.table}`, about.tableVersion, now.tableVersion],
  ];
  const differences = pairs
    .filter(([, was, is]) => was !== is)
    .map(
      ([what, was, is]) =>
        `${what} has version ${JSON.stringify(was)} in the file, ${JSON.stringify(is)} in the catalog`,
    );
  if (differences.length > 0) return differences.join('; ');
  return `operation ${now.operation} is defined otherwise in the catalog than it was for the file, or counted otherwise`;
}

function versionsIn(told: unknown): Readonly<Record<string, unknown>> {
  return typeof told === 'object' && told !== null ? (told as Readonly<Record<string, unknown>>) : {};
}

function otherNames(
  what: string,
  inFile: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, string>>,
  operation: string,
): string | undefined {
  const [was, is] = [Object.keys(inFile), Object.keys(now)];
  if (was.toSorted().join() === is.toSorted().join()) return undefined;
  const shown = (names: readonly string[]) => names.join(', ') || 'none';
  return `operation ${operation} is of the ${what} ${shown(was)} in the file, of ${shown(is)} in the catalog`;
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
