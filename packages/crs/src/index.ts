export { crsFromText, projector, sameCrs, squareUnit } from './crs.ts';
export type { Crs, GeoKeys } from './crs-definition.ts';
export { crsOfGeoKeys } from './geokeys.ts';
