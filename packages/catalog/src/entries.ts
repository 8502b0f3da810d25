import type { Definition } from '@cellshed/contracts';
import type { AreaTableEntry, LegendClass, LinesEntry, OperationMembers, RasterEntry } from './schema.ts';

/**
 * The offer of an operator: plain data that a worker thread may be given; nothing is open. Maps
 * keep the order of the file.
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
  /** The meanings of values, ascending. */
  readonly legend: ReadonlyMap<number, Readonly<LegendClass>>;
}

/**
 * An operation of the catalog; its rasters are in the catalog, once its parameters are filled in.
 */
export type CatalogOperation = Readonly<Definition & Omit<OperationMembers, Durations>> & {
  readonly name: string;
  /** The operation takes several areas, each for itself; absent: it takes one. */
  readonly isMany?: true;
  /** Age at which a result becomes stale; absent: never. */
  readonly lifetimeMilliseconds?: number;
  /** Age at which a result is no longer served; absent: never. */
  readonly hardLimitMilliseconds?: number;
  /** The time for which browsers and proxies may show a result unasked; absent: the default. */
  readonly maxAgeMilliseconds?: number;
  /** The time after that in which they may show it while they ask again; absent: the default. */
  readonly staleWhileRevalidateMilliseconds?: number;
};

type Durations = 'lifetime' | 'hardLimit' | 'maxAge' | 'staleWhileRevalidate';

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
