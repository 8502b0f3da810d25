import { type Crs, crsFromText, crsOfGeoKeys, gdalwarpToLonLat } from '@cellshed/crs';
import { defaultHelpers } from '../codecs/decode-crew.ts';
import { gridOf, placedGrid } from '../geotiff/geotiff-grid.ts';
import type { Raster } from '../tiles/raster.ts';
import { openRasterFiles, type RasterFiles } from './raster-files.ts';
import type { GeotiffOptions } from './raster-options.ts';
import { type RasterTiles, rasterTiles } from './raster-tiles.ts';

export async function openGeotiff(options: GeotiffOptions, signal?: AbortSignal): Promise<Raster> {
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
