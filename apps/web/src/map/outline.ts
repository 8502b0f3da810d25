import type { Corner } from '../asked.ts';

/**
 * The outline of an area, as lines: a map leaves out a polygon whose parts cancel, such as one that
 * crosses itself.
 */
export function outlineOf(geometry: GeoJSON.Geometry): GeoJSON.Geometry {
  if (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon') return geometry;
  const rings = geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
  return { type: 'MultiLineString', coordinates: rings };
}

type Edge = readonly [from: Corner, to: Corner];

function edgesOf(corners: readonly Corner[]): readonly Edge[] {
  return corners.map((corner, index): Edge => [corner, corners[(index + 1) % corners.length] as Corner]);
}

/** A place at which the ring of these corners crosses itself; undefined: it does not. */
export function crossingOf(corners: readonly Corner[]): Corner | undefined {
  const edges = edgesOf(corners);
  for (let i = 0; i < edges.length; i++) {
    for (let j = i + 1; j < edges.length; j++) {
      const found = crossing(edges[i] as Edge, edges[j] as Edge);
      if (found) return found;
    }
  }
  return undefined;
}

/** The place at which edges cross, each of them between its ends; undefined: they do not. */
function crossing([a, b]: Edge, [c, d]: Edge): Corner | undefined {
  const [ac, ad, ca, cb] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (ac * ad >= 0 || ca * cb >= 0) return undefined;
  const at = ca / (ca - cb);
  return [a[0] + at * (b[0] - a[0]), a[1] + at * (b[1] - a[1])];
}

/** Twice the area of a triangle: positive where the third corner is on the left of the line. */
function side([ax, ay]: Corner, [bx, by]: Corner, [x, y]: Corner): number {
  return (bx - ax) * (y - ay) - (by - ay) * (x - ax);
}

/**
 * The area within a ring by the even–odd rule, by which the service counts: what the ring goes
 * around twice is outside. In the square of the corners' unit.
 */
export function evenOddArea(corners: readonly Corner[]): number {
  const edges = edgesOf(corners).filter(([a, b]) => a[1] !== b[1]);
  const crossings = edges.flatMap((edge, i) =>
    edges.slice(i + 1).flatMap((other) => [crossing(edge, other)].filter((one) => one !== undefined)),
  );
  // Between two of these heights, no edges begin, end or cross.
  const heights = [...new Set([...corners, ...crossings].map(([, y]) => y))].sort((a, b) => a - b);
  let area = 0;
  for (const [index, low] of heights.slice(0, -1).entries()) {
    const high = heights[index + 1] as number;
    const middle = (low + high) / 2;
    const places = edges
      .filter(([a, b]) => Math.min(a[1], b[1]) < middle && Math.max(a[1], b[1]) > middle)
      .map(([a, b]) => a[0] + ((middle - a[1]) / (b[1] - a[1])) * (b[0] - a[0]))
      .sort((a, b) => a - b);
    for (let i = 0; i + 1 < places.length; i += 2)
      area += ((places[i + 1] as number) - (places[i] as number)) * (high - low);
  }
  return area;
}
