import { openGeotiffLevels } from './files/open-levels.ts';
import type { RasterOptions } from './files/raster-options.ts';
import { singleFile } from './mosaic/file-list.ts';
import { openRaster } from './open-raster.ts';
import type { RasterLevels } from './tiles/levels.ts';

/**
 * Opens one band of a raster with its overviews, to be looked at. A raster of several files has
 * none. Throws as `openRaster` does.
 */
export async function openRasterLevels(options: RasterOptions, signal?: AbortSignal): Promise<RasterLevels> {
  const url = singleFile(options.url);
  if (url !== undefined) return openGeotiffLevels({ ...options, url }, signal);
  const raster = await openRaster(options, signal);
  return { ...raster, levels: [raster] };
}
