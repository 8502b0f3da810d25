import { type Border, borderOf } from './border.ts';
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
  const index = bandIndex(border);
  for (const line of lines) {
    // Whether the line lies inside where the last segment ended; undefined where that may be on the border.
    let inside: boolean | undefined;
    for (let i = 2; i < line.length; i += 2) {
      const segment = [line[i - 2]!, line[i - 1]!, line[i]!, line[i + 1]!] as const;
      const { cuts, along } = meetings(border, index, segment);
      if (cuts.length === 0) {
        inside ??= contains(border, index, segment[0], segment[1]);
        if (inside) visit(...segment);
      } else {
        visitInside(
          segment,
          cuts,
          (t) => along.some(([from, to]) => from < t && t < to) || contains(border, index, ...at(segment, t)),
          visit,
        );
        inside = undefined;
      }
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

function meetings({ ends }: Border, { bandOf, starts, edges }: BandIndex, [x1, y1, x2, y2]: Segment): Meetings {
  const found: Meetings = { cuts: [], along: [] };
  const [left, right] = [Math.min(x1, x2), Math.max(x1, x2)];
  const [top, bottom] = [Math.min(y1, y2), Math.max(y1, y2)];
  const to = starts[bandOf(bottom) + 1]!;
  for (let k = starts[bandOf(top)]!; k < to; k++) {
    const e = 4 * edges[k]!;
    const [u1, v1, u2, v2] = [ends[e]!, ends[e + 1]!, ends[e + 2]!, ends[e + 3]!];
    if (v1 > bottom || v2 < top || (u1 > right && u2 > right) || (u1 < left && u2 < left)) continue;
    const [from1, from2] = [orientation(x1, y1, x2, y2, u1, v1), orientation(x1, y1, x2, y2, u2, v2)];
    if (from1 * from2 > 0) continue;
    const [begin, end] = [orientation(u1, v1, u2, v2, x1, y1), orientation(u1, v1, u2, v2, x2, y2)];
    if (begin * end > 0) continue;
    if (begin === 0 && end === 0) {
      const places = [placeOf(u1, v1, [x1, y1, x2, y2]), placeOf(u2, v2, [x1, y1, x2, y2])];
      const [first, last] = [Math.max(Math.min(...places), 0), Math.min(Math.max(...places), 1)];
      found.cuts.push(first, last);
      found.along.push([first, last]);
    } else {
      found.cuts.push(begin === 0 ? 0 : end === 0 ? 1 : crossing([x1, y1, x2, y2], [u1, v1, u2, v2]));
    }
  }
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

/** Whether a position that is not on the border lies in a polygon: whether an odd number of its edges pass on the left. */
function contains({ ends, polygon }: Border, { bandOf, starts, edges }: BandIndex, x: number, y: number): boolean {
  const band = bandOf(y);
  let odd = false;
  for (let k = starts[band]!; k < starts[band + 1]!; k++) {
    const e = edges[k]!;
    if (odd && polygon[e] !== polygon[edges[k - 1]!]) return true;
    const [x1, y1, x2, y2] = [ends[4 * e]!, ends[4 * e + 1]!, ends[4 * e + 2]!, ends[4 * e + 3]!];
    if (y1 <= y && y < y2 && orientation(x1, y1, x2, y2, x, y) < 0) odd = !odd;
  }
  return odd;
}

/** Edges by bands of equal height, down the border: band b has `edges[starts[b]]` to before `edges[starts[b + 1]]`. */
interface BandIndex {
  readonly bandOf: (y: number) => number;
  readonly starts: Uint32Array;
  readonly edges: Uint32Array;
}

const mostBands = 2 ** 16;

function bandIndex({ count, ends, firstRow, endRow }: Border): BandIndex {
  for (let bands = Math.min(mostBands, count); ; bands = Math.ceil(bands / 2)) {
    const height = Math.max(endRow - firstRow, 1) / bands;
    const bandOf = (y: number) => Math.min(Math.max(Math.floor((y - firstRow) / height), 0), bands - 1);
    const starts = new Uint32Array(bands + 1);
    let entries = 0;
    for (let e = 0; e < count; e++) entries += bandOf(ends[4 * e + 3]!) - bandOf(ends[4 * e + 1]!) + 1;
    if (entries > 4 * count + mostBands && bands > 1) continue;
    for (let e = 0; e < count; e++) {
      for (let b = bandOf(ends[4 * e + 1]!); b <= bandOf(ends[4 * e + 3]!); b++) starts[b + 1]!++;
    }
    for (let b = 0; b < bands; b++) starts[b + 1]! += starts[b]!;
    const edges = new Uint32Array(entries);
    const next = starts.slice();
    for (let e = 0; e < count; e++) {
      for (let b = bandOf(ends[4 * e + 1]!); b <= bandOf(ends[4 * e + 3]!); b++) edges[next[b]!++] = e;
    }
    return { bandOf, starts, edges };
  }
}
