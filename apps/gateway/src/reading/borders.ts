import type { Bbox, Polygon, Position, Ring } from '@cellshed/areas';
import { cornerNumbers } from './corner-numbers.ts';

/**
 * The borders of areas as lines, near a box: a border that areas share is there once. A line ends
 * where other than two borders meet, so that it stays whole however it is simplified.
 */
export function bordersOf(polygons: readonly Polygon[], box: Bbox): Position[][] {
  const { corners, first, second, others } = edgesOf(polygons.flat(), box);
  const isEnd = (corner: number) => second[corner]! < 0 || others.has(corner);
  const isDrawn = new Uint8Array(corners.length);
  const lines: Position[][] = [];
  /** Draws from a corner over the next one to an end, or around a ring. */
  const draw = (start: number, next: number) => {
    const line = [corners[start]!];
    let [before, here] = [start, next];
    while (!isEnd(here) && here !== start) {
      isDrawn[here] = 1;
      line.push(corners[here]!);
      const after = first[here] === before ? second[here]! : first[here]!;
      before = here;
      here = after;
    }
    line.push(corners[here]!);
    lines.push(line);
  };
  for (let corner = 0; corner < corners.length; corner++) {
    if (!isEnd(corner)) continue;
    for (const next of [first[corner]!, second[corner]!, ...(others.get(corner) ?? [])]) {
      if (next < 0 || isDrawn[next] || (isEnd(next) && next < corner)) continue;
      draw(corner, next);
    }
  }
  for (let corner = 0; corner < corners.length; corner++) {
    if (isEnd(corner) || isDrawn[corner]) continue;
    draw(corner, first[corner]!);
  }
  return lines;
}

/** Edges, each once: the corners, and for each those at the other ends of its edges. */
interface Edges {
  readonly corners: readonly Position[];
  /** The first and the second; −1: there is none. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  /** All others: where more than two edges meet. */
  readonly others: ReadonlyMap<number, readonly number[]>;
}

/** The edges of rings that meet a box. */
function edgesOf(rings: readonly Ring[], [west, south, east, north]: Bbox): Edges {
  const most = rings.reduce((sum, ring) => sum + ring.length, 0);
  const { corners, numberOf } = cornerNumbers(most);
  const [first, second] = [new Int32Array(most).fill(-1), new Int32Array(most).fill(-1)];
  const others = new Map<number, number[]>();
  const link = (corner: number, other: number) => {
    if (first[corner] === other || second[corner] === other) return;
    if (first[corner]! < 0) first[corner] = other;
    else if (second[corner]! < 0) second[corner] = other;
    else {
      const known = others.get(corner);
      if (!known) others.set(corner, [other]);
      else if (!known.includes(other)) known.push(other);
    }
  };
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const from = ring[i]!;
      const to = ring[(i + 1) % ring.length]!;
      if (Math.max(from[0], to[0]) < west || Math.min(from[0], to[0]) > east) continue;
      if (Math.max(from[1], to[1]) < south || Math.min(from[1], to[1]) > north) continue;
      const [a, b] = [numberOf(from), numberOf(to)];
      if (a === b) continue;
      link(a, b);
      link(b, a);
    }
  }
  return { corners, first, second, others };
}
