import { isRefusal } from '@cellshed/contracts';
import type { Crs } from '@cellshed/crs';
import { boxOnEarth } from '../bbox.ts';
import { checkRead } from '../stored-polygons.ts';
import { readWkb } from '../wkb.ts';
import type { Row } from './database.ts';
import type { PostgisLayer } from './postgis-layer.ts';

/** The number of rows that fit into a page of so many vertices: at least one. */
export function fitting(rows: readonly Row[], vertices: number): number {
  let sum = 0;
  const first = rows.findIndex(({ points }) => {
    sum += Number(points);
    return sum > vertices;
  });
  return first < 0 ? Math.max(1, rows.length) : Math.max(1, first);
}

/** The record and the geometry of a row. */
export function readRow({ properties }: PostgisLayer, row: Row, crs?: Crs) {
  const { id, name, geometry } = row;
  const record = {
    id: String(id),
    ...(typeof name === 'string' && { name }),
    properties: Object.fromEntries(properties.map((column, i) => [column, row[`p${i}`]])),
  };
  if (!(geometry instanceof Uint8Array)) {
    return { record, geometry: { problem: 'geometry is missing, expected a Polygon or MultiPolygon' } };
  }
  const view = new DataView(geometry.buffer, geometry.byteOffset, geometry.byteLength);
  return { record, geometry: checkRead((left) => readWkb({ view, at: 0 }, left), crs) };
}

/** A row as a list has it. */
export function listed(layer: PostgisLayer, row: Row) {
  const { record, geometry } = readRow(layer, row);
  if (isRefusal(geometry)) return { ...record, polygons: [], problem: geometry.problem };
  return { ...record, polygons: geometry.polygons, bbox: boxOnEarth(geometry.polygons) };
}
