import proj4 from 'proj4';

/**
 * The place of the synthetic basin: on the NLCD grid (EPSG:5070, 30 m, phase of its upper left
 * corner (-2493045, 3310005)).
 */
export const grid = {
  epsg: 5070,
  originX: -2493045 + 30 * 70_000,
  originY: 3310005 - 30 * 40_000,
  cell: 30,
  width: 2560,
  height: 2304,
};

const albers = '+proj=aea +lat_0=23 +lon_0=-96 +lat_1=29.5 +lat_2=45.5 +x_0=0 +y_0=0 +datum=NAD83 +units=m +no_defs';
const converter = proj4('WGS84', albers);

/** Longitude and latitude of a place in cells (rows downwards), to a centimetre. */
export function lonLatOf(column: number, row: number): [longitude: number, latitude: number] {
  const { originX, originY, cell } = grid;
  const [longitude, latitude] = converter.inverse<[number, number]>([originX + column * cell, originY - row * cell]);
  return [Number(longitude.toFixed(7)), Number(latitude.toFixed(7))];
}
