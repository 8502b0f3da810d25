import { createHash } from 'node:crypto';
import { type Budget, unlimited } from '@catchment/budget';
import { type Crs, rangeOf, seamOf } from '@catchment/crs';
import type { Area, Polygon, Position, Ring } from './area.ts';
import { positionsInLonLat } from './in-lon-lat.ts';

/**
 * 64 hexadecimal digits that name a geometry: SHA-256, so that nobody can draw an area that is
 * taken for another.
 *
 * The same for the same geometry however it is written: wherever rings start, whichever way they
 * wind, in whatever order rings and polygons stand, closed or not, with positions repeated in a
 * row, with −0 for 0. Another for a geometry that differs in any digit, in how vertices are joined,
 * in which rings make up a polygon, or in its CRS.
 *
 * Of a polygon that is wider than half the world, it also matters where rings start, how they wind
 * and in what order they stand: by that it is told whether they go across the antimeridian. Throws
 * OverBudget.
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
 * 64 hexadecimal digits that name an area: the fingerprint of its geometry where nothing is to be
 * said of it, else another, for a result repeats the warnings of its area, and who draws the same
 * without cause for them must not be told. Throws OverBudget.
 */
export function fingerprintOfArea(area: Area, budget?: Budget): string {
  const geometry = fingerprintOf(area, budget);
  if (area.warnings.length === 0) return geometry;
  return createHash('sha256')
    .update(JSON.stringify([geometry, ...area.warnings]))
    .digest('hex');
}

/** What is hashed first: another word for every CRS, and none for longitude and latitude. */
export function inCrs(what: string, crs: Crs | undefined): string {
  return crs === undefined ? what : `${what} in ${JSON.stringify(crs.name)}`;
}

/** Digests in order of size, so that the order in which they came does not matter. */
function digestOfAll(what: string, digests: readonly string[]): string {
  return digestInOrder(what, digests.toSorted());
}

/** Of any number of digests, without a text of all. */
export function digestInOrder(what: string, digests: readonly string[]): string {
  const hash = createHash('sha256').update(what);
  for (const digest of digests) hash.update(` ${digest}`);
  return hash.digest('hex');
}

/** Steps of hashing a position, and of whatever is hashed by itself. */
const [stepsOfPosition, stepsOfDigest] = [30, 300];

/** Steps of the way to longitude and latitude. */
const stepsOfConversion = 100;

/** Pays for the digests of lists of positions. */
export function spendOn(lists: readonly (readonly Position[])[], budget: Budget): void {
  budget.spend(stepsOfDigest * (lists.length + 1));
  for (const positions of lists) budget.spend(stepsOfPosition * positions.length);
}

/**
 * Whether a polygon is wider than half the world, where x repeats or as it lies on Earth:
 * `unrolled` looks at what is narrower no further.
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

/**
 * The positions that differ from the one before them, so that none stands twice in a row; at least
 * one.
 */
function verticesOf(ring: Ring): readonly Position[] {
  const vertices = ring.filter((position, i) => compare(position, ring.at(i - 1) as Position) !== 0);
  return vertices.length > 0 ? vertices : ring.slice(0, 1);
}

function coordinatesOf(vertices: readonly Position[], start: number): Buffer {
  const bytes = Buffer.alloc(16 * vertices.length);
  for (let i = 0; i < vertices.length; i++) {
    const [lon, lat] = vertices[(start + i) % vertices.length] as Position;
    // Adding 0 makes 0 of −0.
    bytes.writeDoubleBE(lon + 0, 16 * i);
    bytes.writeDoubleBE(lat + 0, 16 * i + 8);
  }
  return bytes;
}

/**
 * Where to start so that the vertices in turn are the least of all rotations, in linear time also
 * where some repeat: two candidates are compared vertex by vertex; where they differ after `same`
 * vertices, the greater one and the `same` starts after it cannot be the least. (The "minimal
 * representation" of a cyclic string.)
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
