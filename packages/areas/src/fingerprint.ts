import { createHash } from 'node:crypto';
import { type Budget, unlimited } from '@cellshed/budget';
import { type Crs, rangeOf, seamOf } from '@cellshed/crs';
import type { Area, Polygon, Position, Ring } from './area.ts';
import { positionsInLonLat } from './in-lon-lat.ts';

/**
 * The fingerprint of a geometry: 64 hexadecimal digits of SHA-256, so that nobody can draw an area
 * that is taken for another.
 *
 * The same geometry has the same fingerprint however it is written. It does not matter where rings
 * start, which way they wind, and in what order rings and polygons stand. Neither do closing
 * positions, repeated positions, and −0 for 0. A geometry with another digit, other edges, other
 * polygons or another CRS has another fingerprint.
 *
 * In a polygon wider than half the world, the starts, directions and order of its rings count,
 * because they decide whether the rings cross the antimeridian. Throws OverBudget.
 */
export function fingerprintOf({ polygons, crs }: Pick<Area, 'polygons' | 'crs'>, budget: Budget = unlimited): string {
  const digests = polygons.map((polygon) => {
    spendOn(polygon, budget);
    if (crs !== undefined) for (const ring of polygon) budget.spend(stepsOfConversion * ring.length);
    return isWide(polygon, crs)
      ? digestInOrder('wide polygon', polygon.map(digestAsWritten))
      : digestOfAll('polygon', polygon.map(digestOfRing));
  });
  return digestOfAll(inCrs('area', crs), digests);
}

/**
 * The fingerprint of an area: that of its geometry where it has no warnings, else another one. A
 * result repeats the warnings of its area, and a client who draws the same geometry without them
 * must not get these warnings. Throws OverBudget.
 */
export function fingerprintOfArea(area: Area, budget?: Budget): string {
  const geometry = fingerprintOf(area, budget);
  if (area.warnings.length === 0) return geometry;
  return createHash('sha256')
    .update(JSON.stringify([geometry, ...area.warnings]))
    .digest('hex');
}

/** The first hashed word: another one for each CRS, and no addition for longitude and latitude. */
export function inCrs(what: string, crs: Crs | undefined): string {
  return crs === undefined ? what : `${what} in ${JSON.stringify(crs.name)}`;
}

/** The digest of digests in sorted order, so that their original order does not matter. */
function digestOfAll(what: string, digests: readonly string[]): string {
  return digestInOrder(what, digests.toSorted());
}

/** The digest of any number of digests, without one text that holds them all. */
export function digestInOrder(what: string, digests: readonly string[]): string {
  const hash = createHash('sha256').update(what);
  for (const digest of digests) hash.update(` ${digest}`);
  return hash.digest('hex');
}

/** The steps to hash a position, and to begin and end a hash. */
const [stepsOfPosition, stepsOfDigest] = [30, 300];

/** The steps to convert a position to longitude and latitude. */
const stepsOfConversion = 100;

/** Spends the steps for the digests of lists of positions. */
export function spendOn(lists: readonly (readonly Position[])[], budget: Budget): void {
  budget.spend(stepsOfDigest * (lists.length + 1));
  for (const positions of lists) budget.spend(stepsOfPosition * positions.length);
}

/**
 * Whether a polygon is wider than half the world, in a CRS where x repeats or on Earth. `unrolled`
 * leaves narrower polygons as they are.
 */
function isWide(polygon: Polygon, crs: Crs | undefined): boolean {
  const isWider = (rings: Polygon, period: number) => {
    const [west, east] = rangeOf(rings);
    return !(east - west <= period / 2);
  };
  if (crs === undefined) return isWider(polygon, 360);
  const inLonLat = polygon.map((ring) => positionsInLonLat(ring, crs));
  return isWider(polygon, seamOf(crs)?.period ?? Number.POSITIVE_INFINITY) || isWider(inLonLat, 360);
}

function digestAsWritten(ring: Ring): string {
  return createHash('sha256').update('ring').update(coordinatesOf(ring, 0)).digest('hex');
}

function digestOfRing(ring: Ring): string {
  const vertices = verticesOf(ring);
  const forth = coordinatesOf(vertices, leastRotation(vertices));
  const backwards = vertices.toReversed();
  const back = coordinatesOf(backwards, leastRotation(backwards));
  const least = Buffer.compare(forth, back) <= 0 ? forth : back;
  return createHash('sha256').update('ring').update(least).digest('hex');
}

/** The positions without those that equal the one before them; at least one. */
function verticesOf(ring: Ring): readonly Position[] {
  const vertices = ring.filter((position, i) => compare(position, ring.at(i - 1) as Position) !== 0);
  return vertices.length > 0 ? vertices : ring.slice(0, 1);
}

function coordinatesOf(vertices: readonly Position[], start: number): Buffer {
  const bytes = Buffer.alloc(16 * vertices.length);
  for (let i = 0; i < vertices.length; i++) {
    const [lon, lat] = vertices[(start + i) % vertices.length] as Position;
    // Adding 0 turns −0 into 0.
    bytes.writeDoubleBE(lon + 0, 16 * i);
    bytes.writeDoubleBE(lat + 0, 16 * i + 8);
  }
  return bytes;
}

/**
 * The index of the start for which the vertices are the least of all rotations (the "minimal
 * representation" of a cyclic string). It takes linear time, also where vertices repeat: two
 * candidates are compared vertex by vertex. Where they differ after `same` vertices, neither the
 * greater one nor the `same` starts after it can be the least.
 */
function leastRotation(vertices: readonly Position[]): number {
  const n = vertices.length;
  let [a, b, same] = [0, 1, 0];
  while (a < n && b < n && same < n) {
    const order = compare(vertices[(a + same) % n] as Position, vertices[(b + same) % n] as Position);
    if (order === 0) {
      same++;
      continue;
    }
    if (order > 0) a += same + 1;
    else b += same + 1;
    if (a === b) b++;
    same = 0;
  }
  return Math.min(a, b);
}

function compare(a: Position, b: Position): number {
  return a[0] - b[0] || a[1] - b[1];
}
