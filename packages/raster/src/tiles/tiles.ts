import type { Samples, SampleType } from './samples.ts';

/**
 * The division of a raster into the parts that its file stores: tiles, or strips (then one across,
 * as wide as the raster).
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

/** Samples in tiles. */
export interface Tiles {
  readonly sampleType: SampleType;
  readonly tiling: Tiling;
  /**
   * Reads tile (column, row) of the tiling, row by row, `tiling.width` samples for each row, also
   * at the edges (the last strip may have fewer rows than `tiling.height`). The samples belong to
   * the caller, in a buffer of their own if they are many. Undefined: the tile is sparse, all of it
   * is no data. Throws an Error that names raster, tile and byte range if it cannot be read or
   * decoded.
   */
  readTile(column: number, row: number, signal?: AbortSignal): Promise<Samples | undefined>;
  /** The cache of decoded tiles for callers that only look at them; undefined: none. */
  readonly tileCache?: TileCache | undefined;
}

/** A tile that a caller may look at until it gives it back. No caller writes to it. */
export interface LentTile {
  /** The samples, as `Raster.readTile` returns them; undefined: the tile is sparse. */
  readonly samples: Samples | undefined;
  /**
   * Gives the tile back: the caller does not look at the samples any more, and they may be freed. A
   * second call has no effect.
   */
  giveBack(): void;
}

/** Lends a tile of a raster. Throws as `Raster.readTile` does. */
export type LendTile = (raster: Tiles, column: number, row: number, signal?: AbortSignal) => Promise<LentTile>;

/** A cache of decoded tiles, shared by all callers. */
export interface TileCache {
  /**
   * Lends a tile that is kept or already asked for, or else reads it. A failed read is not kept.
   */
  readonly lend: LendTile;
  /** Drops all tiles. Those in use stay valid until they are given back. */
  clear(): void;
}
