import type { OpenGeotiff, RasterOptions } from '../open-raster.ts';
import type { Raster } from '../raster.ts';
import { isVrt } from './file-list.ts';
import { openList } from './open-list.ts';
import { openVrt } from './open-vrt.ts';

/**
 * Opens a raster that is made of several files: a VRT, a list, or a pattern. Throws as `openRaster`
 * does.
 */
export async function openMosaic(
  options: RasterOptions,
  openGeotiff: OpenGeotiff,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const [first = '', ...others] = typeof options.url === 'string' ? [options.url] : options.url;
  if (others.length === 0 && isVrt(first)) return openVrt({ ...options, url: first }, openGeotiff, signal);
  return openList(options, openGeotiff, signal);
}
