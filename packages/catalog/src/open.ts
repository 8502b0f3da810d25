import { type AreaTable, openAreaTable } from '@catchment/areas';
import { MisalignedRastersError, openRaster, type Raster, stackRasters } from '@catchment/raster';
import type { Catalog, CatalogAreaTable, CatalogRaster } from './catalog.ts';
import { CatalogError, type Fault, located } from './catalog-error.ts';
import { createLender, type Lender, type Replaceable, useAll } from './lender.ts';

/** The rasters of a catalog, open. */
export interface OpenRasters {
  /**
   * Runs `work` with the rasters of these names, in this order, as their files are now. A file that was replaced is opened anew,
   * once for all who ask; who still works with the old one keeps it, then it is closed. Throws when a file that was replaced
   * cannot be opened, and for a name that is not in the catalog.
   */
  use<Result>(names: readonly string[], work: (rasters: readonly Raster[]) => Promise<Result>): Promise<Result>;
  /** Closes each raster as soon as nobody works with it; nothing can be used any more. */
  close(): Promise<void>;
}

/** The area tables of a catalog, open. */
export interface OpenAreas {
  /** Runs `work` with the table of this name as its file is now; files that were replaced are treated as in OpenRasters. */
  use<Result>(name: string, work: (table: AreaTable) => Promise<Result>): Promise<Result>;
  /** Closes each table as soon as nobody works with it; nothing can be used any more. */
  close(): Promise<void>;
}

/** How rasters are opened, and looked at again. */
export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** For how long a raster on the web is not asked again whether it was replaced; local files are looked at for each use. */
  readonly recheckMilliseconds?: number;
  /** The time in milliseconds. */
  readonly now?: () => number;
}

/**
 * Opens all rasters of the catalog and checks that those of each operation align. Throws one CatalogError with everything that
 * is wrong, and leaves nothing open then; throws the signal's reason when that ends it.
 */
export async function openRasters(catalog: Catalog, options: OpenOptions = {}): Promise<OpenRasters> {
  const { recheckMilliseconds = 60_000, now = () => performance.now(), signal } = options;
  const lenders = await openAll(catalog, 'rasters', {
    open: openCatalogRaster,
    check: (rasters) => misalignments(catalog, rasters),
    lending: ({ url }) => ({ recheckMilliseconds: isRemote(url) ? recheckMilliseconds : 0, now }),
    signal,
  });
  return {
    use: async (names, work) => useAll(names.map((name) => find(lenders, name)), work),
    close: () => closeAll(lenders.values()),
  };
}

/** Opens all area tables of the catalog. Throws one CatalogError with everything that is wrong, and leaves nothing open then. */
export async function openAreas(catalog: Catalog, { now = () => performance.now(), signal }: OpenOptions = {}): Promise<OpenAreas> {
  const lenders = await openAll(catalog, 'areas', {
    open: (table: CatalogAreaTable) => openAreaTable({ ...table, path: table.source }),
    check: () => [],
    lending: () => ({ recheckMilliseconds: 0, now }),
    signal,
  });
  return {
    use: async (name, work) => find(lenders, name).use(work),
    close: () => closeAll(lenders.values()),
  };
}

/** How one kind of thing that a catalog names is opened, checked and lent. */
interface Kind<Item, Resource> {
  readonly open: (item: Item, signal?: AbortSignal) => Promise<Resource>;
  readonly check: (opened: ReadonlyMap<string, Resource>) => readonly Fault[];
  readonly lending: (item: Item) => Omit<LenderOptions<Resource>, 'reopen'>;
  readonly signal: AbortSignal | undefined;
}

async function openAll<Section extends 'rasters' | 'areas', Resource extends Replaceable>(
  catalog: Catalog,
  section: Section,
  { open, check, lending, signal }: Kind<ItemOf<Section>, Resource>,
): Promise<ReadonlyMap<string, Lender<Resource>>> {
