export { type Convert, fromLonLat, isLonLat, toLonLat } from './converter.ts';
export { crsFromText, sameCrs, squareUnit } from './crs.ts';
export type { Crs, GeoKeys } from './crs-definition.ts';
export { type CrsRecord, crsOf } from './crs-of.ts';
export { crsOfGeoKeys } from './geokeys.ts';
export { placeChecker } from './has-place.ts';
export { isGeographic, type Seam, seamOf } from './seam.ts';
export { type Leap, rangeOf, unrolled, unrolledLine } from './unrolled.ts';
export {
  type Flat,
  linesAround,
  linesCut,
  polygonsAround,
  polygonsCut,
  type WorldWidth,
} from './world-width.ts';
