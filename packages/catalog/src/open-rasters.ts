import { type Refusal, rastersOf } from '@cellshed/contracts';
import {
  MisalignedRastersError,
  openNetwork,
  openRaster,
  otherHosts,
  type Raster,
  type RasterOptions,
  stackRasters,
} from '@cellshed/raster';
import { choicesOf, definitionOf } from './definition.ts';
import type { Catalog, CatalogRaster } from './entries.ts';
import { closeAll, lendAll, lenderOf } from './lend-all.ts';
import { useAll } from './lender.ts';
import { openReading, type Reading, type ReadingOptions } from './reading.ts';

/** The rasters of a catalog, open. */
export interface OpenRasters {
  /**
   * Runs `work` with the rasters of these names, in this order, as their files are now. A file that
   * was replaced is opened anew, once for all callers. Work that began with the old one keeps it;
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

/** Options for opening rasters, and for checking them again. */
export interface OpenOptions extends ReadingOptions {
  readonly signal?: AbortSignal;
  /**
   * The time for which a version that a server or a database has told is good; local files are
   * looked at for each use.
   */
  readonly recheckMilliseconds?: number;
  /** The time in milliseconds. */
  readonly now?: () => number;
}

/**
 * Opens all rasters of the catalog and checks that those of each operation align. Throws one
 * CatalogError with everything that is wrong, a sentence where the folder of the raster cache
 * cannot be used, or the signal's reason; nothing is left open then.
 */
export async function openRasters(catalog: Catalog, options: OpenOptions = {}): Promise<OpenRasters> {
  const { recheckMilliseconds = 60_000, now = () => performance.now(), signal, rasterCache, ...others } = options;
  const anyRemote = [...catalog.rasters.values()].some(isRemote);
  const { reading, settled } = openReading({ ...others, rasterCache: anyRemote ? rasterCache : undefined });
  const lenders = await lendAll(catalog, catalog.rasters, {
    section: 'rasters',
    open: (raster, signal) => openCatalogRaster(raster, reading, signal),
    check: (rasters) => misalignments(catalog, rasters),
    lending: (raster) => ({ recheckMilliseconds: isRemote(raster) ? recheckMilliseconds : 0, now }),
    signal,
  });
  return {
    use: async (names, work) =>
      useAll(
        names.map((name) => lenderOf(lenders, name)),
        work,
      ),
    close: async () => {
      await closeAll(lenders.values());
      await settled();
    },
  };
}

/** Whether a raster is on servers. */
export function isRemote({ url }: CatalogRaster): boolean {
  return [url].flat().some((one) => /^(https?|s3):/i.test(one));
}

/** Opens a raster as its entry in the catalog says. Throws as `openRaster` does. */
export function openCatalogRaster(
  raster: CatalogRaster,
  reading: Partial<Reading> = {},
  signal?: AbortSignal,
): Promise<Raster> {
  return openRaster(openingOf(raster, reading), signal);
}

/** The options with which a raster of the catalog is opened. */
export function openingOf(raster: CatalogRaster, reading: Partial<Reading>): RasterOptions {
  const { name, url, band, nodata, mask, scaled, sidecars, crs, version, hosts } = raster;
  const network = hosts && { ...(reading.network ?? openNetwork()), others: otherHosts(hosts) };
  const options = { ...reading, ...(network && { network }) };
  return { name, url, band, nodata, mask, scaled, sidecars, crs, version, ...options };
}

/** The operations whose rasters do not align; rasters that could not be opened are left out. */
export function misalignments(
  { operations }: Pick<Catalog, 'operations'>,
  opened: ReadonlyMap<string, Raster>,
): Refusal[] {
  return [...operations.values()].flatMap((operation) => {
    for (const choice of choicesOf(operation)) {
      const there = rastersOf(definitionOf(operation, choice)).flatMap((raster) => opened.get(raster) ?? []);
      try {
        if (there.length > 0) stackRasters(there);
      } catch (error) {
        if (!(error instanceof MisalignedRastersError)) throw error;
        return [{ path: `operations.${operation.name}.rasters`, problem: error.message }];
      }
    }
    return [];
  });
}
