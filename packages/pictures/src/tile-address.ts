/** A tile of a web map, in the squares of Web Mercator (EPSG:3857). */
export interface TileAddress {
  readonly z: number;
  /** From the west. */
  readonly x: number;
  /** From the north. */
  readonly y: number;
}

/** The deepest zoom of tiles. */
export const mostZoom = 22;

/** The pixels of one side of a tile. */
export const tileSide = 256;

const degrees = 180 / Math.PI;

/** The longitude of a place, as a share of the map from its western edge. */
export function longitudeAt(share: number): number {
  return 360 * share - 180;
}

/** The latitude of a place, as a share of the map from its northern edge: of a Mercator sphere. */
export function latitudeAt(share: number): number {
  return degrees * Math.atan(Math.sinh(Math.PI * (1 - 2 * share)));
}

/** The share of the map from its northern edge to a latitude. */
export function shareOfLatitude(latitude: number): number {
  return (1 - Math.asinh(Math.tan(latitude / degrees)) / Math.PI) / 2;
}
