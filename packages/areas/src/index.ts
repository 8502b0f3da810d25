export type { Area, Polygon, Polygons, Position, Ring } from './area.ts';
export { type NamedCrs, parseCrsName } from './crs-name.ts';
export { featuresApart } from './features-apart.ts';
export { fingerprintOf, fingerprintOfArea } from './fingerprint.ts';
export { defaultLimits, type GeometryOptions, parseArea, parsePolygons, unlimited } from './geojson.ts';
export { geoJsonEndings, isGeoJsonPath, readGeoJsonFile } from './geojson-file.ts';
export { parseGeoJson } from './geojson-text.ts';
export { polygonsInLonLat, shownPolygons } from './in-lon-lat.ts';
export { type LineSource, type LineSourceOptions, openLineSource } from './line-source.ts';
export { fingerprintOfLines, type Line, type Lines, parseLines } from './lines.ts';
export type { Problem } from './rings.ts';
export {
  type AreaPage,
  type AreaQuery,
  type AreaRecord,
  type AreaTable,
  type AreaTableOptions,
  type Bbox,
  ChangedTableError,
  type ListedArea,
  UnreachableTableError,
  UnusableAreaError,
  type WellKnownArea,
} from './table.ts';
export { bboxOf } from './tables/bbox.ts';
export { databasePlace, isDatabase } from './tables/database-url.ts';
export { openGeoJsonTable } from './tables/geojson.ts';
export { openGeoPackageTable } from './tables/geopackage.ts';
export { areaSourceExpected, isGeoPackagePath, openAreaTable } from './tables/open.ts';
