import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { writeGeoPackage } from '../../sample/geopackage-writer.ts';
import { areaOf, type CellArea, inputAreas } from './outlines.ts';
import { partition, sweepPartition } from './partition.ts';
import { lonLatOf, metresOf, type Position, type Ring } from './place.ts';
import { writeRaster } from './raster-file.ts';
import { land, soil } from './recipes.ts';

/** The value that `soil.tif` calls no data. It has such cells. */
export const soilNodata = 255;

/**
 * Writes all inputs into a new folder, the same ones every time: `nlcd.tif` and `soil.tif`;
 * `polys/NAME.lonlat.geojson`, and the same places in metres as `polys/NAME.5070.geojson`;
 * `sweep.gpkg`, whose table `sweep` tiles the rasters, and in metres, a line of JSON for each of
 * its areas, `sweep.5070.jsonl`; `catalog.yaml`.
 */
export async function makeInputs(folder: string): Promise<void> {
  mkdirSync(`${folder}/polys`, { recursive: true });
  writeFileSync(`${folder}/catalog.yaml`, catalog);
  for (const { name, polygons } of inputAreas()) {
    const lonLat = polygons.map((rings) => rings.map(ringInLonLat));
    writeArea(`${folder}/polys/${name}.lonlat.geojson`, name, lonLat);
    writeArea(
      `${folder}/polys/${name}.5070.geojson`,
      name,
      lonLat.map((rings) => rings.map((ring) => ring.map(metresOf))),
    );
  }
  await writeAreas(folder, partition(sweepPartition));
  await writeRaster(`${folder}/nlcd.tif`, land, 0);
  await writeRaster(`${folder}/soil.tif`, soil, soilNodata);
}

const catalog = `rasters:
  nlcd: { url: nlcd.tif }
  soil: { url: soil.tif }
operations:
  nlcd_soil: { type: groupedCount, rasters: [nlcd, soil] }
areas:
  sweep: { source: sweep.gpkg, table: sweep, id: id }
`;

const ringInLonLat = (ring: Ring): Ring => ring.map(lonLatOf);

function writeArea(path: string, name: string, polygons: CellArea): void {
  const [only, ...others] = polygons;
  const geometry = others.length
    ? { type: 'MultiPolygon', coordinates: polygons }
    : { type: 'Polygon', coordinates: only };
  const feature = { type: 'Feature', properties: { id: name }, geometry };
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features: [feature] }));
}

/** Writes rings in cells as the areas of `sweep.gpkg` and `sweep.5070.jsonl`. */
export async function writeAreas(folder: string, rings: readonly Ring[]): Promise<void> {
  const areas = rings.map((ring, index) => ({
    id: `99${String(index).padStart(10, '0')}`,
    name: `Area ${index}`,
    areasqkm: Math.abs(areaOf(ring)) * 0.0009,
    rings: [ringInLonLat(ring)],
  }));
  const title = 'Areas that tile the rasters';
  writeGeoPackage(`${folder}/sweep.gpkg`, [{ table: 'sweep', title, idColumn: 'id', areas }]);
  const lines = areas.map(({ id, rings }) => {
    const coordinates: readonly Position[][] = rings.map((ring) => ring.map(metresOf));
    return `${JSON.stringify({ id, geometry: { type: 'Polygon', coordinates } })}\n`;
  });
  await pipeline(lines, createWriteStream(`${folder}/sweep.5070.jsonl`));
}
