import type { Border } from './border.ts';
import { type Pieces, sortBy } from './row-pieces.ts';
import type { SideVisitor, StepCounter } from './side-visitor.ts';
import { sortNumbers } from './unite-spans.ts';

/**
 * Pieces of one row, `order[first]` to before `order[end]`, none of which reaches right of `reach`.
 */
export interface Cluster {
  readonly row: number;
  readonly first: number;
  readonly end: number;
  readonly reach: number;
}

/** Makes the scan of clusters, row after row and in each row from left to right. */
export function clusterScan({ polygon, count }: Border, step: StepCounter, visitor: SideVisitor) {
  // The polygons that contain the place left of the cluster, and their number; at the end of a row
  // there are none.
  const inside = new Uint8Array(count > 0 ? polygon[count - 1]! + 1 : 0);
  let depth = 0;
  const strips = stripMaker(step);
  const tellStrips = stripTeller(step, visitor);
  return (pieces: Pieces, cluster: Cluster): void => {
    const { order, y1, y2 } = pieces;
    const { row, first, end, reach } = cluster;
    visitor.begin(row, pieces.left[order[first]!]!, depth > 0);
    if (!isChain(pieces, cluster)) tellStrips(pieces, strips(pieces, cluster), { inside, depth });
    else if (depth === inside[pieces.polygon[order[first]!]!]) tellChain(pieces, cluster, depth > 0 ? -1 : 1, visitor);
    for (let k = first; k < end; k++) {
      const i = order[k]!;
      if (y1[i]! > 0 || y2[i]! === 0) continue;
      const owner = pieces.polygon[i]!;
      inside[owner]! ^= 1;
      depth += inside[owner]! === 1 ? 1 : -1;
    }
    visitor.end(reach);
  };
}

/** The rounding of heights that is ignored. */
const tolerance = 1e-13;

/**
 * Tells whether the pieces are one chain from the upper line to the lower that nowhere turns back.
 * It is if all belong to one polygon, an odd number of them begin at the upper line, so that there
 * is at least one at every height, and together they are no higher than the row.
 */
function isChain({ y1, y2, polygon, order }: Pieces, { first, end }: Cluster): boolean {
  const owner = polygon[order[first]!]!;
  let begun = 0;
  let height = 0;
  for (let k = first; k < end; k++) {
    const i = order[k]!;
    if (polygon[i] !== owner) return false;
    if (y1[i] === 0 && y2[i]! > 0) begun++;
    height += y2[i]! - y1[i]!;
    if (height > 1 + tolerance) return false;
  }
  return begun % 2 === 1;
}

function tellChain(
  { x1, y1, x2, y2, order }: Pieces,
  { first, end }: Cluster,
  sign: number,
  visitor: SideVisitor,
): void {
  for (let k = first; k < end; k++) {
    const i = order[k]!;
    visitor.side(x1[i]!, x2[i]!, y2[i]! - y1[i]!, sign);
  }
}

/**
 * The heights at which a cluster is cut, rising, and its pieces that have height, by their upper
 * ends. The arrays are longer, and are used again for the next cluster.
 */
interface Strips {
  readonly cuts: Float64Array;
  readonly cutCount: number;
  readonly members: Uint32Array;
  readonly memberCount: number;
}

function stripMaker(step: StepCounter): (pieces: Pieces, cluster: Cluster) => Strips {
  let cuts = new Float64Array(64);
  let members = new Uint32Array(32);
  let cutCount = 0;
  const cut = (height: number): void => {
    if (cutCount === cuts.length) {
      const larger = new Float64Array(2 * cutCount);
      larger.set(cuts);
      cuts = larger;
    }
    cuts[cutCount++] = height;
  };
  return (pieces, { first, end }) => {
    const { y1, y2, left, right, order } = pieces;
    if (members.length < end - first) members = new Uint32Array(2 * (end - first));
    let memberCount = 0;
    for (let k = first; k < end; k++) if (y1[order[k]!]! < y2[order[k]!]!) members[memberCount++] = order[k]!;
    cutCount = 0;
    for (let k = 0; k < memberCount; k++) {
      const i = members[k]!;
      cut(y1[i]!);
      cut(y2[i]!);
      for (let l = k + 1; l < memberCount && left[members[l]!]! < right[i]!; l++) {
        step(1);
        const height = crossing(pieces, i, members[l]!);
        if (height !== undefined) cut(height);
      }
    }
    sortBy(y1, members, memberCount);
    sortNumbers(cuts, 0, cutCount);
    return { cuts, cutCount, members, memberCount };
  };
}

/**
 * The height at which two pieces cross; undefined if they do not, or only where one of them begins
 * or ends.
 */
function crossing(pieces: Pieces, i: number, j: number): number | undefined {
  const upper = Math.max(pieces.y1[i]!, pieces.y1[j]!);
  const lower = Math.min(pieces.y2[i]!, pieces.y2[j]!);
  if (upper >= lower) return undefined;
  const above = columnAt(pieces, i, upper) - columnAt(pieces, j, upper);
  const below = columnAt(pieces, i, lower) - columnAt(pieces, j, lower);
  if (above * below >= 0) return undefined;
  return upper + ((lower - upper) * above) / (above - below);
}

/** The state at the beginning of a cluster. */
interface Beginning {
  readonly inside: Uint8Array;
  readonly depth: number;
}

function stripTeller(step: StepCounter, visitor: SideVisitor) {
  let active = new Uint32Array(32);
  return (pieces: Pieces, strips: Strips, { inside, depth }: Beginning): void => {
    const { y1, y2, polygon, middle } = pieces;
    const { cuts, cutCount, members, memberCount } = strips;
    if (active.length < memberCount) active = new Uint32Array(2 * memberCount);
    let count = 0;
    let next = 0;
    for (let c = 1; c < cutCount; c++) {
      const upper = cuts[c - 1]!;
      const lower = cuts[c]!;
      if (upper === lower) continue;
      let kept = 0;
      for (let a = 0; a < count; a++) if (y2[active[a]!]! > upper) active[kept++] = active[a]!;
      for (count = kept; next < memberCount && y1[members[next]!]! <= upper; next++) active[count++] = members[next]!;
      step(count);
      for (let a = 0; a < count; a++) middle[active[a]!] = columnAt(pieces, active[a]!, (upper + lower) / 2);
      sortBy(middle, active, count);
      let held = depth;
      for (let a = 0; a < count; a++) {
        const i = active[a]!;
        const owner = polygon[i]!;
        const before = held;
        inside[owner]! ^= 1;
        held += inside[owner]! === 1 ? 1 : -1;
        if (before > 0 === held > 0) continue;
        visitor.side(columnAt(pieces, i, upper), columnAt(pieces, i, lower), lower - upper, held > 0 ? 1 : -1);
      }
      for (let a = 0; a < count; a++) inside[polygon[active[a]!]!]! ^= 1;
    }
  };
}

function columnAt({ x1, y1, x2, y2 }: Pieces, i: number, height: number): number {
  if (height === y1[i]) return x1[i]!;
  if (height === y2[i]) return x2[i]!;
  return x1[i]! + (x2[i]! - x1[i]!) * ((height - y1[i]!) / (y2[i]! - y1[i]!));
}
