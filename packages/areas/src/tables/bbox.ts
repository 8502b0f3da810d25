import { unrolled } from '@cellshed/crs';
import { bbox } from '@turf/bbox';
import type { Polygons } from '../area.ts';
import type { Bbox } from '../table.ts';

/** The bounding box of at least one polygon. */
export function bboxOf(polygons: Polygons): Bbox {
  // turf only reads, but its types ask for lists that may be written.
  const coordinates = polygons as unknown as number[][][][];
  return bbox({ type: 'MultiPolygon', coordinates }) as [number, number, number, number];
}

/**
 * The box around at least one polygon on Earth. For a polygon that crosses the antimeridian or lies
 * beyond 180, west may be greater than east, as RFC 7946 wants it. A polygon that is cut at the
 * antimeridian has a box that spans the world.
 */
export function boxOnEarth(polygons: Polygons): Bbox {
  const [west, south, east, north] = bboxOf(polygons.map((rings) => unrolled(rings, 360).rings));
  return [...acrossEarth(west, east, south), north];
}

function acrossEarth(west: number, east: number, south: number): [number, number, number] {
  if (east - west >= 360) return [-180, south, 180];
  const turns = Math.floor((west + 180) / 360);
  if (turns === 0 && east <= 180) return [west, south, east];
  const [from, to] = [west - 360 * turns, east - 360 * turns];
  return [from, south, to > 180 ? to - 360 : to];
}

const turns = [-720, -360, 0, 360, 720];

/**
 * Whether two boxes meet or touch, also if they are given from different sides of the antimeridian.
 * A box whose west is greater than its east spans it.
 */
export function meets(a: Bbox, b: Bbox): boolean {
  if (a[1] > b[3] || a[3] < b[1]) return false;
  const [aEast, bEast] = [eastOf(a), eastOf(b)];
  return turns.some((turn) => a[0] + turn <= bEast && aEast + turn >= b[0]);
}

function eastOf([west, , east]: Bbox): number {
  return west > east ? east + 360 : east;
}

/** Whether a box surely lies in another. */
export function liesIn(box: Bbox, [west, south, east, north]: Bbox): boolean {
  return box[0] >= west && box[1] >= south && box[2] <= east && box[3] <= north && box[0] <= box[2];
}

/**
 * Whether a box is wide enough to belong to an area that jumps from one side of the antimeridian to
 * the other.
 */
export function mayLeap(box: Bbox): boolean {
  return box[2] - box[0] > 180;
}

/** A box around both within the bounds of longitude; either may be absent. */
export function around(a: Bbox | undefined, b: Bbox | undefined): Bbox | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
}

/**
 * The box of an extent. It has all longitudes where the extent exceeds their bounds, or where an
 * area in it may.
 */
export function extentBox(box: Bbox): Bbox {
  const isPlain = box[0] >= -180 && box[2] <= 180 && box[0] <= box[2] && !mayLeap(box);
  return isPlain ? box : [-180, box[1], 180, box[3]];
}
