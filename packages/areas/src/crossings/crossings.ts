import { attempt, type Budget, unlimited } from '@cellshed/budget';
import type { Polygon, Polygons, Position } from '../area.ts';
import { crossingsByChains } from './chain-search.ts';
import { crossingByScan } from './edge-scan.ts';
import { type Crossing, edgesOf } from './edges.ts';

export interface CrossingOptions {
  /** The name of each polygon in sentences. */
  readonly places: readonly string[];
  /** A function that converts a place for the sentence. Default: the place is shown unchanged. */
  readonly tell?: ((place: Position) => Position) | undefined;
  readonly budget?: Budget | undefined;
}

/** The most rings that are named. One more sentence counts the others. */
const maxNamed = 10;

/**
 * A sentence for each ring that crosses itself or an earlier ring of its polygon, with one place of
 * the crossing.
 *
 * Two edges cross where they pass through each other. They also cross where a vertex lies within an
 * edge and its ring continues on the other side. Edges that touch in a point, share a vertex or run
 * along each other do not cross. Signs are exact, the place is rounded.
 *
 * The search by chains of edges comes first. Where a polygon is too entangled for it, a scan
 * decides whether there is any crossing. Then one ring is named, and a sentence says that the
 * others were not searched. The result depends on the polygons alone. Throws OverBudget.
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
  /** Whether the list has every ring that crosses. */
  readonly isAll: boolean;
}

/**
 * The steps for each edge, ten times the steps that borders of watersheds and countries take, and
 * the steps for each polygon.
 */
const [stepsPerEdge, stepsPerPolygon] = [300, 20_000];

function findCrossings(polygon: Polygon, budget: Budget): Found {
  const edges = edgesOf(polygon);
  const steps = stepsPerPolygon + stepsPerEdge * edges.count;
  const all = attempt(budget, steps, (part) => crossingsByChains(edges, part));
  if (all) return { crossings: all, isAll: true };
  const one = crossingByScan(edges, budget);
  return { crossings: one ? [one] : [], isAll: one === undefined };
}
