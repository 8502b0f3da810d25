import { client } from '../api.ts';
import { type DrawnArea, drawnArea } from '../asked.ts';
import { words } from '../words.ts';
import { typedCorners } from './typed-corners.ts';

const isPolygonal = (geometry: GeoJSON.Geometry | null): geometry is GeoJSON.Polygon | GeoJSON.MultiPolygon =>
  geometry?.type === 'Polygon' || geometry?.type === 'MultiPolygon';

/**
 * The areas of GeoJSON of any kind: one has the name of its source, several have their own. Throws
 * a sentence if there are none.
 */
function areasIn(geojson: GeoJSON.GeoJSON, source: string): readonly DrawnArea[] {
  const areas = featuresIn(geojson).flatMap(({ geometry, properties }, index): DrawnArea[] => {
    const own: unknown = properties?.['name'] ?? properties?.['Name'] ?? properties?.['NAME'];
    return isPolygonal(geometry) ? [{ name: String(own ?? words.file.numbered(index + 1)), geometry }] : [];
  });
  if (areas.length === 0) throw new Error(words.file.noPolygons(source));
  return areas.length === 1 ? areas.map((area) => ({ ...area, name: source })) : areas;
}

type Part = Pick<GeoJSON.Feature<GeoJSON.Geometry | null>, 'geometry' | 'properties'>;

function featuresIn(geojson: GeoJSON.GeoJSON): readonly Part[] {
  if (geojson.type === 'FeatureCollection') return geojson.features;
  if (geojson.type === 'Feature') return [geojson];
  const geometries = geojson.type === 'GeometryCollection' ? geojson.geometries : [geojson];
  return geometries.map((geometry) => ({ geometry, properties: null }));
}

/** Several areas as one. */
export function united(areas: readonly DrawnArea[], name: string): DrawnArea {
  const coordinates = areas.flatMap(({ geometry }) =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  );
  return { name, geometry: { type: 'MultiPolygon', coordinates } };
}

/**
 * Reads the areas of a file. Whatever is no GeoJSON is converted by the service. Throws a sentence
 * about what is wrong.
 */
export async function readFile(file: File): Promise<readonly DrawnArea[]> {
  const { name } = file;
  if (/\.(geo)?json$/i.test(name)) return areasIn(parsed(await file.text(), name), name);
  if (/\.(wkt|txt|csv)$/i.test(name)) return readText(await file.text(), name);
  return areasIn((await client.convert(file)) as GeoJSON.FeatureCollection, name);
}

const wkt = /^\s*(SRID=\d+;)?\s*(MULTI)?POLYGON|^\s*GEOMETRYCOLLECTION/i;

/** Whether a text looks like an area: GeoJSON, WKT, or lines of coordinates. */
export function isAreaText(text: string): boolean {
  return text.startsWith('{') || wkt.test(text) || /^[\s\d.,;+−-]+\n[\s\d.,;+−-]+\n[\s\d.,;+−-]+$/.test(text);
}

/** Reads areas from such a text. Throws a sentence about what is wrong. */
export async function readText(text: string, source: string): Promise<readonly DrawnArea[]> {
  if (text.trim().startsWith('{')) return areasIn(parsed(text, source), source);
  if (!wkt.test(text)) {
    try {
      return [drawnArea(typedCorners(text))];
    } catch (error) {
      // A person sees what was typed, and not what is in a file.
      if (source === words.draw.typed) throw error;
      throw new Error(words.file.wrong(source, (error as Error).message), { cause: error });
    }
  }
  const { wktToGeoJSON } = await import('betterknown');
  const srid = /^\s*SRID=(\d+);/i.exec(text)?.[1];
  if (srid !== undefined && srid !== '4326') throw new Error(words.file.otherCrs(source, srid));
  const geometry = wktToGeoJSON(text.replace(/^\s*SRID=\d+;/i, '').trim());
  if (!geometry) throw new Error(words.file.notWkt(source));
  return areasIn(geometry, source);
}

function parsed(text: string, name: string): GeoJSON.GeoJSON {
  try {
    return JSON.parse(text) as GeoJSON.GeoJSON;
  } catch {
    throw new Error(words.file.notJson(name));
  }
}
