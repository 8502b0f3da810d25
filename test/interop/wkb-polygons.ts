import type { Polygons } from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';
import { crsFromText } from '@cellshed/crs';
import { checkRead } from '../../packages/areas/src/tables/stored-polygons.ts';
import { readWkb } from '../../packages/areas/src/tables/wkb.ts';

/** The polygons of a geometry in hexadecimal WKB, as readers write it. */
export function wkbPolygons(wkb: string): Polygons {
  const bytes = Buffer.from(wkb, 'hex');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // x and y are not judged in a projected CRS.
  const found = checkRead((left) => readWkb({ view, at: 0 }, left), crsFromText('EPSG:5070'));
  if (isRefusal(found)) throw new Error(found.problem);
  return found.polygons;
}
