const polygonal = ['Polygon', 'MultiPolygon'];
const lineal = ['LineString', 'MultiLineString'];
const geometries = [...polygonal, ...lineal, 'Point', 'MultiPoint', 'GeometryCollection'];

/**
 * Whether mmw-geoprocessing takes GeoJSON for an empty area: a geometry of another kind, or a
 * polygon without any position.
 */
export function isEmptyArea(geojson: unknown): boolean {
  const { type, coordinates } = membersOf(geojson);
  if (!polygonal.includes(type)) return geometries.includes(type);
  const rings = type === 'MultiPolygon' && Array.isArray(coordinates) ? coordinates.flat() : coordinates;
  return Array.isArray(rings) && rings.every((ring) => Array.isArray(ring) && ring.length === 0);
}

/**
 * Leaves out lines of one position or none, as mmw-geoprocessing does. Undefined: no line is left,
 * or the geometry is of another kind. A value that is no geometry is returned as it is, so that the
 * reader refuses it.
 */
export function withoutShortLines(geojson: unknown): unknown {
  const { type, coordinates } = membersOf(geojson);
  if (!lineal.includes(type)) return geometries.includes(type) ? undefined : geojson;
  if (!Array.isArray(coordinates)) return geojson;
  if (type === 'LineString') return coordinates.length < 2 ? undefined : geojson;
  const long = coordinates.filter((line) => !Array.isArray(line) || line.length >= 2);
  return long.length === 0 ? undefined : { ...(geojson as object), coordinates: long };
}

function membersOf(geojson: unknown): { readonly type: string; readonly coordinates: unknown } {
  const { type, coordinates } = (geojson ?? {}) as Readonly<Record<string, unknown>>;
  return { type: typeof type === 'string' ? type : '', coordinates };
}
