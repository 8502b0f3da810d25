import { isOnEdge, type Mesh } from './mesh.ts';
import { fractalNoise, randomNumbers } from './noise.ts';

/**
 * A landscape carved by water: every point drains to a lower neighbour, and in the end to the edge
 * of the mesh.
 */
export interface Terrain {
  /** Metres. */
  readonly height: Float64Array;
  /** The neighbour that each point drains to; itself on the edge. */
  readonly receiver: Int32Array;
  /** The points in an order in which each follows the one that it drains to. */
  readonly order: Int32Array;
  /** Points that drain through each point, itself included. */
  readonly upstream: Int32Array;
  /** The point on the edge by which the largest basin leaves. */
  readonly outlet: number;
}

const steps = 80;
/** Metres that the land rises in a step. */
const uplift = 3;
/**
 * The speed at which water cuts: a point's share of the way down to its receiver in a step is about
 * this times √upstream.
 */
const erodibility = 0.06;

/**
 * Raises a rough slope and lets streams cut into it: uplift against stream power (incision ∝ slope
 * · √drained area), solved implicitly from the mouth upwards (Braun and Willett 2013, "FastScape").
 */
export function carveTerrain(mesh: Mesh): Terrain {
  const outlet = mesh.count - 1 - Math.floor(mesh.columns * 0.42);
  const height = roughSlope(mesh, outlet);
  const receiver = new Int32Array(mesh.count);
  const order = new Int32Array(mesh.count);
  const upstream = new Int32Array(mesh.count);
  for (let step = 0; step < steps; step++) {
    drain(mesh, { height, receiver, order, upstream });
    for (const point of order) {
      const below = receiver[point]!;
      if (below === point) continue;
      const cut = erodibility * Math.sqrt(upstream[point]!);
      height[point] = (height[point]! + uplift + cut * height[below]!) / (1 + cut);
    }
  }
  drain(mesh, { height, receiver, order, upstream });
  return { height, receiver, order, upstream, outlet };
}

type Drainage = Pick<Terrain, 'height' | 'receiver' | 'order' | 'upstream'>;

/** Finds what each point drains to: the neighbour with the steepest way down. */
function drain(mesh: Mesh, { height, receiver, order, upstream }: Drainage): void {
  for (let point = 0; point < mesh.count; point++) {
    receiver[point] = isOnEdge(mesh, point) ? point : steepest(mesh, height, point);
  }
  sortFromMouths(receiver, order);
  upstream.fill(1);
  for (let index = order.length - 1; index >= 0; index--) {
    const point = order[index]!;
    const below = receiver[point]!;
    if (below !== point) upstream[below]! += upstream[point]!;
  }
}

function steepest({ x, y, neighbours }: Mesh, height: Float64Array, point: number): number {
  let [best, steepness] = [point, 0];
  for (let index = point * 6; index < point * 6 + 6; index++) {
    const other = neighbours[index]!;
    const drop = height[point]! - height[other]!;
    if (drop <= 0) continue;
    const [east, south] = [x[other]! - x[point]!, y[other]! - y[point]!];
    const squaredSlope = (drop * drop) / (east * east + south * south);
    if (squaredSlope > steepness) [best, steepness] = [other, squaredSlope];
  }
  return best;
}

/**
 * Writes into `order` all points, each after its receiver: the mouths first, then what drains to
 * them, and so on.
 */
function sortFromMouths(receiver: Int32Array, order: Int32Array): void {
  const nextSibling = new Int32Array(receiver.length).fill(-1);
  const firstDonor = new Int32Array(receiver.length).fill(-1);
  let filled = 0;
  for (let point = 0; point < receiver.length; point++) {
    const below = receiver[point]!;
    if (below === point) {
      order[filled++] = point;
    } else {
      nextSibling[point] = firstDonor[below]!;
      firstDonor[below] = point;
    }
  }
  for (let index = 0; index < filled; index++) {
    for (let donor = firstDonor[order[index]!]!; donor !== -1; donor = nextSibling[donor]!) order[filled++] = donor;
  }
}

/**
 * Heights that rise with the shortest way to the edge of the mesh over randomly rough ground, so
 * that every point has a lower neighbour. Ways to the outlet are favoured, which gives it the
 * largest basin.
 */
function roughSlope(mesh: Mesh, outlet: number): Float64Array {
  const { x, y, neighbours, count, spacing } = mesh;
  const random = randomNumbers(2);
  const hardness = fractalNoise({
    width: mesh.columns,
    height: mesh.rows,
    feature: mesh.columns / 5,
    octaves: 4,
    seed: 3,
  });
  const way = new Float64Array(count).fill(Infinity);
  const buckets: number[][] = [];
  const reach = (point: number, length: number) => {
    if (length >= way[point]!) return;
    way[point] = length;
    (buckets[Math.floor(length)] ??= []).push(point);
  };
  for (let point = 0; point < count; point++) {
    const distance = Math.hypot(x[point]! - x[outlet]!, y[point]! - y[outlet]!) / spacing;
    if (isOnEdge(mesh, point)) reach(point, distance * (1.2 + 0.5 * hardness[point]!) + (point === outlet ? 0 : 80));
  }
  for (let length = 0; length < buckets.length; length++) {
    // A bucket may grow while it is emptied, by ways that are less than one longer.
    for (let index = 0; index < (buckets[length]?.length ?? 0); index++) {
      const point = buckets[length]![index]!;
      if (Math.floor(way[point]!) < length) continue;
      for (let side = point * 6; side < point * 6 + 6; side++) {
        const other = neighbours[side]!;
        if (other !== -1) reach(other, way[point]! + 0.3 + random() + 3 * Math.max(0, hardness[other]! + 0.2));
      }
    }
  }
  for (let point = 0; point < count; point++) if (isOnEdge(mesh, point)) way[point]! *= 0.3;
  return way;
}
