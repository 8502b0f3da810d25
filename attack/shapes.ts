/**
 * Areas and lines that are small to send and much work to look at. All lie where the sample's
 * rasters are, unless said otherwise.
 */

export type Place = readonly [longitude: number, latitude: number];

const box = { west: -100.2, south: 41.6, east: -99.9, north: 41.9 };

/** A place by its shares of the box. */
export function at(x: number, y: number): Place {
  const rounded = (value: number) => Math.round(value * 1e6) / 1e6;
  return [rounded(box.west + x * (box.east - box.west)), rounded(box.south + y * (box.north - box.south))];
}

export function polygon(...rings: readonly (readonly Place[])[]) {
  return { type: 'Polygon', coordinates: rings.map((ring) => [...ring, ring[0]]) };
}

export function features(geometries: readonly unknown[]) {
  return {
    type: 'FeatureCollection',
    features: geometries.map((geometry) => ({ type: 'Feature', properties: {}, geometry })),
  };
}

/** A polygon with so many teeth, as high as the box. */
export function comb(teeth: number) {
  const ring = Array.from({ length: teeth }, (_, i) => [at(i / teeth, 1), at((i + 0.5) / teeth, 0.01)]).flat();
  return polygon([at(0, 0), ...ring, at(1, 0)]);
}

/** A line that goes from side to side of the box so often. */
export function zigzag(turns: number) {
  return { type: 'LineString', coordinates: Array.from({ length: turns }, (_, i) => at(i % 2, i / turns)) };
}

/**
 * A ring all of whose edges lie exactly on one line through (0, 0), to and fro between places of
 * many sizes: no two cross, all overlap, and only exact arithmetic can tell.
 */
export function onOneLine(vertices: number, seed = 1) {
  const ring = Array.from({ length: vertices }, (_, i): Place => {
    const share = 1 + ((i * 7919 + seed * 104_729) % 9973) / 1e4;
    const longitude = Number((i % 2 ? -50 * share : -1e-17 * share).toPrecision(5));
    return [longitude, longitude / 2];
  });
  return polygon(ring);
}

/** A ring of random places: nearly every edge crosses nearly every other. */
export function entangled(vertices: number, seed = 1) {
  const next = (i: number, by: number) => ((i * by + seed * 104_729) % 65_521) / 65_521;
  return polygon(Array.from({ length: vertices }, (_, i) => at(next(i + 1, 31_337), next(i + 1, 48_271))));
}

/** A small square at a share of the box. */
export function square(x: number, y: number, side = 0.001) {
  return polygon([at(x, y), at(x + side, y), at(x + side, y + side), at(x, y + side)]);
}
