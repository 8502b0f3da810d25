import { crsFromText } from '@cellshed/crs';
import { type CellPolygons, type Grid, projectToCells, type Window, type XyPolygons } from '@cellshed/raster';
import { truthJson } from './files.ts';

/** The grid of the National Land Cover Database. */
export const nlcdGrid: Grid = {
  crs: crsFromText('EPSG:5070'),
  originX: -2493045,
  originY: 3310005,
  cellWidth: 30,
  cellHeight: 30,
  width: 160_000,
  height: 105_000,
};
export const nlcdWindow: Window = { firstColumn: 0, endColumn: nlcdGrid.width, firstRow: 0, endRow: nlcdGrid.height };

export type AreaGeometry =
  | { readonly type: 'Polygon'; readonly coordinates: XyPolygons[number] }
  | { readonly type: 'MultiPolygon'; readonly coordinates: XyPolygons };

export function polygonsOf(geometry: AreaGeometry): XyPolygons {
  return geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
}

let features: readonly { properties: { huc12: string }; geometry: AreaGeometry }[] = [];

/** A HUC-12 of the Delaware River Basin on that grid. */
export function realArea(id: string): CellPolygons {
  if (features.length === 0) features = truthJson<{ features: typeof features }>('data/drb/drb_huc12.geojson').features;
  const feature = features.find(({ properties }) => properties.huc12 === id);
  if (feature === undefined) throw new Error(`no HUC-12 ${id}`);
  return projectToCells(polygonsOf(feature.geometry), nlcdGrid);
}
