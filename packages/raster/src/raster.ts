import type { Grid } from './grid.ts';
import type { TileCache } from './tile-cache.ts';

export type SampleType = 'uint8' | 'int8' | 'uint16' | 'int16' | 'uint32' | 'int32' | 'float32' | 'float64';

export type Samples =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | Float32Array
  | Float64Array;

/**
 * How a raster is cut into the blocks that it stores: tiles, or strips (then one across, as wide as
 * the raster).
 */
export interface Tiling {
  /** Columns of a tile. */
  readonly width: number;
  /** Rows of a tile. */
  readonly height: number;
  /** Tiles in a row of tiles. */
  readonly across: number;
  /** Rows of tiles. */
  readonly down: number;
}

/** How samples become values in units. */
export interface Scaling {
  readonly scale: number;
  readonly offset: number;
  /** Whether whoever reads values has them in units; else they are the samples. */
  readonly isApplied: boolean;
}

/** Samples in tiles. */
export interface Tiles {
  readonly sampleType: SampleType;
  readonly tiling: Tiling;
  /**
   * The samples of tile (column, row) of the tiling, row by row, `tiling.width` to a row, also at
   * the edges (the last strip may be shorter than `tiling.height`); they are the caller's own, in a
   * buffer of their own where they are many. Undefined: the tile is sparse, all of it is no data.
   * Throws an Error that names raster, tile and byte range when it cannot be read or decoded.
   */
  readTile(column: number, row: number, signal?: AbortSignal): Promise<Samples | undefined>;
  /** Where decoded tiles are kept for those who only look at them; undefined: nowhere. */
  readonly tileCache?: TileCache | undefined;
}

/** One band of one open GeoTIFF, its rows from north to south. */
export interface Raster extends Tiles {
  /** What the opener calls it (the catalog's name); used in messages. */
  readonly name: string;
  readonly grid: Grid;
  /**
   * The value that means no data, as the sample type holds it; undefined: none. Floats very near to
   * it mean no data, too (see `nearNodata`), and so do NaN and infinities always.
   */
  readonly nodata: number | undefined;
  /**
   * The type of the file's own samples, where these have room for one more that tells what is
   * hidden.
   */
  readonly valueType?: SampleType | undefined;
  /**
   * What a sample is to be multiplied by, and what added to it, for the value in units; undefined:
   * nothing.
   */
  readonly scaling?: Scaling | undefined;
  /**
   * Identifies the bytes: given by the opener, else size and modification time, or the ETag, of all
   * files.
   */
  readonly version: string;
  /**
   * The file that it is read from, and those that were looked for beside it: the version is theirs
   * together. Absent: it is made of others.
   */
  readonly files?: readonly string[];
  /**
   * Whether it lies on a server. Its tiles come late, and once the file there was replaced they
   * cannot be read any more.
   */
  readonly isRemote: boolean;
  /**
   * The version that the file or object has now (a new look at it); differs from `version` when it
   * was replaced.
   */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
