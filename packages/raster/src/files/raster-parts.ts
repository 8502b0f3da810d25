import type { RasterFiles } from './raster-files.ts';

/** The parts from which the tiles of a raster are made. */
export interface RasterParts {
  /** The name in messages. */
  readonly name: string;
  readonly files: RasterFiles;
  /** The band, from 1. */
  readonly band: number;
  /** Replaces the file's own no-data value. */
  readonly nodata: number | 'none' | undefined;
  /** Whether all masks are ignored. */
  readonly withoutMask: boolean;
  /** Whether values are in units, if the file has a scale. */
  readonly isScaled: boolean;
  readonly isSouthUp: boolean;
  readonly decodeThreads: number;
}
