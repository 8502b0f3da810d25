import { gdalwarpToGrid } from '@cellshed/crs';
import { MisalignedRastersError, partUnder, type Raster, stackRasters } from '@cellshed/raster';

type Aligned = Parameters<typeof stackRasters>[0][number];

/** Whether the cells of two rasters coincide, so that they can be counted together. */
export function aligns(one: Aligned, other: Aligned): boolean {
  try {
    stackRasters([one, other]);
    return true;
  } catch (error) {
    if (error instanceof MisalignedRastersError) return false;
    throw error;
  }
}

/** The command that makes, of a raster's file, one whose cells coincide with those of another. */
export function mendLine(
  { location, opened }: { readonly location: string; readonly opened: Pick<Raster, 'grid' | 'nodata'> },
  other: Pick<Raster, 'grid'>,
): string {
  const marks = opened.nodata === undefined ? 'alpha' : undefined;
  return gdalwarpToGrid(location, partUnder(other.grid, opened.grid), marks);
}
