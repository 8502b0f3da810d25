import { type Batch, isRefusal, type Refusal } from '@cellshed/contracts';
import {
  planTiles,
  type RasterStack,
  type Spans,
  type TileRun,
  tilesIn,
  uniteRuns,
  withoutBlocks,
} from '@cellshed/raster';
import { anyEffort, budgetsFor, type Effort } from '../effort.ts';
import { blaming, type Identified } from '../identify.ts';
import { methodOf } from '../methods.ts';
import type { ResultFrame } from '../result.ts';
import { type Lattice, type NamedStack, sharedStacks, stackOf } from '../stacks.ts';
import type { PlacedTally } from '../tallies/placed-tally.ts';
import { cutTogether, oncePerSpans } from './batches.ts';
import { frameOf, onBoundsOf } from './frame.ts';
import type { Geometries, Placer } from './place.ts';
import { type PlacedArea, refusal } from './place-area.ts';
import { type PlanCount, type PlanLimits, planCount } from './plan-limits.ts';
import { type FromTally, type TalliedPlan, type TallySources, takeFrom, takenIn, talliesIn } from './taken-tiles.ts';

export interface OperationPlan {
  /** The number of tiles in which any of the requests has cells. */
  readonly tiles: number;
  /** Those of them that nobody needs to count, as tallies have them. */
  readonly tallied: number;
  readonly batches: Batch[];
  /** The cells that are read, or those that are counted, whichever are more. */
  readonly cells: number;
  /** The frame of each request. */
  readonly frames: ResultFrame[];
}

export interface PlaceSources extends Geometries, TallySources {
  readonly place: Placer;
}

export interface PlanWork extends PlanLimits {
  readonly tilesPerBatch: number;
  readonly effort?: Effort;
}

/** The steps of looking at a span or a row, and of handling a tile with all that is made of it. */
const [stepsPerSpan, stepsPerTile] = [1, 32];

/**
 * Finds the tiles in which the requests have cells, takes what tallies have of those that lie
 * wholly in an area, and cuts the others into batches of at most `tilesPerBatch`. Refuses areas
 * that come to more than the limits allow together, and what takes more than the effort.
 */
export async function planPasses(
  requests: readonly Identified[],
  sources: PlaceSources,
  { tilesPerBatch, effort = anyEffort, ...limits }: PlanWork,
): Promise<OperationPlan | Refusal> {
  const frames: ResultFrame[] = [];
  const batches: Batch[] = [];
  let [tiles, tallied] = [0, 0];
  const count = planCount(limits, requests.length);
  const shared = sharedStacks(
    requests.map(({ definition }) => definition),
    sources.open,
  );
  for (const { rasters, members } of shared) {
    const named = stackOf(rasters, sources.open);
    const planOf = memberPlanner(named, { ...sources, effort, count, requests });
    const plans: TalliedPlan[] = [];
    for (const member of members) {
      const planned = await planOf(member);
      if (isRefusal(planned)) return planned;
      frames[member] = planned.frame;
      plans.push(planned.plan);
    }
    const cut = cutTogether(plans, tilesPerBatch);
    const tooMany = count.read(
      cut.flatMap((batch) => batch.tiles),
      named.stack,
    );
    if (tooMany) return tooMany;
    batches.push(...cut.map((batch) => ({ ...batch, rasters: [...rasters], tallied: takenIn(batch, plans) })));
    const counted = cut.reduce((sum, batch) => sum + tilesIn(batch.tiles), 0);
    const all = tilesIn(uniteRuns(plans.flatMap(({ runs, taken }) => [runs, taken])));
    tiles += all;
    tallied += all - counted;
  }
  return { tiles, tallied, cells: count.cells(), batches, frames };
}

interface MemberSources extends PlaceSources {
  readonly requests: readonly Identified[];
  readonly effort: Effort;
  readonly count: PlanCount;
}

interface PlannedMember {
  readonly frame: ResultFrame;
  readonly plan: TalliedPlan;
}

/** Plans members on a stack, one by one: their areas, what tallies have, and the tiles left. */
function memberPlanner(
  named: NamedStack,
  { requests, count, ...sources }: MemberSources,
): (member: number) => Promise<PlannedMember | Refusal> {
  const { stack, rastersIn, latticeOf } = named;
  const tallyOf = talliesIn(named, sources);
  const runsOf = oncePerSpans((spans) => planTiles(stack, spans).runs);
  return async (member) => {
    const identified = requests[member] as Identified;
    const area = await placed(identified, latticeOf(identified.definition), sources);
    if (isRefusal(area)) return blaming(area, identified.request, requests);
    const fromTally = await taken(identified, area.spans, { ...sources, tally: tallyOf(identified) });
    if (isRefusal(fromTally)) return blaming(fromTally, identified.request, requests);
    const left = withoutBlocks(area.spans, fromTally.runs, stack.block);
    const tooMany = count.area(identified.place, area) ?? count.counted(left.cells);
    if (tooMany) return tooMany;
    const isOn = onBoundsOf(stack, rastersIn(identified.definition));
    const frame = { ...frameOf(identified, { area, isOn, open: sources.open }), ...tallied(identified, fromTally) };
    const runs = runsOf(left);
    const spent = spend(sources.effort, identified, planSteps([area.spans, left], [runs, fromTally.runs], stack.block));
    if (spent) return blaming(spent, identified.request, requests);
    return { frame, plan: { member, taken: fromTally.runs, runs } };
  };
}

/** The steps of planning the tiles of an area, and of taking whole ones from a tally. */
function planSteps(
  [{ rowStarts, columns }, left]: readonly [Spans, Spans],
  runs: readonly (readonly TileRun[])[],
  { width }: RasterStack['block'],
): number {
  const inBlocks = columns.length + rowStarts.length + left.cells / width;
  return Math.ceil(inBlocks * stepsPerSpan) + stepsPerTile * runs.reduce((sum, some) => sum + tilesIn(some), 0);
}

async function taken(
  { request }: Identified,
  spans: Spans,
  { tally, tallies, effort }: Pick<MemberSources, 'tallies' | 'effort'> & { readonly tally: PlacedTally | undefined },
): Promise<FromTally | Refusal> {
  try {
    return await takeFrom(tally, spans, { tallies, budget: budgetsFor(request, effort).cells });
  } catch (error) {
    return refusal(error);
  }
}

/** The member of a frame that has what came from a tally. */
function tallied({ definition }: Identified, { parts }: FromTally): Pick<ResultFrame, 'tallied'> {
  return parts.length > 0 ? { tallied: methodOf(definition.type).merge(parts) } : {};
}

function spend(effort: Effort, { request }: Identified, steps: number): Refusal | undefined {
  try {
    budgetsFor(request, effort).cells.spend(steps);
    return undefined;
  } catch (error) {
    return refusal(error);
  }
}

async function placed(
  identified: Identified,
  lattice: Lattice,
  { place, effort, ...geometries }: PlaceSources & { readonly effort: Effort },
): Promise<PlacedArea | Refusal> {
  try {
    return await place(identified, lattice, { ...geometries, budgets: budgetsFor(identified.request, effort) });
  } catch (error) {
    return refusal(error);
  }
}
