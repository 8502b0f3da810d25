import { type Budget, unlimited } from '@catchment/budget';
import { type Border, borderOf } from './border.ts';
import { type BorderIndex, borderIndex } from './border-index.ts';
import type { CellLines, CellPolygons } from './cell-polygons.ts';
import { begins, meetingFinder, type Segment } from './segment-meetings.ts';
import { type Sides, sidesOf } from './segment-sides.ts';

/** Takes a stretch of a line: straight from (column x1, row y1) to (x2, y2). */
export type StretchVisitor = (x1: number, y1: number, x2: number, y2: number) => void;

/**
 * Visits what of the lines lies in the polygons, in the order and direction of the lines: even–odd
 * within a polygon, union between polygons, borders included, so that a line along a border is
 * kept. A segment is cut where the line enters or leaves the area and nowhere else; what has no
 * length is left out.
 *
 * Each segment is scanned from its beginning to its end, by what it meets in order. What lies just
 * beside it is told exactly, once for a line and again where a vertex lies on the border; at each
 * edge that it passes it enters or leaves a polygon.
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
 * Between places that are so near to each other rounding may have changed their order, such as of
 * two edges one on the other: there the middle is asked for.
 */
const doubtful = 2 ** -20;

/**
 * Sorting an edge that is met into its place, passing it, and what is drawn between it and the next
 * one.
 */
const stepsPerMeeting = 8;

/**
 * Visits what of a segment is inside, `sides` being what lies beside its beginning, and leaves
 * there what lies beside its end. Answers whether that holds for the next segment, too: not when
 * the end is on the border.
 */
function segmentClipper(border: Border, near: BorderIndex, { sides, visit, budget }: Clipping) {
  const isInside = (segment: Segment, from: number, to: number) =>
    to - from < doubtful ? sides.holds(...at(segment, (from + to) / 2)) : sides.depth > 0;
  const find = meetingFinder(border, near, budget);
  return (segment: Segment): boolean => {
    const { count, order, places, changes, endsOnBorder } = find(segment);
    budget.spend(1 + count * stepsPerMeeting);
    // Along how many edges the segment runs here.
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
