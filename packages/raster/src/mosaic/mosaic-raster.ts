import type { Grid } from '../grid.ts';
import type { RasterOptions } from '../open-raster.ts';
import type { Raster, Scaling } from '../raster.ts';
import { isData, meaningOf } from '../sample-values.ts';
import { currentVersions, type FileVersions, type Group, versionOfAll } from './file-versions.ts';
import { type Mosaic, mosaicTiles } from './mosaic-tiles.ts';
import type { SheetPool } from './sheet-pool.ts';

/**
 * What cells hold: of which type they are, what means no data, and what stands where no file is.
 */
export type MosaicCells = Pick<Mosaic, 'sampleType' | 'nodata' | 'fill'>;

export interface MosaicSheets extends MosaicCells, Pick<Mosaic, 'tiling' | 'sheets'> {
  readonly options: RasterOptions;
  readonly grid: Grid;
  /** The files that the raster has now, in their order. */
  readonly groups: () => Promise<readonly Group[]>;
  /** What they held when the raster was opened. */
  readonly versions: FileVersions;
  readonly pool: SheetPool;
  /** How samples become values in units; undefined: they are such. */
  readonly scaling: Scaling | undefined;
}

/** A raster that is made of files. */
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
