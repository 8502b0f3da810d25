import type { RasterOptions } from '../files/raster-options.ts';
import type { Raster } from '../tiles/raster.ts';
import { isVrt } from './file-list.ts';
import { openList } from './open-list.ts';
import { openVrt } from './open-vrt.ts';

/** Opens a raster of several files: a VRT, a list, or a pattern. Throws as `openRaster` does. */
export async function openMosaic(options: RasterOptions, signal: AbortSignal | undefined): Promise<Raster> {
  const [first = '', ...others] = typeof options.url === 'string' ? [options.url] : options.url;
  if (others.length === 0 && isVrt(first)) return openVrt({ ...options, url: first }, signal);
  return openList(options, signal);
}
