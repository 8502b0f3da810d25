import { countiesOf } from './counties.ts';
import { isOnEdge, type Mesh } from './mesh.ts';
import { nameMaker } from './names.ts';
import { forEachTriangle } from './surface.ts';
import type { Terrain } from './terrain.ts';

/**
 * A watershed: its border runs through the middles of the mesh's triangles, so that neighbours
 * share every vertex.
 */
export interface Watershed {
  /** Digits as of a HUC, of a region (99) that does not exist. */
  readonly id: string;
  readonly name: string;
  /** The id of the watershed into which it drains, or `ocean`. */
  readonly tohuc: string;
  /** The county of its middle: counties know nothing of watersheds. */
  readonly county: string;
  /** Closed rings in cells, rows downwards; the outer one first. */
  readonly rings: readonly (readonly (readonly [number, number])[])[];
}

/** The `tohuc` of the outlet of the basin, as the Watershed Boundary Dataset has it. */
export const ocean = 'OCEAN';

export interface Watersheds {
  readonly huc8: readonly Watershed[];
  readonly huc12: readonly Watershed[];
}

/**
 * Cuts the largest basin into subwatersheds of about `points` points, and these into subbasins of
 * about `subwatersheds`.
 */
export function cutWatersheds(mesh: Mesh, terrain: Terrain, points: number, subwatersheds: number): Watersheds {
  const fine = cutTree(terrain.order, terrain.receiver, terrain.outlet, () => 1, points);
  const outlets = [...new Set(fine)].filter((label) => label >= 0);
  const downstream = new Map(outlets.map((one) => [one, one === terrain.outlet ? one : fine[terrain.receiver[one]!]!]));
  const coarse = cutTreeOf(outlets, downstream, terrain, subwatersheds);
  const names = nameMaker();
  const codes = codesOf(outlets, coarse);
  const basinOf = fine.map((label) => coarse.get(label) ?? -1);
  const [fineBorders, coarseBorders] = [bordersOf(mesh, fine), bordersOf(mesh, basinOf)];
  const below = (outlet: number) => (outlet === terrain.outlet ? undefined : downstream.get(outlet)!);
  const countyOf = countiesOf([...coarseBorders.values()]);
  return {
    huc8: [...new Set(coarse.values())].map((basin) => {
      const next = below(basin);
      return {
        id: codes.get(basin)!.slice(0, 8),
        name: `${names()} River`,
        tohuc: next === undefined ? ocean : codes.get(coarse.get(next)!)!.slice(0, 8),
        county: countyOf(coarseBorders.get(basin)!),
        rings: coarseBorders.get(basin)!,
      };
    }),
    huc12: outlets.map((outlet) => {
      const next = below(outlet);
      return {
        id: codes.get(outlet)!,
        name: `${names()} Creek`,
        tohuc: next === undefined ? ocean : codes.get(next)!,
        county: countyOf(fineBorders.get(outlet)!),
        rings: fineBorders.get(outlet)!,
      };
    }),
  };
}

/**
 * Labels each point that drains to `outlet` with the point at which its part of the tree is cut:
 * where, going downstream, what has not been cut off yet weighs enough. Other points get -1.
 */
function cutTree(
  order: Int32Array,
  receiver: Int32Array,
  outlet: number,
  weight: (point: number) => number,
  enough: number,
) {
  const load = new Float64Array(receiver.length);
  const isCut = new Uint8Array(receiver.length);
  for (let index = order.length - 1; index >= 0; index--) {
    const point = order[index]!;
    load[point]! += weight(point);
    if (load[point]! >= enough) isCut[point] = 1;
    else if (receiver[point] !== point) load[receiver[point]!]! += load[point]!;
  }
  const labels = new Int32Array(receiver.length).fill(-1);
  for (const point of order) {
    const below = receiver[point] === point ? -1 : labels[receiver[point]!]!;
    if (point === outlet) labels[point] = point;
    else if (below >= 0) labels[point] = isCut[point] ? point : below;
  }
  return labels;
}

