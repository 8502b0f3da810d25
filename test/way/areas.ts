import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import proj4 from 'proj4';
import { writeConstantRaster } from '../constant-raster.ts';

/** The value of all cells of each raster. */
export const values = { web: 7, local: 5 } as const;

/** Areas in the tables `squares` and `big`. */
const knownAreas = 120;
export const bigAreas = 12;

/** Writes the file of `local`: 24 × 24 tiles of this value. */
export function writeLocal(folder: string, value: number): void {
  writeConstantRaster(join(folder, 'local.tif'), { across: 24, down: 24, originX: 0, originY: 0, value });
}

/** Writes the tables `squares` and `big`: the same bytes each time. */
export function writeTables(folder: string): void {
  writeTable(
    join(folder, 'squares.geojson'),
    's',
    Array.from({ length: knownAreas }, (_, i) => small(i)),
  );
  writeTable(
    join(folder, 'big.geojson'),
    'b',
    Array.from({ length: bigAreas }, (_, i) => big(i)),
  );
}

function writeTable(path: string, letter: string, areas: readonly Area[]): void {
  const features = areas.map(({ geometry }, i) => ({ type: 'Feature', properties: { id: `${letter}${i}` }, geometry }));
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features }));
}

/** An area, and the number of its cells. */
export interface Area {
  readonly geometry: { readonly type: 'Polygon'; readonly coordinates: readonly number[][][] };
  readonly cells: number;
  /** Its name in the table, if it is asked for by that. */
  readonly name?: string;
}

/** Longitude and latitude of a place in EPSG:5070, the rasters' CRS. */
const lonLat = proj4(
  '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs',
);

/**
 * A rectangle of so many columns and rows, from so many cells right of and below the corner of the
 * rasters. Its edges are half a cell away from all centres, so it has just these cells.
 */
export function rectangle(columns: number, rows: number, right = 0, below = 0): Area {
  const corner = (x: number, y: number) => lonLat.inverse([30 * (right + x), -30 * (below + y)]) as number[];
  const ring = [corner(0, 0), corner(0, rows), corner(columns, rows), corner(columns, 0), corner(0, 0)];
  return { geometry: { type: 'Polygon', coordinates: [ring] }, cells: columns * rows };
}

/** Small areas; each has another number of cells. */
export const small = (i: number): Area => rectangle(100 + i, 10);

/** The area `squares/s<i>` of the table: that of `small(i)`, by its name. */
export const known = (i: number): Area => ({ ...small(i), name: `squares/s${i}` });

/** Areas over many tiles of `local`: dozens of count jobs. */
export const large = (i: number): Area => rectangle(12_000, 8000 + i);

/** The area `big/b<i>` of the table: on all tiles of `web`. */
export const big = (i: number): Area => ({ ...rectangle(1000, 900 + i), name: `big/b${i}` });
