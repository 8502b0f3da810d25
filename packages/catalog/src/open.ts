import { type AreaTable, ChangedTableError, type LineSource, openAreaTable, openLineSource } from '@catchment/areas';
import {
  MisalignedRastersError,
  openNetwork,
  openRangeCache,
  openRaster,
  openTileCache,
  otherHosts,
  type RangeCacheOptions,
  type Raster,
  type RasterOptions,
  stackRasters,
} from '@catchment/raster';
import type { Catalog, CatalogRaster } from './catalog.ts';
import { CatalogError, type Fault, located } from './catalog-error.ts';
import { choicesOf, definitionOf, rastersOf } from './definition.ts';
import { createLender, type Lender, type LenderOptions, type Replaceable, useAll } from './lender.ts';

/** The rasters of a catalog, open. */
export interface OpenRasters {
  /**
   * Runs `work` with the rasters of these names, in this order, as their files are now. A file that
   * was replaced is opened anew, once for all who ask; who still works with the old one keeps it,
   * then it is closed. Throws when a file that was replaced cannot be opened, and for a name that
   * is not in the catalog.
   */
  use<Result>(names: readonly string[], work: (rasters: readonly Raster[]) => Promise<Result>): Promise<Result>;
  /**
   * Closes each raster as soon as nobody works with it, and waits for the cache's files; nothing
   * can be used any more.
   */
  close(): Promise<void>;
}

/** The area tables of a catalog, open. */
export interface OpenAreas {
  /**
   * Runs `work` with the table of this name as its source is now; files that were replaced are
   * treated as in OpenRasters. Once more, with the table opened anew, where `work` finds that the
   * table has changed meanwhile.
   */
  use<Result>(name: string, work: (table: AreaTable) => Promise<Result>): Promise<Result>;
  /**
   * What an operator should know of the tables, as they were opened: a sentence each, which names
   * the table.
   */
  readonly notes: readonly string[];
  /** Closes each table as soon as nobody works with it; nothing can be used any more. */
  close(): Promise<void>;
}

/** The line sources of a catalog, open. */
export interface OpenLines {
  /**
   * Runs `work` with the source of this name as its file is now; files that were replaced are
   * treated as in OpenRasters.
   */
  use<Result>(name: string, work: (source: LineSource) => Promise<Result>): Promise<Result>;
  /** Closes each source as soon as nobody works with it; nothing can be used any more. */
  close(): Promise<void>;
}

/** How rasters are opened, and looked at again. */
export interface OpenOptions {
  readonly signal?: AbortSignal;
  /**
   * For how long what a server, or a database, said of a raster's or table's version is good; local
   * files are looked at for each use.
   */
  readonly recheckMilliseconds?: number;
  /** Where tiles of rasters on servers are kept; absent: nowhere. */
  readonly rasterCache?: RangeCacheOptions | undefined;
  /** Most bytes of decoded tiles that are kept for all who work with the rasters; default 0. */
  readonly tileCacheBytes?: number | undefined;
  /** How many other threads decode tiles, too: as in openRaster. */
  readonly decodeThreads?: number | undefined;
  /** The time in milliseconds. */
  readonly now?: () => number;
}

/**
 * Opens all rasters of the catalog and checks that those of each operation align. Throws one
 * CatalogError with everything that is wrong, a sentence where the folder of the raster cache
 * cannot be used, or the signal's reason; nothing is left open then.
 */
export async function openRasters(catalog: Catalog, options: OpenOptions = {}): Promise<OpenRasters> {
  const {
    recheckMilliseconds = 60_000,
    now = () => performance.now(),
    signal,
    rasterCache,
    tileCacheBytes = 0,
    decodeThreads,
  } = options;
  const anyRemote = [...catalog.rasters.values()].some(isRemote);
  const cache = anyRemote && rasterCache ? openRangeCache(rasterCache) : undefined;
  const network = openNetwork({ cache });
  const tileCache = tileCacheBytes > 0 ? openTileCache({ mostBytes: tileCacheBytes }) : undefined;
  const lenders = await openAll(catalog, catalog.rasters, {
    section: 'rasters',
    open: (raster, signal) => openCatalogRaster(raster, { network, tileCache, decodeThreads }, signal),
    check: (rasters) => misalignments(catalog, rasters),
    lending: (raster) => ({ recheckMilliseconds: isRemote(raster) ? recheckMilliseconds : 0, now }),
    signal,
  });
  return {
    use: async (names, work) =>
      useAll(
        names.map((name) => find(lenders, name)),
        work,
      ),
    close: async () => {
      await closeAll(lenders.values());
      await cache?.settled();
    },
  };
}

/**
 * Opens all area tables of the catalog. Throws one CatalogError with everything that is wrong, or
 * the signal's reason; nothing is left open then.
 */
