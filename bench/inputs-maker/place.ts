import proj4 from 'proj4';

/** A window of the grid of the National Land Cover Database: whole tiles of 512 cells. */
export const grid = {
  epsg: 5070,
  originX: -2493045 + 30 * 60_000,
  originY: 3310005 - 30 * 30_000,
  cell: 30,
  width: 24_064,
  height: 20_480,
} as const;

export type Position = readonly [number, number];
export type Ring = readonly Position[];

const albers = '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs';
const converter = proj4('WGS84', albers);

/** Longitude and latitude of a place in cells (rows downwards), to a tenth of a millimetre. */
export function lonLatOf([column, row]: Position): Position {
  const { originX, originY, cell } = grid;
  const [longitude, latitude] = converter.inverse<[number, number]>([originX + column * cell, originY - row * cell]);
  return [Number(longitude.toFixed(9)), Number(latitude.toFixed(9))];
}

/** The same place for those who take areas in the CRS of the rasters, in metres. */
export function metresOf([longitude, latitude]: Position): Position {
  return converter.forward<[number, number]>([longitude, latitude]);
}
