import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'fixtures');

/** The features of all fixtures, written by hand. */
export const basins = { geojson: join(folder, 'basins.geojson'), gpkg: join(folder, 'basins.gpkg') } as const;

interface BasinFeature {
  readonly properties: { readonly code: string; readonly label: string | null } & Readonly<Record<string, unknown>>;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

/** The properties of a feature of `basins.geojson`. */
export function basinProperties(code: string): BasinFeature['properties'] | undefined {
  return featureOf(code)?.properties;
}

function featureOf(code: string): BasinFeature | undefined {
  const { features } = JSON.parse(readFileSync(basins.geojson, 'utf8')) as { features: readonly BasinFeature[] };
  return features.find(({ properties }) => properties.code === code);
}

/** A feature of `basins.geojson`, and its coordinates as those of a MultiPolygon. */
export function basin(code: string) {
  const feature = featureOf(code);
  if (!feature?.geometry) throw new Error(`basins.geojson has no feature ${code} with a geometry`);
  const { type, coordinates } = feature.geometry;
  const polygons = (type === 'Polygon' ? [coordinates] : coordinates) as [number, number][][][];
  return { properties: feature.properties, polygons };
}

/** A file of the layers of `basins.gpkg` in another format. */
export function basinsFile(name: string): string {
  return join(folder, 'basins', name);
}
