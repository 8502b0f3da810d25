import type { Bbox, Polygon, Position } from '@cellshed/areas';

/** Above the number of corners of a tile, so that two of them make a safe integer. */
const mostCorners = 2 ** 26;

/**
 * The borders of areas as lines, near a box: a border that areas share is there once. A line ends
 * where more than two borders meet, so that it stays whole however it is simplified.
 */
export function bordersOf(polygons: Iterable<Polygon>, box: Bbox): Position[][] {
  const { corners, beside } = edgesOf(polygons, box);
  const isEnd = (corner: number) => beside[corner]?.length !== 2;
  const taken = new Set<number>();
  const lines: Position[][] = [];
  const draw = (from: number, to: number) => {
    if (taken.has(edgeOf(from, to))) return;
    const line = [corners[from] as Position];
    for (let [before, here] = [from, to]; ; ) {
      taken.add(edgeOf(before, here));
      line.push(corners[here] as Position);
      if (isEnd(here) || here === from) break;
      const [one, other] = beside[here] as [number, number];
      [before, here] = [here, one === before ? other : one];
    }
    lines.push(line);
  };
  // What is left when all lines from end to end are drawn are rings.
  for (const areEnds of [true, false]) {
    for (const [from, others] of beside.entries()) {
      if (isEnd(from) === areEnds) for (const to of others) draw(from, to);
    }
  }
  return lines;
}

/** The edges that meet a box: their corners, and for each the corners at its edges' other ends. */
function edgesOf(polygons: Iterable<Polygon>, [west, south, east, north]: Bbox) {
  const corners: Position[] = [];
  const beside: number[][] = [];
  const numbers = new Map<number, Map<number, number>>();
  const numberOf = (corner: Position) => {
    const [x, y] = corner;
    let column = numbers.get(x);
    if (!column) numbers.set(x, (column = new Map()));
    let number = column.get(y);
    if (number === undefined) {
      number = corners.push(corner) - 1;
      column.set(y, number);
      beside.push([]);
    }
    return number;
  };
  const seen = new Set<number>();
  for (const ring of [...polygons].flat()) {
    for (const [i, from] of ring.entries()) {
      const to = ring[(i + 1) % ring.length] as Position;
      if (Math.max(from[0], to[0]) < west || Math.min(from[0], to[0]) > east) continue;
      if (Math.max(from[1], to[1]) < south || Math.min(from[1], to[1]) > north) continue;
      const [a, b] = [numberOf(from), numberOf(to)];
      if (a === b || seen.has(edgeOf(a, b))) continue;
      seen.add(edgeOf(a, b));
      beside[a]?.push(b);
      beside[b]?.push(a);
    }
  }
  return { corners, beside };
}

function edgeOf(one: number, other: number): number {
  return Math.min(one, other) * mostCorners + Math.max(one, other);
}
