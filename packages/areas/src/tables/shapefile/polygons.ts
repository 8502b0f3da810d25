import type { Polygon, Position, Ring } from '../../area.ts';
import { UnreadableGeometry } from '../stored-polygons.ts';

/**
 * The most looks at vertices and boxes: a lake with a thousand islands takes some hundred million.
 */
const mostLooks = 2 ** 28;

/**
 * The polygons of the rings of a shape. A ring that winds clockwise is an outer one; another is a
 * hole of the smallest outer ring around it, or an outer one itself where there is none, as GDAL
 * reads them.
 */
export function polygonsOfRings(rings: readonly Ring[], most = mostLooks): Polygon[] {
  const filled = rings.filter(({ length }) => length > 0);
  if (filled.length < 2) return filled.map((ring) => [ring]);
  const measured = filled.map((ring) => ({ ring, area: areaOf(ring), box: boxOf(ring), holes: [] as Ring[] }));
  const outer = measured.filter(({ area }) => area <= 0).toSorted((a, b) => b.area - a.area);
  const looks = { left: most };
  const alone: Polygon[] = [];
  for (const hole of measured) {
    if (hole.area <= 0) continue;
    const around = outer.find((one) => isWithin(hole.box, one.box, looks) && contains(one.ring, hole.ring, looks));
    if (around) around.holes.push(hole.ring);
    else alone.push([hole.ring]);
  }
  const withHoles = measured.filter(({ area }) => area <= 0).map(({ ring, holes }): Polygon => [ring, ...holes]);
  return [...withHoles, ...alone];
}

interface Looks {
  left: number;
}

function take(looks: Looks, count: number): void {
  looks.left -= count;
  if (looks.left < 0) throw new UnreadableGeometry('geometry has so many rings that their places cannot be found');
}

/** Twice the area of a ring; negative where it winds clockwise. */
function areaOf(ring: Ring): number {
  const [x0, y0] = ring[0] as Position;
  let area = 0;
  for (let i = 0, last = ring.length - 1; i < ring.length; last = i++) {
    const [a, b] = [ring[last] as Position, ring[i] as Position];
    area += (a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0);
  }
  return area;
}

type Box = readonly [minX: number, minY: number, maxX: number, maxY: number];

function boxOf(ring: Ring): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    [minX, maxX] = [Math.min(minX, x), Math.max(maxX, x)];
    [minY, maxY] = [Math.min(minY, y), Math.max(maxY, y)];
  }
  return [minX, minY, maxX, maxY];
}

function isWithin(inner: Box, outer: Box, looks: Looks): boolean {
  take(looks, 1);
  return inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3];
}

/** Whether a ring lies in another: the first position that is not on its edge decides. */
function contains(outer: Ring, inner: Ring, looks: Looks): boolean {
  for (const position of inner) {
    take(looks, outer.length);
    const side = sideOf(position, outer);
    if (side !== 'edge') return side === 'inside';
  }
  return true;
}

function sideOf([x, y]: Position, ring: Ring): 'inside' | 'outside' | 'edge' {
  let isInside = false;
  for (let i = 0, last = ring.length - 1; i < ring.length; last = i++) {
    const [[ax, ay], [bx, by]] = [ring[last] as Position, ring[i] as Position];
    const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
    const isBeside = x >= Math.min(ax, bx) && x <= Math.max(ax, bx) && y >= Math.min(ay, by) && y <= Math.max(ay, by);
    if (cross === 0 && isBeside) return 'edge';
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside;
  }
  return isInside ? 'inside' : 'outside';
}
