import type { Settings } from './read.ts';

/** Where tiles of remote rasters are kept, and most bytes of them; undefined: nowhere. */
export function rasterCacheOf({
  RASTER_CACHE_DIR: folder,
  RASTER_CACHE_BYTES: mostBytes,
}: Settings<'RASTER_CACHE_DIR' | 'RASTER_CACHE_BYTES'>):
  | { readonly folder: string; readonly mostBytes: number }
  | undefined {
  return folder === undefined ? undefined : { folder, mostBytes };
}
