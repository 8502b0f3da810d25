import type { Grid } from '../grid/grid.ts';
import type { SampleType } from './samples.ts';
import type { Tiles } from './tiles.ts';

/** The rule by which samples become values in units. */
export interface Scaling {
  readonly scale: number;
  readonly offset: number;
  /** Whether values are in units; otherwise they are the samples. */
  readonly isApplied: boolean;
}

/** One open band of a GeoTIFF or a mosaic, its rows from north to south. */
export interface Raster extends Tiles {
  /** The caller's name for it (the name in the catalog), for messages. */
  readonly name: string;
  readonly grid: Grid;
  /**
   * The value that means no data, as the sample type holds it; undefined: none. Floats very near to
   * it are also no data (see `nearNodata`). NaN and infinities always are.
   */
  readonly nodata: number | undefined;
  /**
   * The type of the file's own samples, if `sampleType` has an additional value for hidden cells.
   */
  readonly valueType?: SampleType | undefined;
  /**
   * The factor and the offset that turn a sample into a value in units; undefined if samples are
   * values.
   */
  readonly scaling?: Scaling | undefined;
  /**
   * Identifies the bytes of all files: the caller's version, else their size and modification time,
   * or ETag.
   */
  readonly version: string;
  /**
   * The file of the raster, and the files that were looked for beside it: they share the version.
   * Absent if the raster consists of several files.
   */
  readonly files?: readonly string[];
  /**
   * Whether the file is on a server. Its tiles arrive late, and cannot be read any more once the
   * file is replaced.
   */
  readonly isRemote: boolean;
  /**
   * Looks up the version that the file or object has now; it differs from `version` after a
   * replacement.
   */
  currentVersion(signal?: AbortSignal): Promise<string>;
  close(): Promise<void>;
}
