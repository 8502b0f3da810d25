/** West, south, east, north. */
export type Box = readonly [number, number, number, number];

/** The box around boxes. */
export function around(boxes: readonly Box[]): Box {
  const side = (at: number) => boxes.map((box) => box[at] as number);
  return [Math.min(...side(0)), Math.min(...side(1)), Math.max(...side(2)), Math.max(...side(3))];
}

/** The box of an area; undefined for what is no polygon. */
export function boxOf(geometry: GeoJSON.Geometry): Box | undefined {
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return undefined;
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  const box = [Infinity, Infinity, -Infinity, -Infinity] as [number, number, number, number];
  for (const [x, y] of rings.flat() as [number, number][]) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}