/** The same for the tree of subwatersheds: to each the one at whose outlet its subbasin is cut. */
function cutTreeOf(
  outlets: readonly number[],
  downstream: ReadonlyMap<number, number>,
  terrain: Terrain,
  enough: number,
) {
  const place = new Map(outlets.map((outlet, index) => [outlet, index]));
  const receiver = Int32Array.from(outlets, (outlet) => place.get(downstream.get(outlet)!)!);
  const rank = new Map(Array.from(terrain.order, (point, index) => [point, index]));
  const order = Int32Array.from(
    outlets.map((_, index) => index).sort((a, b) => rank.get(outlets[a]!)! - rank.get(outlets[b]!)!),
  );
  const labels = cutTree(order, receiver, place.get(terrain.outlet)!, () => 1, enough);
  return new Map(outlets.map((outlet, index) => [outlet, outlets[labels[index]!]!]));
}

function codesOf(outlets: readonly number[], basins: ReadonlyMap<number, number>): Map<number, string> {
  const codes = new Map<number, string>();
  for (const [index, basin] of [...new Set(basins.values())].entries()) {
    const members = outlets.filter((outlet) => basins.get(outlet) === basin);
    for (const [n, outlet] of members.entries()) codes.set(outlet, `990101${two(index + 1)}01${two(n + 1)}`);
  }
  return codes;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

type Corner = [column: number, row: number];

/**
 * The borders of the points of each label, as rings, the outer one first: segments between
 * triangles, joined end to end.
 */
function bordersOf(mesh: Mesh, labels: Int32Array): Map<number, Corner[][]> {
  // Points on the mesh's edge have triangles on one side only: a border runs inside of them.
  const inner = labels.map((label, point) => (isOnEdge(mesh, point) ? -1 : label));
  // Across each pair of neighbours with different labels, the border runs between the middles of
  // the two triangles at the pair.
  const pairs = new Map<number, { p: number; q: number; middles: Corner[] }>();
  forEachTriangle(mesh, (a, b, c) => {
    if (inner[a] === inner[b] && inner[b] === inner[c]) return;
    const middle = middleOf(mesh, [a, b, c].sort((one, other) => one - other) as [number, number, number]);
    for (const side of [
      [a, b],
      [b, c],
      [c, a],
    ]) {
      const [p, q] = side.sort((one, other) => one - other) as [number, number];
      if (inner[p] === inner[q]) continue;
      const pair = pairs.get(p * mesh.count + q) ?? { p, q, middles: [] };
      pair.middles.push(middle);
      pairs.set(p * mesh.count + q, pair);
    }
  });
  const segments = new Map<number, Map<string, Corner>>();
  for (const { p, q, middles } of pairs.values()) {
    const [first, second] = middles as [Corner, Corner];
    for (const [inside, outside] of [
      [p, q],
      [q, p],
    ] as const) {
      const { x, y } = mesh;
      // With the inside on the left of the way.
      const cross =
        (second[0] - first[0]) * (y[inside]! - y[outside]!) - (second[1] - first[1]) * (x[inside]! - x[outside]!);
      const [from, to] = cross > 0 ? [first, second] : [second, first];
      const next = segments.get(inner[inside]!) ?? new Map<string, Corner>();
      segments.set(inner[inside]!, next.set(from.join(), to));
    }
  }
  return new Map(Array.from(segments, ([label, next]) => [label, joined(next)]));
}

function middleOf({ x, y }: Mesh, points: readonly [number, number, number]): Corner {
  const mean = (values: Float64Array) => Math.round((1000 * points.reduce((sum, p) => sum + values[p]!, 0)) / 3) / 1000;
  return [mean(x), mean(y)];
}

/**
 * Follows the segments from corner to corner; each corner has one that leaves it, as three
 * triangles meet at none.
 */
function joined(next: Map<string, Corner>): Corner[][] {
  const rings: Corner[][] = [];
  for (const start of next.keys()) {
    const ring: Corner[] = [start.split(',').map(Number) as Corner];
    for (let to = next.get(start); to; ) {
      next.delete(ring.at(-1)!.join());
      ring.push(to);
      to = next.get(to.join());
    }
    rings.push(ring);
  }
  return rings.sort((a, b) => Math.abs(areaOf(b)) - Math.abs(areaOf(a)));
}

function areaOf(ring: readonly (readonly [number, number])[]): number {
  return ring.reduce((sum, [x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length]!;
    return sum + x1 * y2 - x2 * y1;
  }, 0);
}
