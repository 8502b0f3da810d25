import { bbox } from '@turf/bbox';
import type { Polygons } from '../area.ts';
import type { Bbox } from '../table.ts';

/** The bounding box of at least one polygon. */
export function bboxOf(polygons: Polygons): Bbox {
  // turf reads only; its types ask for lists that may be written.
  const coordinates = polygons as unknown as number[][][][];
  return bbox({ type: 'MultiPolygon', coordinates }) as [number, number, number, number];
}

/** Whether a box meets or touches the box that is asked for; one whose west is east of its east spans the antimeridian. */
export function meets(box: Bbox, [west, south, east, north]: Bbox): boolean {
  if (box[1] > north || box[3] < south) return false;
  if (west > east) return box[0] <= east || box[2] >= west;
  return box[0] <= east && box[2] >= west;
}

/** Whether a box lies in the box that is asked for; false where that spans the antimeridian. */
export function liesIn(box: Bbox, [west, south, east, north]: Bbox): boolean {
  return box[0] >= west && box[1] >= south && box[2] <= east && box[3] <= north;
}

/** The box around both; either may be absent. */
export function around(a: Bbox | undefined, b: Bbox | undefined): Bbox | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}
