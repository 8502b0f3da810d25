import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'fixtures');

/** The features of all fixtures, written by hand. */
export const basins = { geojson: join(folder, 'basins.geojson'), gpkg: join(folder, 'basins.gpkg') } as const;

interface BasinFeature {
  readonly properties: { readonly code: string; readonly label: string | null };
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

/** A feature of `basins.geojson`, and its coordinates as those of a MultiPolygon. */
export function basin(code: string) {
  const { features } = JSON.parse(readFileSync(basins.geojson, 'utf8')) as { features: readonly BasinFeature[] };
  const feature = features.find(({ properties }) => properties.code === code);
  if (!feature?.geometry) throw new Error(`basins.geojson has no feature ${code} with a geometry`);
  const { type, coordinates } = feature.geometry;
  const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as [number, number][][][];
  return { properties: feature.properties, polygons };
}
