import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeGeoPackage } from '../sample/geopackage-writer.ts';
import { boxRing } from './box-ring.ts';
import { writeConstantRaster } from './constant-raster.ts';

/** 20 × 20 tiles of a thousandth of a degree. */
const raster = { across: 20, down: 20, originX: -80, originY: 45, value: 3, cell: 0.001, epsg: 4326 };
const degrees = 10.2;

export interface ManyAreas {
  readonly catalog: string;
  /** Ascending. */
  readonly ids: readonly string[];
}

/**
 * Writes a catalog with one raster of one value, the operation `count_a`, and the table `squares`
 * of so many squares side by side, of which no two touch.
 */
export function writeManyAreas(folder: string, count: number): ManyAreas {
  writeConstantRaster(join(folder, 'a.tif'), raster);
  const side = Math.ceil(Math.sqrt(count));
  const step = degrees / side;
  const ids = Array.from({ length: count }, (_, index) => String(index).padStart(6, '0'));
  const areas = ids.map((id, index) => {
    const [west, south] = [-79.99 + (index % side) * step, 34.78 + Math.floor(index / side) * step];
    const [east, north] = [west + 0.9 * step, south + 0.9 * step];
    const ring = boxRing(west, south, east, north);
    return { id, name: `Square ${id}`, areasqkm: 1, rings: [ring] };
  });
  writeGeoPackage(join(folder, 'squares.gpkg'), [{ table: 'squares', title: 'Squares', idColumn: 'id', areas }]);
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif } }
operations: { count_a: { type: groupedCount, rasters: [a] } }
areas: { squares: { source: squares.gpkg, table: squares, id: id } }
`,
  );
  return { catalog, ids };
}
