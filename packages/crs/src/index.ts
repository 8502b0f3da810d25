export { type Convert, fromLonLat, isLonLat, toLonLat } from './converter.ts';
export type { Crs } from './crs.ts';
export { type CrsRecord, crsOf } from './definitions/crs-of.ts';
export { crsFromText } from './definitions/from-text.ts';
export { crsOfGeoKeys } from './definitions/geokeys/geokeys.ts';
export type { GeoKeys } from './definitions/geokeys/key-values.ts';
export {
  gdalTranslateToCog,
  gdalwarpNorthUp,
  gdalwarpToGrid,
  gdalwarpToLonLat,
  ogr2ogrToLonLat,
} from './gdal-lines.ts';
export { placeChecker } from './has-place.ts';
export { sameCrs, squareUnit } from './same.ts';
export { type Parallels, parallelsOf } from './world/parallels.ts';
export { isGeographic, type Seam, seamOf } from './world/seam.ts';
export { type Leap, rangeOf, unrolled, unrolledLine } from './world/unrolled.ts';
export {
  type Flat,
  linesAround,
  linesCut,
  polygonsAround,
  polygonsCut,
  type WorldWidth,
} from './world/world-width.ts';
