import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boxRing } from '../box-ring.ts';
import { writeConstantRaster } from '../constant-raster.ts';

/**
 * Writes the catalog for which the queues beside this file were recorded. Its versions are spelled
 * out, so that files that are made again fit what their jobs name. Answers its path.
 */
export function writeRecordedCatalog(folder: string): string {
  writeConstantRaster(join(folder, 'a.tif'), { across: 4, down: 4, originX: 0, originY: 4 * 512 * 30, value: 3 });
  writeFileSync(join(folder, 'squares.geojson'), JSON.stringify(squares(40)));
  const catalog = join(folder, 'catalog.yaml');
  writeFileSync(
    catalog,
    `rasters: { a: { url: a.tif, version: "1" } }
operations:
  cover: { type: groupedCount, rasters: [a] }
  mean: { type: groupedAverage, rasters: [], target: a }
  today: { type: groupedCount, rasters: [a], lifetime: 1s }
  each: { type: groupedCountMany, rasters: [a] }
  lines: { type: linesJoin, rasters: [a] }
areas: { squares: { source: squares.geojson, id: id, version: "1" } }
`,
  );
  return catalog;
}

/** A square of the raster's own CRS, of so many cells across. */
function square(column: number, row: number, cells: number) {
  const [west, south] = [30 * column, 30 * row];
  const [east, north] = [west + 30 * cells, south + 30 * cells];
  const ring = boxRing(west, south, east, north);
  return { type: 'Polygon', coordinates: [ring] };
}

function squares(count: number) {
  const feature = (i: number) => ({ type: 'Feature', properties: { id: `s${i}` }, geometry: square(50 * i, 20, 40) });
  const crs = { type: 'name', properties: { name: 'EPSG:5070' } };
  return { type: 'FeatureCollection', crs, features: Array.from({ length: count }, (_, i) => feature(i)) };
}
