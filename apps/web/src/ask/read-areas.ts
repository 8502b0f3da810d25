import { client } from '../api.ts';
import type { DrawnArea } from '../asked.ts';
import { words } from '../words.ts';

const isPolygonal = (geometry: GeoJSON.Geometry | null): geometry is GeoJSON.Polygon | GeoJSON.MultiPolygon =>
  geometry?.type === 'Polygon' || geometry?.type === 'MultiPolygon';

/** The polygons of GeoJSON of any kind, as one area. Throws a sentence if there are none. */
export function areaIn(geojson: GeoJSON.GeoJSON, name: string): DrawnArea {
  const geometries = geometriesIn(geojson).filter(isPolygonal);
  if (geometries.length === 0) throw new Error(words.file.noPolygons(name));
  const [only] = geometries;
  if (geometries.length === 1 && only) return { name, geometry: only };
  const coordinates = geometries.flatMap((one) => (one.type === 'Polygon' ? [one.coordinates] : one.coordinates));
  return { name, geometry: { type: 'MultiPolygon', coordinates } };
}

function geometriesIn(geojson: GeoJSON.GeoJSON): readonly (GeoJSON.Geometry | null)[] {
  if (geojson.type === 'FeatureCollection') return geojson.features.map(({ geometry }) => geometry);
  if (geojson.type === 'Feature') return [geojson.geometry];
  return geojson.type === 'GeometryCollection' ? geojson.geometries : [geojson];
}

/**
 * Reads a file of areas, or pasted GeoJSON. Whatever is no GeoJSON is converted by the service.
 * Throws a sentence about what is wrong.
 */
export async function readAreas(file: File): Promise<DrawnArea> {
  const { name } = file;
  if (/\.(geo)?json$/i.test(name)) return areaIn(parsed(await file.text(), name), name);
  return areaIn((await client.convert(file)) as GeoJSON.FeatureCollection, name);
}

function parsed(text: string, name: string): GeoJSON.GeoJSON {
  try {
    return JSON.parse(text) as GeoJSON.GeoJSON;
  } catch {
    throw new Error(words.file.notJson(name));
  }
}
