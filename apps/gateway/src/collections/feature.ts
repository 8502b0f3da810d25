import { type ListedArea, shownPolygons, type WellKnownArea } from '@cellshed/areas';
import { isRefusal } from '@cellshed/contracts';

/** Longitude and latitude, in this order: the only CRS of the API. */
export const crs84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

/** The media type of GeoJSON. */
export const geojson = 'application/geo+json';

/**
 * Writes an area in longitude and latitude, cut at the antimeridian. The properties are those of
 * the table, with the area's name as `name`; a geometry that is missing, wrong or
 * not wanted is null.
 */
export function featureOf(area: WellKnownArea | ListedArea, { skipGeometry = false } = {}) {
  const { id, name, properties } = area;
  const shown = skipGeometry ? undefined : shownPolygons(area);
  const polygons = !shown || isRefusal(shown) ? [] : shown.polygons;
  const bbox = 'bbox' in area ? area.bbox : undefined;
  return {
    type: 'Feature' as const,
    id,
    ...(bbox && { bbox: [...bbox] }),
    geometry: geometryOf(polygons),
    properties: { ...properties, ...(name !== undefined && { name }) },
  };
}

function geometryOf(polygons: WellKnownArea['polygons']) {
  if (polygons.length === 0) return null;
  if (polygons.length === 1) return { type: 'Polygon', coordinates: polygons[0] };
  return { type: 'MultiPolygon', coordinates: polygons };
}
