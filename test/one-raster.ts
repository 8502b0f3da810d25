import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ConstantRaster, writeConstantRaster } from './constant-raster.ts';

const oneTile = { across: 1, down: 1, originX: 0, originY: 0, value: 1 };

/** Writes a raster and a catalog whose operation `a` counts it. Returns the catalog's path. */
export function writeOneRaster(folder: string, raster: ConstantRaster = oneTile): string {
  writeConstantRaster(join(folder, 'a.tif'), raster);
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(catalog, 'rasters: { a: { url: a.tif } }\noperations: { a: { type: groupedCount, rasters: [a] } }\n');
  return catalog;
}
