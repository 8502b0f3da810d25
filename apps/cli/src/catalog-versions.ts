import { type Catalog, openAreas, openRasters } from '@catchment/catalog';

/** What a catalog's rasters and area tables are now. */
export interface CatalogVersions {
  /** The versions of these rasters, by their names. */
  rasters(names: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /** The version of an area table. */
  table(name: string): Promise<string>;
  /** The ids of an area table that are asked for, ascending, with the version that has them. */
  areas(name: string, matches: (id: string) => boolean): Promise<{ readonly version: string; readonly ids: string[] }>;
  close(): Promise<void>;
}

/** Opens these rasters and tables of a catalog. Throws a CatalogError with all that is wrong. */
export async function openVersions(
  catalog: Catalog,
  wanted: { readonly rasters: readonly string[]; readonly tables: readonly string[] },
): Promise<CatalogVersions> {
  const part = {
    ...catalog,
    operations: new Map(),
    rasters: new Map([...catalog.rasters].filter(([name]) => wanted.rasters.includes(name))),
    areas: new Map([...catalog.areas].filter(([name]) => wanted.tables.includes(name))),
  };
  const rasters = await openRasters(part);
  const areas = await openAreas(part);
  return {
    rasters: (names) =>
      rasters.use(names, async (open) => Object.fromEntries(open.map(({ version }, i) => [names[i], version]))),
    table: (name) => areas.use(name, async ({ version }) => version),
    areas: (name, matches) =>
      areas.use(name, async (table) => {
        const ids: string[] = [];
        for await (const id of table.ids()) if (matches(id)) ids.push(id);
        return { version: table.version, ids };
      }),
    close: async () => {
      await Promise.all([rasters.close(), areas.close()]);
    },
  };
}

/** What an operation on a table is of now. */
export interface VersionsNow {
  readonly operation: string;
  readonly rasters: Readonly<Record<string, string>>;
  readonly table: string;
  readonly tableVersion: string;
}

/** In one sentence, why a result in a file has another fingerprint: every raster and table with another version, and both versions. */
export function versionDifference(about: Readonly<Record<string, unknown>>, now: VersionsNow): string {
  const inFile = (typeof about.rasters === 'object' && about.rasters) || {};
  const names = Object.keys(inFile);
  if (names.toSorted().join() !== Object.keys(now.rasters).toSorted().join()) {
    const is = Object.keys(now.rasters).join(', ');
    return `operation ${now.operation} is of the rasters ${names.join(', ') || 'none'} in the file, of ${is} in the catalog`;
  }
  const pairs: [what: string, was: unknown, is: string][] = [
    ...Object.entries(now.rasters).map(([name, is]): [string, unknown, string] => [
      `raster ${name}`,
      (inFile as Readonly<Record<string, unknown>>)[name],
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
