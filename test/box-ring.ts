/** The ring of a box, from its south-western corner counter-clockwise. */
export function boxRing(west: number, south: number, east: number, north: number): [x: number, y: number][] {
  return [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
    [west, south],
  ];
}
