import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Definition, readTypeName } from '@cellshed/contracts';
import { CatalogError, located } from './catalog-error.ts';
import { durationMilliseconds } from './duration.ts';
import type { Catalog } from './entries.ts';
import { type Locations, locate, mapUrls } from './locate.ts';
import { referenceFaults } from './references.ts';
import { CatalogFile, type LegendClass, type RasterEntry } from './schema.ts';

export interface LoadOptions {
  /** Whether local files are there is not looked at: whoever opens them will say. */
  readonly withoutFiles?: boolean;
}

/**
 * Reads the catalog at `path` (YAML 1.2, so JSON too) and checks all that can be checked without
 * opening a raster or a table: syntax, members, names, references, and that local files can be
 * read. Relative URLs are resolved against the file's folder. Throws one CatalogError with every
 * problem.
 */
export async function loadCatalog(path: string, { withoutFiles = false }: LoadOptions = {}): Promise<Catalog> {
  // Threads that are given a catalog have no use for it.
  const { readYaml } = await import('./read-yaml.ts');
  const { value: file = {}, problems, lines: places } = readYaml(await readText(path), CatalogFile);
  const locations = await locate(file, dirname(resolve(path)), { withoutFiles });
  const faults = [...referenceFaults(file), ...locations.faults];
  if (problems.length + faults.length > 0) throw new CatalogError(path, [...problems, ...located(faults, places)]);
  return { path, places, ...build(file as CatalogFile, locations) };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem = code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${message}`;
    throw new CatalogError(path, [{ line: undefined, problem }], { cause });
  }
}

function build(file: CatalogFile, { urls }: Locations): Omit<Catalog, 'path' | 'places'> {
  const { rasters, operations, areas = {}, lines = {}, ...titles } = file;
  return {
    ...titles,
    rasters: mapNamed(rasters, (name, { aliases = [], legend = {}, ...raster }) => ({
      ...raster,
      name,
      url: mapUrls(raster.url, `rasters.${name}.url`, (_, member) => urls.get(member) as string),
      aliases,
      legend: buildLegend(legend),
    })),
    operations: mapNamed(
      operations,
      (name, { lifetime, hardLimit, maxAge, staleWhileRevalidate, type, ...operation }) => ({
        ...({ ...readTypeName(type), ...operation } as Definition),
        name,
        ...milliseconds({ lifetime, hardLimit, maxAge, staleWhileRevalidate }),
      }),
    ),
    areas: mapNamed(areas, (name, { name: nameProperty, ...table }) => ({
      ...table,
      name,
      source: urls.get(`areas.${name}.source`) as string,
      ...(nameProperty === undefined ? {} : { nameProperty }),
    })),
    lines: mapNamed(lines, (name, entry) => ({
      ...entry,
      name,
      source: urls.get(`lines.${name}.source`) as string,
    })),
  };
}

/** The durations that are there, each under its name and `Milliseconds`. */
function milliseconds<Name extends string>(
  durations: Readonly<Record<Name, string | undefined>>,
): { readonly [Member in `${Name}Milliseconds`]?: number } {
  const given = Object.entries<string | undefined>(durations).filter(([, duration]) => duration !== undefined);
  return Object.fromEntries(
    given.map(([name, duration]) => [`${name}Milliseconds`, durationMilliseconds(duration as string)]),
  ) as { readonly [Member in `${Name}Milliseconds`]?: number };
}

function buildLegend(legend: NonNullable<RasterEntry['legend']>): Map<number, LegendClass> {
  const classes = Object.entries(legend).map(([value, entry]): [number, LegendClass] => [
    Number(value),
    typeof entry === 'string' ? { label: entry } : entry,
  ]);
  return new Map(classes.sort(([a], [b]) => a - b));
}

function mapNamed<Entry, Item>(
  entries: Readonly<Record<string, Entry>>,
  item: (name: string, entry: Entry) => Item,
): Map<string, Item> {
  return new Map(Object.entries(entries).map(([name, entry]) => [name, item(name, entry)]));
}
