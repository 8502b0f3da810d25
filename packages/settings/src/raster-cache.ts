import type { Settings } from './read.ts';

/** The folder and the most bytes of the cache of remote tiles; undefined: nothing is cached. */
export function rasterCacheOf({
  RASTER_CACHE_DIR: folder,
  RASTER_CACHE_BYTES: mostBytes,
}: Settings<'RASTER_CACHE_DIR' | 'RASTER_CACHE_BYTES'>):
  | { readonly folder: string; readonly mostBytes: number }
  | undefined {
  return folder === undefined ? undefined : { folder, mostBytes };
}
