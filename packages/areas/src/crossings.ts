import { attempt, type Budget, unlimited } from '@catchment/budget';
import type { Polygon, Polygons, Position } from './area.ts';
import { crossingsByChains } from './chain-search.ts';
import { crossingBySweep } from './edge-sweep.ts';
import { type Crossing, edgesOf } from './edges.ts';

export interface CrossingOptions {
  /** What a sentence calls each polygon. */
  readonly places: readonly string[];
  /** How a place is told: by default as it is. */
  readonly tell?: ((place: Position) => Position) | undefined;
  readonly budget?: Budget | undefined;
}

/** At most so many rings are named; the rest is a number in one more sentence. */
const maxNamed = 10;

/**
 * A sentence for each ring that crosses itself, or an earlier ring of its polygon, with one place
 * where it does.
 *
 * Two edges cross where they pass through each other, or where a vertex lies within an edge and its
 * ring goes on to the other side. Touching in a point, sharing a vertex and running along each
 * other is not crossing. Signs are exact; the place is rounded.
 *
 * Each ring is looked at by its chains of edges first. Where a polygon is so entangled that this
 * takes too long, a sweep finds out whether there is any crossing; of what crosses, one ring is
 * named then, and a sentence says that not every crossing was looked for. What is found depends on
 * the polygons alone. Throws OverBudget.
 */
export function crossingWarnings(
  polygons: Polygons,
  { places, tell = (place) => place, budget = unlimited }: CrossingOptions,
): readonly string[] {
  const warnings: string[] = [];
  let unnamed = 0;
  let isCutShort = false;
  for (const [i, polygon] of polygons.entries()) {
    const { crossings, isAll } = findCrossings(polygon, budget);
    if (!isAll) isCutShort = true;
    for (const { ring, other, at } of crossings) {
      if (warnings.length === maxNamed) {
        unnamed += 1;
        continue;
      }
      const what = ring === other ? 'itself' : `ring ${other}`;
      const [x, y] = tell(at);
      const near = `(${x.toFixed(5)}, ${y.toFixed(5)})`;
      warnings.push(`${places[i] ?? ''}ring ${ring} crosses ${what} near ${near}: counted by the even–odd rule`);
    }
  }
  if (unnamed > 0) warnings.push(`${unnamed} more rings cross: counted by the even–odd rule`);
  if (isCutShort) warnings.push('too entangled to look for every crossing: counted by the even–odd rule');
  return warnings;
}

interface Found {
  readonly crossings: readonly Crossing[];
  /** Whether each ring that crosses is among them. */
  readonly isAll: boolean;
}

/**
 * Steps for each edge, ten times what borders of watersheds and countries take, and for each
 * polygon.
 */
const [stepsPerEdge, stepsPerPolygon] = [300, 20_000];

function findCrossings(polygon: Polygon, budget: Budget): Found {
  const edges = edgesOf(polygon);
  const steps = stepsPerPolygon + stepsPerEdge * edges.count;
  const all = attempt(budget, steps, (part) => crossingsByChains(edges, part));
  if (all) return { crossings: all, isAll: true };
  const one = crossingBySweep(edges, budget);
  return { crossings: one ? [one] : [], isAll: one === undefined };
}
