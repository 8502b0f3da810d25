import { openGeotiff } from './files/open-geotiff.ts';
import type { RasterOptions } from './files/raster-options.ts';
import { singleFile } from './mosaic/file-list.ts';
import type { Raster } from './tiles/raster.ts';

/**
 * Opens one band of a raster at full resolution; overviews are never read. A cell is no data if the
 * mask, the no-data value or the alpha band of the file hides it (the first of these that exists),
 * or the caller's no-data value does. Throws an Error that names the raster and tells what is wrong
 * with a file or what would be supported; an AggregateError for several files.
 */
export async function openRaster(options: RasterOptions, signal?: AbortSignal): Promise<Raster> {
  const url = singleFile(options.url);
  if (url !== undefined) return openGeotiff({ ...options, url }, signal);
  // Few rasters have several files.
  const { openMosaic } = await import('./mosaic/open-mosaic.ts');
  return openMosaic(options, signal);
}
