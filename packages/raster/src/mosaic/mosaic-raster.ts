import type { RasterOptions } from '../files/raster-options.ts';
import type { Grid } from '../grid/grid.ts';
import type { Raster, Scaling } from '../tiles/raster.ts';
import { isData, meaningOf } from '../tiles/sample-values.ts';
import { currentVersions, type FileVersions, type Group, versionOfAll } from './file-versions.ts';
import { type Mosaic, mosaicTiles } from './mosaic-tiles.ts';
import type { SheetPool } from './sheet-pool.ts';

/** The type of the cells, the value that means no data, and the value where there is no file. */
export type MosaicCells = Pick<Mosaic, 'sampleType' | 'nodata' | 'fill'>;

export interface MosaicSheets extends MosaicCells, Pick<Mosaic, 'tiling' | 'sheets'> {
  readonly options: RasterOptions;
  readonly grid: Grid;
  /** The current files of the raster, in their order. */
  readonly groups: () => Promise<readonly Group[]>;
  /** The versions of the files when the raster was opened. */
  readonly versions: FileVersions;
  readonly pool: SheetPool;
  /** The rule that turns samples into values in units; undefined: they are the same. */
  readonly scaling: Scaling | undefined;
}

/** Makes a raster of several files. */
export function mosaicRaster({ options, grid, groups, versions, pool, scaling, ...cells }: MosaicSheets): Raster {
  const { name, version, tileCache } = options;
  const { nodata, fill, sampleType } = cells;
  const isFillHole = !isData(fill, meaningOf({ nodata, sampleType }));
  return {
    name,
    grid,
    nodata,
    ...(scaling && { scaling }),
    ...mosaicTiles({ ...cells, name, size: grid, isFillHole }, pool.use),
    version: version ?? versionOfAll(versions),
    isRemote: [...versions.keys()].some((url) => /^(https?|s3):/i.test(url)),
    currentVersion: async (signal) => version ?? versionOfAll(await currentVersions(await groups(), options, signal)),
    tileCache,
    close: pool.close,
  };
}
