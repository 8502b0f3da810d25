/** The numbers of the fields in the tables of FlatGeobuf (https://flatgeobuf.org, `src/fbs`). */
export const fields = {
  header: { envelope: 1, geometryType: 2, columns: 7, count: 8, nodeSize: 9, crs: 10 },
  column: { name: 0, type: 1 },
  crs: { organization: 0, code: 1, name: 2, wkt: 4, codeText: 5 },
  feature: { geometry: 0, properties: 1 },
  geometry: { ends: 0, xy: 1, type: 6, parts: 7 },
} as const;

/** The size of the nodes of an index where the header does not say it. */
export const usualNodeSize = 16;

/**
 * The numbers of types of geometries, as in well-known binary; `any`: each geometry has its own.
 */
export const geometryTypes = {
  any: 0,
  line: 2,
  polygon: 3,
  multiPolygon: 6,
  collection: 7,
  compound: 9,
  curvePolygon: 10,
  multiSurface: 12,
  polyhedral: 15,
  tin: 16,
  triangle: 17,
} as const;
