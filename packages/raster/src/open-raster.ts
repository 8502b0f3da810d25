import { type Crs, crsFromText, crsOfGeoKeys, gdalwarpToLonLat } from '@catchment/crs';
import { defaultHelpers } from './decode-crew.ts';
import { gridOf, placedGrid } from './geotiff-grid.ts';
import type { Grid } from './grid.ts';
import { singleFile } from './mosaic/file-list.ts';
import type { Network } from './network.ts';
import type { Raster } from './raster.ts';
import { openRasterFiles, type RasterFiles, type Sidecars } from './raster-files.ts';
import { type RasterTiles, rasterTiles } from './raster-tiles.ts';
import type { TileCache } from './tile-cache.ts';

export interface RasterOptions extends Omit<GeotiffOptions, 'url' | 'placed'> {
  /**
   * A GeoTIFF, or a VRT of some, which ends in .vrt: an absolute path, or a file:, http:, https:
   * (of a server that answers range requests) or s3: URL. Several GeoTIFFs on one grid are a list,
   * or local ones a pattern with `*` and `?`: later ones lie on top.
   */
  readonly url: string | readonly string[];
}

/** How one GeoTIFF is opened. */
export interface GeotiffOptions {
  /** For messages. */
  readonly name: string;
  readonly url: string;
  /** From 1; default 1. */
  readonly band?: number | undefined;
  /**
   * In place of the file's own; `none`: no value means no data. One that the sample type cannot
   * hold means none, too.
   */
  readonly nodata?: number | 'none' | undefined;
  /** `none`: what the file's mask or alpha band hides is counted, too. */
  readonly mask?: 'none' | undefined;
  /**
   * Whether files beside it are looked for (`.aux.xml`, `.msk`, a world file). Those that are, are
   * part of the version, also where they come or go.
   */
  readonly sidecars?: Sidecars | undefined;
  /** Values are in units: sample × scale + offset, as the file says; else they are the samples. */
  readonly scaled?: boolean | undefined;
  /** In place of what the file says: a code, PROJ text or WKT. */
  readonly crs?: string | undefined;
  /** In place of the file's size and time, or ETag. */
  readonly version?: string | undefined;
  /** What a remote file is read through; default: one for all rasters that do not say. */
  readonly network?: Network | undefined;
  /**
   * Most other threads that decode tiles together with this one; default: one for each other
   * processor, 3 at most. The count is sooner done, unless all processors are busy anyway.
   */
  readonly decodeThreads?: number | undefined;
  /** Where decoded tiles are kept; default: nowhere. */
  readonly tileCache?: TileCache | undefined;
  /** Where cells lie, in place of what the file says: its rows are taken as they are stored. */
  readonly placed?: Omit<Grid, 'width' | 'height'> | undefined;
}

export type OpenGeotiff = typeof openGeotiff;

/**
 * Opens one band of a raster at full resolution: its overviews are never read. What its mask, its
 * no-data value or its alpha band hides, the first of them that there is, is no data; so is what
 * the opener's no-data value says. Throws an Error that names the raster and says what is wrong
 * with a file or, for what is not supported, what would be; an AggregateError for several files.
 */
export async function openRaster(options: RasterOptions, signal?: AbortSignal): Promise<Raster> {
  const url = singleFile(options.url);
  if (url !== undefined) return openGeotiff({ ...options, url }, signal);
  // Few rasters are several files.
  const { openMosaic } = await import('./mosaic/open-mosaic.ts');
  return openMosaic(options, openGeotiff, signal);
}

async function openGeotiff(options: GeotiffOptions, signal?: AbortSignal): Promise<Raster> {
  const { name, url, version, network, tileCache, sidecars, placed, crs } = options;
  const [isPlaced, hasCrs] = [placed !== undefined, crs !== undefined];
  const opening = openRasterFiles(url, { network, version, sidecars, isPlaced, hasCrs, signal });
  const files = await blaming(`raster ${name}: `, signal, opening);
  try {
    const { location, isRemote } = files.source;
    const described = await blaming(`raster ${name}: cannot use ${location}: `, signal, describe(files, options));
    return {
      ...described,
      name,
      version: version ?? files.version,
      files: files.urls,
      isRemote,
      currentVersion: async (later) =>
        version ?? (await blaming(`raster ${name}: `, later, files.currentVersion(later))),
      tileCache,
      close: files.close,
    };
  } catch (cause) {
    await files.close();
    throw cause;
  }
}

async function describe(files: RasterFiles, options: GeotiffOptions): Promise<Pick<Raster, 'grid'> & RasterTiles> {
  const { name, band = 1, nodata, mask, scaled, placed, decodeThreads = defaultHelpers } = options;
  const { image } = files.directories;
  const { grid, isSouthUp } = placed
    ? placedGrid(image, placed)
    : gridOf(image, crsOf(files, options), files.transform);
  const withoutMask = mask === 'none';
  const tiles = rasterTiles({
    name: `raster ${name}`,
    files,
    band,
    nodata,
    withoutMask,
    isScaled: scaled ?? false,
    isSouthUp,
    decodeThreads,
  });
  return { grid, ...tiles };
}

function crsOf({ directories, pam }: RasterFiles, { crs, url }: GeotiffOptions): Crs {
  const written = crs ?? pam?.srs;
  if (written !== undefined) return crsFromText(written);
  const { geoKeys } = directories.image;
  if (Object.keys(geoKeys).length === 0) throw new Error('it names no CRS: give one with crs in the catalog');
  try {
    return crsOfGeoKeys(geoKeys);
  } catch (cause) {
    const line = gdalwarpToLonLat(url);
    throw new Error(`${(cause as Error).message}; give its crs in the catalog, or bring it to another: ${line}`, {
      cause,
    });
  }
}

/**
 * Awaits; what is thrown becomes a sentence that begins with `blame`, unless the signal asked for
 * it.
 */
async function blaming<T>(blame: string, signal: AbortSignal | undefined, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(blame + (cause as Error).message, { cause });
  }
}
