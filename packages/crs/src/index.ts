export { type Convert, fromLonLat, isLonLat, toLonLat } from './converter.ts';
export { crsFromText, sameCrs, squareUnit } from './crs.ts';
export type { Crs, GeoKeys } from './crs-definition.ts';
export { type CrsRecord, crsOf } from './crs-of.ts';
export { crsOfGeoKeys } from './geokeys.ts';
