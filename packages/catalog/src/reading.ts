import {
  openNetwork,
  openRangeCache,
  openTileCache,
  type RangeCacheOptions,
  type RasterOptions,
} from '@cellshed/raster';

/** Options for reading the cells of rasters. */
export interface ReadingOptions {
  /** The place of tiles of rasters on servers; absent: none are kept. */
  readonly rasterCache?: RangeCacheOptions | undefined;
  /** The most bytes of decoded tiles that are kept for all work with the rasters; default 0. */
  readonly tileCacheBytes?: number | undefined;
  /** The number of other threads that decode tiles, too: as in openRaster. */
  readonly decodeThreads?: number | undefined;
}

/** The things that all rasters share when they are read. */
export type Reading = Pick<RasterOptions, 'network' | 'tileCache' | 'decodeThreads'>;

/** Opens what rasters share. `settled` waits until the files of the cache are written. */
export function openReading({ rasterCache, tileCacheBytes = 0, decodeThreads }: ReadingOptions): {
  readonly reading: Reading;
  settled(): Promise<void>;
} {
  const cache = rasterCache && openRangeCache(rasterCache);
  const tileCache = tileCacheBytes > 0 ? openTileCache({ mostBytes: tileCacheBytes }) : undefined;
  return {
    reading: { network: openNetwork({ cache }), tileCache, decodeThreads },
    settled: async () => cache?.settled(),
  };
}
