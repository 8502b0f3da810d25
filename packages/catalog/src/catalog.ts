import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CatalogError, located } from './catalog-error.ts';
import { durationMilliseconds } from './duration.ts';
import { type Locations, locate, mapUrls } from './locate.ts';
import { referenceFaults } from './references.ts';
import {
  type AreaTableEntry,
  CatalogFile,
  type LegendClass,
  type LinesEntry,
  type OperationEntry,
  type RasterEntry,
} from './schema.ts';

/**
 * What an operator offers: plain data that a worker thread may be given; nothing is open. Maps keep
 * the order of the file.
 */
export interface Catalog {
  /** As given to `loadCatalog`. */
  readonly path: string;
  readonly title?: string;
  readonly description?: string;
  readonly rasters: ReadonlyMap<string, CatalogRaster>;
  readonly operations: ReadonlyMap<string, CatalogOperation>;
  readonly areas: ReadonlyMap<string, CatalogAreaTable>;
  readonly lines: ReadonlyMap<string, CatalogLines>;
  /**
   * The line of the file on which each member stands, by its path (`operations.nlcd_soil.rasters`),
   * for messages.
   */
  readonly places: ReadonlyMap<string, number>;
}

/** A raster of the catalog. */
export interface CatalogRaster extends Readonly<Omit<RasterEntry, 'legend'>> {
  readonly name: string;
  /**
   * An absolute path, or a URL that begins with http(s):// or s3://; a list of such where the
   * raster is made of several files. A path with `*` or `?` that is no file's stands for several.
   */
  readonly url: string | readonly string[];
  readonly aliases: readonly string[];
  /** What the values stand for, ascending. */
  readonly legend: ReadonlyMap<number, Readonly<LegendClass>>;
}

/**
 * An operation of the catalog; its rasters are in the catalog, once its parameters are filled in.
 */
export type CatalogOperation = WithoutDurations<OperationEntry> & {
  readonly name: string;
  /** Age at which a result becomes stale; absent: never. */
  readonly lifetimeMilliseconds?: number;
  /** Age at which a result is no longer served; absent: never. */
  readonly hardLimitMilliseconds?: number;
};

/** Distributes over the union of entries. */
type WithoutDurations<Entry> = Entry extends unknown ? Readonly<Omit<Entry, 'lifetime' | 'hardLimit'>> : never;

/** A source of lines of the catalog. */
export interface CatalogLines extends Readonly<LinesEntry> {
  readonly name: string;
  /** An absolute path. */
  readonly source: string;
}

/** An area table of the catalog. */
export interface CatalogAreaTable extends Readonly<Omit<AreaTableEntry, 'name'>> {
  readonly name: string;
  /** An absolute path, or the URL of a database, in which a password may stand. */
  readonly source: string;
  /** The column or property that holds what people call an area (`name` in the file). */
  readonly nameProperty?: string;
}

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
    const sentence = code === 'ENOENT' ? 'there is no such file' : `cannot be read: ${message}`;
    throw new CatalogError(path, [{ line: undefined, member: '', sentence }], { cause });
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
    operations: mapNamed(operations, (name, { lifetime, hardLimit, ...operation }) => ({
      ...operation,
      name,
      ...(lifetime !== undefined && { lifetimeMilliseconds: durationMilliseconds(lifetime) }),
      ...(hardLimit !== undefined && { hardLimitMilliseconds: durationMilliseconds(hardLimit) }),
    })),
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
