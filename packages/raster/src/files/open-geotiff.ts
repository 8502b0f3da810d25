import { type Crs, crsFromText, crsOfGeoKeys, gdalwarpToLonLat } from '@cellshed/crs';
import { defaultHelpers } from '../codecs/decode-crew.ts';
import { type FileGrid, gridOf, placedGrid } from '../geotiff/geotiff-grid.ts';
import type { Raster } from '../tiles/raster.ts';
import { openRasterFiles, type RasterFiles } from './raster-files.ts';
import type { GeotiffOptions } from './raster-options.ts';
import { type RasterTiles, rasterTiles } from './raster-tiles.ts';

export async function openGeotiff(options: GeotiffOptions, signal?: AbortSignal): Promise<Raster> {
  const { described, ...opened } = await openDescribed(options, async (files) => describe(files, options), signal);
  return { ...opened, ...described };
}

/** Opens the files of a GeoTIFF, and describes them. Throws as `openRaster` does. */
export async function openDescribed<Described>(
  options: GeotiffOptions,
  describe: (files: RasterFiles) => Promise<Described>,
  signal: AbortSignal | undefined,
) {
  const { name, url, version, network, tileCache, sidecars, placed, crs } = options;
  const [isPlaced, hasCrs] = [placed !== undefined, crs !== undefined];
  const opening = openRasterFiles(url, { network, version, sidecars, isPlaced, hasCrs, signal });
  const files = await blaming(`raster ${name}: `, signal, opening);
  try {
    const { location, isRemote } = files.source;
    const described = await blaming(`raster ${name}: cannot use ${location}: `, signal, describe(files));
    return {
      described,
      name,
      version: version ?? files.version,
      files: files.urls,
      isRemote,
      currentVersion: async (later?: AbortSignal) =>
        version ?? (await blaming(`raster ${name}: `, later, files.currentVersion(later))),
      tileCache,
      close: files.close,
    };
  } catch (cause) {
    await files.close();
    throw cause;
  }
}

function describe(files: RasterFiles, options: GeotiffOptions): Pick<Raster, 'grid'> & RasterTiles {
  const { grid, isSouthUp } = gridIn(files, options);
  return { grid, ...tilesIn(files, options, isSouthUp) };
}

/** The grid of a GeoTIFF, and the order of its rows. */
export function gridIn(files: RasterFiles, options: GeotiffOptions): FileGrid {
  const { image } = files.directories;
  const { placed } = options;
  return placed ? placedGrid(image, placed) : gridOf(image, crsOf(files, options), files.transform);
}

/** The tiles of its image. */
export function tilesIn(files: RasterFiles, options: GeotiffOptions, isSouthUp: boolean): RasterTiles {
  const { name, band = 1, nodata, mask, scaled, decodeThreads = defaultHelpers } = options;
  return rasterTiles({
    name: `raster ${name}`,
    files,
    band,
    nodata,
    withoutMask: mask === 'none',
    isScaled: scaled ?? false,
    isSouthUp,
    decodeThreads,
  });
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
 * Awaits an action. Its error becomes a sentence that begins with `blame`, unless the signal was
 * aborted.
 */
async function blaming<T>(blame: string, signal: AbortSignal | undefined, action: Promise<T>): Promise<T> {
  try {
    return await action;
  } catch (cause) {
    signal?.throwIfAborted();
    throw new Error(blame + (cause as Error).message, { cause });
  }
}
