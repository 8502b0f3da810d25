export { type Convert, fromLonLat, isLonLat, toLonLat } from './converter.ts';
export type { Crs } from './crs.ts';
export { type CrsRecord, crsOf } from './crs-of.ts';
export { crsFromText } from './from-text.ts';
export { gdalwarpNorthUp, gdalwarpToGrid, gdalwarpToLonLat, ogr2ogrToLonLat } from './gdal-lines.ts';
export { crsOfGeoKeys, type GeoKeys } from './geokeys.ts';
export { placeChecker } from './has-place.ts';
export { sameCrs, squareUnit } from './same.ts';
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
