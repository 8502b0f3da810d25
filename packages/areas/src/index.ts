export type { Area, Polygon, Polygons, Position, Ring } from './area.ts';
export { convertFile } from './convert/convert.ts';
export { UnusableFileError } from './convert/converted.ts';
export { fileVersion } from './file-version.ts';
export { fingerprintOf, fingerprintOfArea } from './fingerprint.ts';
export { type NamedCrs, parseCrsName } from './geojson/crs-name.ts';
export { featuresApart } from './geojson/features-apart.ts';
export { defaultLimits, type GeometryOptions, parseArea, parsePolygons, unlimited } from './geojson/geojson.ts';
export { geoJsonEndings, isGeoJsonPath, readGeoJsonFile } from './geojson/geojson-file.ts';
export { parseGeoJson } from './geojson/geojson-text.ts';
export { polygonsInLonLat, shownPolygons } from './in-lon-lat.ts';
export { type LineSource, type LineSourceOptions, openLineSource } from './lines/line-source.ts';
export { fingerprintOfLines, type Line, type Lines, parseLines } from './lines/lines.ts';
export { type Link, type Network, readNetwork } from './network.ts';
export type { RefusedPolygons } from './rings.ts';
export {
  type AreaPage,
  type AreaQuery,
  type AreaRecord,
  type AreaTable,
  type AreaTableOptions,
  type Bbox,
  ChangedTableError,
  type ListedArea,
  NoPropertyError,
  UnreachableTableError,
  UnusableAreaError,
  type WellKnownArea,
} from './table.ts';
export { bboxOf } from './tables/bbox.ts';
export { openGeoJsonTable } from './tables/geojson.ts';
export { openGeoPackageTable } from './tables/geopackage/geopackage.ts';
export {
  type AreaSourceKind,
  areaEndings,
  areaFileKind,
  areaSourceExpected,
  openAreaTable,
} from './tables/open.ts';
export { databasePlace, isDatabase } from './tables/postgis/database-url.ts';
export { tableVersion } from './tables/table-version.ts';
