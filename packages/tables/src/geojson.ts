import type { Polygons } from '@cellshed/areas';
import type { Column, TableRow } from './columns.ts';
import { textPieces } from './text-pieces.ts';

/**
 * Rows as a GeoJSON FeatureCollection (RFC 7946), a feature each: its properties are the columns,
 * its geometry is that of the area. `members` stand beside the features.
 */
export async function* geoJsonBytes(
  columns: readonly Column[],
  rows: AsyncIterable<TableRow>,
  members: Readonly<Record<string, unknown>> = {},
): AsyncGenerator<Uint8Array> {
  const head = JSON.stringify({ type: 'FeatureCollection', ...members }).slice(0, -1);
  const pieces = textPieces();
  pieces.add(`${head},"features":[`);
  const featureText = featureWriter(columns);
  let separator = '\n';
  for await (const row of rows) {
    const piece = pieces.add(separator + featureText(row));
    if (piece) yield piece;
    separator = ',\n';
  }
  pieces.add('\n]}\n');
  yield pieces.rest();
}

/** Writes features; the geometry of rows that follow each other is written once. */
function featureWriter(columns: readonly Column[]) {
  let last: { readonly polygons: Polygons | undefined; readonly text: string } | undefined;
  return ({ values, polygons }: TableRow): string => {
    if (!last || last.polygons !== polygons) last = { polygons, text: JSON.stringify(geometryOf(polygons)) };
    const properties = JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, values[i] ?? null])));
    return `{"type":"Feature","geometry":${last.text},"properties":${properties}}`;
  };
}

/** A Polygon or a MultiPolygon; null where there is none. */
function geometryOf(polygons: Polygons | undefined) {
  if (polygons === undefined || polygons.length === 0) return null;
  if (polygons.length === 1) return { type: 'Polygon', coordinates: polygons[0] };
  return { type: 'MultiPolygon', coordinates: polygons };
}
