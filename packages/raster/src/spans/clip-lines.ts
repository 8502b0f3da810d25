import { type Budget, unlimited } from '@cellshed/budget';
import { type Border, borderOf } from '../edges/border.ts';
import { type BorderIndex, borderIndex } from '../edges/border-index.ts';
import type { Segment } from '../edges/segment.ts';
import { begins, meetingFinder } from '../edges/segment-meetings.ts';
import { type Sides, sidesOf } from '../edges/segment-sides.ts';
import type { CellLines, CellPolygons } from '../grid/cell-polygons.ts';

/** Receives a straight stretch of a line from (column x1, row y1) to (x2, y2). */
export type StretchVisitor = (x1: number, y1: number, x2: number, y2: number) => void;

/**
 * Visits the parts of the lines in the polygons, in the order and direction of the lines: even–odd
 * within a polygon, union between polygons, borders included, so that a line along a border is
 * kept. A segment is cut only where the line enters or leaves the area. Parts without a length are
 * left out.
 *
 * Each segment is scanned from its beginning to its end, by its meetings in order. The polygons
 * beside it are determined exactly, once for a line and again where a vertex is on the border; at
 * each edge that it passes, it enters or leaves a polygon.
 */
export function clipLines(
  lines: CellLines,
  polygons: CellPolygons,
  visit: StretchVisitor,
  budget: Budget = unlimited,
): void {
  const border = borderOf(polygons);
  if (border.count === 0) return;
  const near = borderIndex(border, budget);
  const sides = sidesOf(border, near, budget);
  const clip = segmentClipper(border, near, { sides, visit, budget });
  for (const line of lines) {
    let isKnown = false;
    for (let i = 2; i < line.length; i += 2) {
      const segment = [line[i - 2]!, line[i - 1]!, line[i]!, line[i + 1]!] as const;
      if (segment[0] === segment[2] && segment[1] === segment[3]) continue;
      if (!isKnown) sides.beside(segment);
      isKnown = clip(segment);
    }
  }
}

interface Clipping {
  readonly sides: Sides;
  readonly visit: StretchVisitor;
  readonly budget: Budget;
}

/**
 * Between places this near to each other, for example of two edges on one line, rounding may have
 * changed their order. Then the middle between them is tested.
 */
const doubtful = 2 ** -20;

/** The cost of sorting a meeting, passing its edge, and visiting the stretch to the next one. */
const stepsPerMeeting = 8;

/**
 * Visits the parts of a segment inside, with `sides` beside its beginning, and moves `sides` beside
 * its end. Returns whether they also hold for the next segment: not if the end is on the border.
 */
function segmentClipper(border: Border, near: BorderIndex, { sides, visit, budget }: Clipping) {
  const isInside = (segment: Segment, from: number, to: number) =>
    to - from < doubtful ? sides.holds(...at(segment, (from + to) / 2)) : sides.depth > 0;
  const find = meetingFinder(border, near, budget);
  return (segment: Segment): boolean => {
    const { count, order, places, changes, endsOnBorder } = find(segment);
    budget.spend(1 + count * stepsPerMeeting);
    // The number of edges along which the segment runs here.
    let along = 0;
    let begin: number | undefined;
    let from = 0;
    for (let i = 0; i <= count; i++) {
      const meeting = order[i]!;
      const to = i < count ? places[meeting]! : 1;
      if (from < to) {
        if (along > 0 || isInside(segment, from, to)) begin ??= from;
        else if (begin !== undefined) {
          visit(...at(segment, begin), ...at(segment, from));
          begin = undefined;
        }
        from = to;
      }
      if (i === count) break;
      const change = changes[meeting]!;
      if (change >= 0) sides.pass(change);
      else along += change === begins ? 1 : -1;
    }
    if (begin !== undefined) visit(...at(segment, begin), segment[2], segment[3]);
    return !endsOnBorder;
  };
}

function at([x1, y1, x2, y2]: Segment, place: number): readonly [x: number, y: number] {
  if (place === 1) return [x2, y2];
  return [x1 + place * (x2 - x1), y1 + place * (y2 - y1)];
}
