import { type Border, borderOf } from './border.ts';
import { type BorderIndex, borderIndex } from './border-index.ts';
import type { CellLines, CellPolygons } from './cell-polygons.ts';
import { orientation } from './orientation.ts';

/** Takes a stretch of a line: straight from (column x1, row y1) to (x2, y2). */
export type StretchVisitor = (x1: number, y1: number, x2: number, y2: number) => void;

/**
 * Visits what of the lines lies in the polygons, in the order and direction of the lines: even–odd within a polygon, union
 * between polygons, borders included, so that a line along a border is kept. A segment is cut where the line enters or leaves
 * the area and nowhere else; what has no length is left out.
 */
export function clipLines(lines: CellLines, polygons: CellPolygons, visit: StretchVisitor): void {
  const border = borderOf(polygons);
  if (border.count === 0) return;
  const near = borderIndex(border);
  for (const line of lines) {
    // Whether the line lies inside where the last segment ended; undefined where that may be on the border.
    let inside: boolean | undefined;
    for (let i = 2; i < line.length; i += 2) {
      const segment = [line[i - 2]!, line[i - 1]!, line[i]!, line[i + 1]!] as const;
      if (segment[0] === segment[2] && segment[1] === segment[3]) continue;
      const { cuts, along } = meetings(border, near, segment);
      if (cuts.length === 0) {
        inside ??= contains(border, near, [segment[0], segment[1]]);
        if (inside) visit(...segment);
        continue;
      }
      inside = undefined;
      const isInside = (place: number) =>
        along.some(([from, to]) => from < place && place < to) || contains(border, near, at(segment, place));
      visitInside(segment, cuts, isInside, visit);
    }
  }
}

type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/** Places on a segment, from 0 at its beginning to 1 at its end. */
interface Meetings {
  /** Where it meets edges, in any order. */
  readonly cuts: number[];
  /** Between which places it runs along an edge. */
  readonly along: (readonly [from: number, to: number])[];
}

function meetings({ ends }: Border, near: BorderIndex, segment: Segment): Meetings {
  const found: Meetings = { cuts: [], along: [] };
  const [x1, y1, x2, y2] = segment;
  near(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2), (edge) => {
    const [u1, v1, u2, v2] = [ends[4 * edge]!, ends[4 * edge + 1]!, ends[4 * edge + 2]!, ends[4 * edge + 3]!];
    if (orientation(x1, y1, x2, y2, u1, v1) * orientation(x1, y1, x2, y2, u2, v2) > 0) return;
    const [begin, end] = [orientation(u1, v1, u2, v2, x1, y1), orientation(u1, v1, u2, v2, x2, y2)];
    if (begin * end > 0) return;
    if (begin === 0 && end === 0) {
      const places = [placeOf(u1, v1, segment), placeOf(u2, v2, segment)];
      const [first, last] = [Math.max(Math.min(...places), 0), Math.min(Math.max(...places), 1)];
      found.cuts.push(first, last);
      found.along.push([first, last]);
    } else {
      found.cuts.push(begin === 0 ? 0 : end === 0 ? 1 : crossing(segment, [u1, v1, u2, v2]));
    }
  });
  return found;
}

/** Where on a segment a position on its line lies. */
function placeOf(x: number, y: number, [x1, y1, x2, y2]: Segment): number {
  return Math.abs(x2 - x1) > Math.abs(y2 - y1) ? (x - x1) / (x2 - x1) : (y - y1) / (y2 - y1);
}

/** Where on a segment it meets an edge that is not parallel. */
function crossing([x1, y1, x2, y2]: Segment, [u1, v1, u2, v2]: Segment): number {
  const across = (x2 - x1) * (v2 - v1) - (y2 - y1) * (u2 - u1);
  return Math.min(Math.max(((u1 - x1) * (v2 - v1) - (v1 - y1) * (u2 - u1)) / across, 0), 1);
}

function at([x1, y1, x2, y2]: Segment, place: number): readonly [x: number, y: number] {
  if (place === 1) return [x2, y2];
  return [x1 + place * (x2 - x1), y1 + place * (y2 - y1)];
}

/** Visits the stretches of a segment between cuts that are inside in their middle, those that follow each other as one. */
function visitInside(
  segment: Segment,
  cuts: readonly number[],
  isInside: (place: number) => boolean,
  visit: StretchVisitor,
): void {
  const places = [0, ...cuts, 1].sort((a, b) => a - b);
  let begin: number | undefined;
  for (let i = 1; i < places.length; i++) {
    const [from, to] = [places[i - 1]!, places[i]!];
    if (from === to) continue;
    if (isInside((from + to) / 2)) {
      begin ??= from;
    } else if (begin !== undefined) {
      visit(...at(segment, begin), ...at(segment, from));
      begin = undefined;
    }
  }
  if (begin !== undefined) visit(...at(segment, begin), segment[2], segment[3]);
}

/** Whether a position that is not on the border lies in a polygon: whether an odd number of one's edges pass on its left. */
function contains({ ends, polygon }: Border, near: BorderIndex, [x, y]: readonly [number, number]): boolean {
  const odd = new Set<number>();
  near(Number.NEGATIVE_INFINITY, y, x, y, (edge) => {
    const [x1, y1, x2, y2] = [ends[4 * edge]!, ends[4 * edge + 1]!, ends[4 * edge + 2]!, ends[4 * edge + 3]!];
    if (y >= y2 || y < y1 || orientation(x1, y1, x2, y2, x, y) >= 0) return;
    if (!odd.delete(polygon[edge]!)) odd.add(polygon[edge]!);
  });
  return odd.size > 0;
}