export async function openAreas(catalog: Catalog, options: OpenOptions = {}): Promise<OpenAreas> {
  const { now = () => performance.now(), recheckMilliseconds, signal } = options;
  const lenders = await openAll(catalog, catalog.areas, {
    section: 'areas',
    // How often a database is looked at, the table decides, which also sees a row that has changed
    // before.
    open: (table) => openAreaTable({ ...table, path: table.source, recheckMilliseconds, now }),
    check: () => [],
    lending: () => ({ recheckMilliseconds: 0, now }),
    signal,
  });
  const notesOf = ({ name, notes }: AreaTable) => notes.map((note) => `area table ${name}: ${note}`);
  const notes = await Promise.all(
    Array.from(lenders.values(), (lender) => lender.use(async (table) => notesOf(table))),
  );
  return {
    notes: notes.flat(),
    use: async (name, work) => {
      const lender = find(lenders, name);
      try {
        return await lender.use(work);
      } catch (error) {
        if (!(error instanceof ChangedTableError)) throw error;
        return lender.use(work);
      }
    },
    close: () => closeAll(lenders.values()),
  };
}

/** Opens all line sources of the catalog. Throws as `openAreas` does. */
export async function openLines(catalog: Catalog, options: OpenOptions = {}): Promise<OpenLines> {
  const { now = () => performance.now(), signal } = options;
  const lenders = await openAll(catalog, catalog.lines, {
    section: 'lines',
    open: (lines) => openLineSource({ ...lines, path: lines.source }),
    check: () => [],
    lending: () => ({ recheckMilliseconds: 0, now }),
    signal,
  });
  return {
    use: async (name, work) => find(lenders, name).use(work),
    close: () => closeAll(lenders.values()),
  };
}

/** How the rasters, the area tables or the lines are opened, checked together and lent. */
interface Kind<Item, Resource> {
  readonly section: 'rasters' | 'areas' | 'lines';
  readonly open: (item: Item, signal?: AbortSignal) => Promise<Resource>;
  readonly check: (opened: ReadonlyMap<string, Resource>) => readonly Fault[];
  readonly lending: (item: Item) => Omit<LenderOptions<Resource>, 'reopen'>;
  readonly signal: AbortSignal | undefined;
}

async function openAll<Item, Resource extends Replaceable>(
  catalog: Catalog,
  items: ReadonlyMap<string, Item>,
  { section, open, check, lending, signal }: Kind<Item, Resource>,
): Promise<ReadonlyMap<string, Lender<Resource>>> {
  const opened = new Map<string, Resource>();
  const lenders = new Map<string, Lender<Resource>>();
  const faults: Fault[] = [];
  const causes: unknown[] = [];
  const openOne = async ([name, item]: [string, Item]) => {
    try {
      const resource = await open(item, signal);
      opened.set(name, resource);
      // A later opening must not end with the signal of the first: many wait for it.
      lenders.set(name, createLender(resource, { ...lending(item), reopen: () => open(item) }));
    } catch (error) {
      causes.push(error);
      // Of a raster that is made of several files, each that is wrong is told.
      const each = error instanceof AggregateError ? (error.errors as Error[]) : [error as Error];
      faults.push(...each.map(({ message }) => ({ member: `${section}.${name}`, sentence: message })));
    }
  };
  await Promise.all([...items].map(openOne));
  faults.push(...check(opened));
  if (faults.length === 0) return lenders;
  await closeAll(lenders.values());
  signal?.throwIfAborted();
  throw new CatalogError(catalog.path, located(faults, catalog.places), { cause: new AggregateError(causes) });
}

function isRemote({ url }: CatalogRaster): boolean {
  return [url].flat().some((one) => /^(https?|s3):/i.test(one));
}

/** Opens a raster as its entry in the catalog says. Throws as `openRaster` does. */
export function openCatalogRaster(
  raster: CatalogRaster,
  reading: Pick<RasterOptions, 'network' | 'tileCache' | 'decodeThreads'> = {},
  signal?: AbortSignal,
): Promise<Raster> {
  const { name, url, band, nodata, mask, scaled, sidecars, crs, version, hosts } = raster;
  const network = hosts && { ...(reading.network ?? openNetwork()), others: otherHosts(hosts) };
  const options = { ...reading, ...(network && { network }) };
  return openRaster({ name, url, band, nodata, mask, scaled, sidecars, crs, version, ...options }, signal);
}

/** Operations whose rasters do not align; those that could not be opened are left out. */
export function misalignments(
  { operations }: Pick<Catalog, 'operations'>,
  opened: ReadonlyMap<string, Raster>,
): Fault[] {
  return [...operations.values()].flatMap((operation) => {
    for (const choice of choicesOf(operation)) {
      const there = rastersOf(definitionOf(operation, choice)).flatMap((raster) => opened.get(raster) ?? []);
      try {
        if (there.length > 0) stackRasters(there);
      } catch (error) {
        if (!(error instanceof MisalignedRastersError)) throw error;
        return [{ member: `operations.${operation.name}.rasters`, sentence: error.message }];
      }
    }
    return [];
  });
}

function find<Resource>(lenders: ReadonlyMap<string, Lender<Resource>>, name: string): Lender<Resource> {
  const lender = lenders.get(name);
  if (lender === undefined)
    throw new Error(`the catalog has no "${name}"; expected one of ${[...lenders.keys()].join(', ')}`);
  return lender;
}

async function closeAll(lenders: Iterable<Lender<unknown>>): Promise<void> {
  await Promise.all([...lenders].map((lender) => lender.close()));
}
