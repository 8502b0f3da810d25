import { type Definition, rastersOf } from '@catchment/catalog';
import {
  planTiles,
  type RasterStack,
  type Spans,
  type TileRun,
  tilesIn,
  uniteRuns,
  withoutBlocks,
} from '@catchment/raster';
import { cutTogether, type MemberPlan, runsWithin } from './batches.ts';
import { anyEffort, budgetsFor, type Effort } from './effort.ts';
import { blaming, type Identified, type OpenByName } from './identify.ts';
import type { PartialResult } from './methods.ts';
import type { Geometries, Placer } from './place.ts';
import { type PlacedArea, refusal } from './place-area.ts';
import { type PlanLimits, planCount } from './plan-limits.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { areaText, operationText } from './request.ts';
import type { ResultFrame } from './result.ts';
import { type Lattice, type NamedStack, sharedStacks, stackOf } from './stacks.ts';
import { type PlacedTally, placeTally } from './tallies/placed-tally.ts';
import type { Tallies } from './tallies/tallies.ts';

/** Tiles that are counted in one pass. */
export interface TileBatch {
  /** Which of the requests have cells in them, ascending. */
  readonly members: number[];
  /** The rasters on whose lattice the tiles are, in order. */
  readonly rasters: string[];
  readonly tiles: TileRun[];
  /**
   * Of each member: which of these tiles it has from its tally, and must not be counted for it
   * again; null: none of them has any.
   */
  readonly tallied: TileRun[][] | null;
}

export interface OperationPlan {
  /** In which any of the requests has cells. */
  readonly tiles: number;
  /** Those of them that nobody needs to count, as tallies have them. */
  readonly tallied: number;
  readonly batches: TileBatch[];
  /** Of each request. */
  readonly frames: ResultFrame[];
}

export interface PlaceSources extends Geometries {
  readonly open: OpenByName;
  readonly place: Placer;
  /** Absent: all cells are counted. */
  readonly tallies?: Tallies | undefined;
}

export interface PlanWork extends PlanLimits {
  readonly tilesPerBatch: number;
  readonly effort?: Effort;
}

/** Looking at a span, or a row; and handling a tile of a plan, with all that is made of it. */
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
  const batches: TileBatch[] = [];
  let [tiles, tallied] = [0, 0];
  const count = planCount(limits);
  const shared = sharedStacks(
    requests.map(({ definition }) => definition),
    sources.open,
  );
  for (const { rasters, members } of shared) {
    const named = stackOf(rasters, sources.open);
    const { stack, layersOf, latticeOf } = named;
    const tallyOf = talliesIn(named, sources);
    const plans: TalliedPlan[] = [];
    for (const member of members) {
      const identified = requests[member] as Identified;
      const area = await placed(identified, latticeOf(identified.definition), { ...sources, effort });
      if (isRefusal(area)) return blaming(area, identified.request, requests);
      const { runs: taken, part } = await takeFrom(tallyOf(identified), area.spans, sources);
      const left = withoutBlocks(area.spans, taken, stack.block);
      const tooMany = count.area(identified.place, area) ?? count.counted(left.cells);
      if (tooMany) return tooMany;
      const isOn = onBoundsOf(stack, layersOf(identified.definition));
      frames[member] = { ...frameOf(identified, { area, isOn, open: sources.open }), ...(part && { tallied: part }) };
      const { runs } = planTiles(stack, left);
      const spent = spend(effort, identified, planSteps([area.spans, left], [runs, taken], stack.block));
      if (spent) return blaming(spent, identified.request, requests);
      plans.push({ member, taken, runs });
    }
    const cut = cutTogether(plans, tilesPerBatch);
    const tooMany = count.read(
      cut.flatMap((batch) => batch.tiles),
      stack,
    );
    if (tooMany) return tooMany;
    batches.push(...cut.map((batch) => ({ ...batch, rasters: [...rasters], tallied: takenIn(batch, plans) })));
    const counted = cut.reduce((sum, batch) => sum + tilesIn(batch.tiles), 0);
    const all = tilesIn(uniteRuns(plans.flatMap(({ runs, taken }) => [runs, taken])));
    tiles += all;
    tallied += all - counted;
  }
  return { tiles, tallied, batches, frames };
}

/**
 * Tells the tally of a request's operation, as the stack has it; undefined: there is none, or the
 * stack is cut into other blocks.
 */
export function talliesIn(
  { stack, latticeOf }: NamedStack,
  { open, tallies }: Pick<PlaceSources, 'open' | 'tallies'>,
): (identified: Identified) => PlacedTally | undefined {
  const known = new Map<string, PlacedTally | undefined>();
  return ({ request, definition }) => {
    if (!tallies?.isFor(request, definition, open)) return undefined;
    const name = operationText(request);
    if (!known.has(name))
      known.set(name, placeTally(tallies.of(request, definition, open), latticeOf(definition), stack));
    return known.get(name);
  };
}

interface TalliedPlan extends MemberPlan {
  /** Tiles that it has from its tally; none of them is among its runs. */
  readonly taken: readonly TileRun[];
}

async function takeFrom(
  tally: PlacedTally | undefined,
  spans: Spans,
  { tallies }: Pick<PlaceSources, 'tallies'>,
): Promise<{ readonly runs: readonly TileRun[]; readonly part?: PartialResult }> {
  try {
    return (await tally?.take(spans)) ?? { runs: [] };
  } catch (error) {
    tallies?.onError(error as Error);
    return { runs: [] };
  }
}

/** What the members of a batch have of its tiles from their tallies. */
function takenIn(
  { members, tiles }: { readonly members: readonly number[]; readonly tiles: readonly TileRun[] },
  plans: readonly TalliedPlan[],
): TileBatch['tallied'] {
  // One alone has nothing of the tiles that are counted for it.
  if (members.length < 2) return null;
  const takenOf = new Map(plans.map(({ member, taken }) => [member, taken]));
  const tallied = members.map((member) => runsWithin(takenOf.get(member) ?? [], tiles));
  return tallied.some((runs) => runs.length > 0) ? tallied : null;
}

/** What planning the tiles of an area takes, and what taking whole ones from a tally does. */
function planSteps(
  [{ rowStarts, columns }, left]: readonly [Spans, Spans],
  runs: readonly (readonly TileRun[])[],
  { width }: RasterStack['block'],
): number {
  const inBlocks = columns.length + rowStarts.length + left.cells / width;
  return Math.ceil(inBlocks * stepsPerSpan) + stepsPerTile * runs.reduce((sum, some) => sum + tilesIn(some), 0);
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

/** Whether a cell lies within the smallest window around some layers. */
function onBoundsOf({ layers }: RasterStack, indexes: readonly number[]) {
  const own = indexes.map((index) => layers[index] as RasterStack['layers'][number]);
  return ([column, row]: readonly [number, number]): boolean =>
    column >= Math.min(...own.map((layer) => layer.column)) &&
    column < Math.max(...own.map((layer) => layer.column + layer.raster.grid.width)) &&
    row >= Math.min(...own.map((layer) => layer.row)) &&
    row < Math.max(...own.map((layer) => layer.row + layer.raster.grid.height));
}

/** What a frame is made of, beside its request. */
interface Framed extends Pick<PlaceSources, 'open'> {
  readonly area: PlacedArea;
  readonly isOn: (cell: readonly [number, number]) => boolean;
}

function frameOf({ request, definition }: Identified, { area, isOn, open }: Framed): ResultFrame {
  const { cellArea, warnings, areaCells, firstVertex } = area;
  const { type, rasters, ...others } = definition;
  const scales = scalesOf(definition, open);
  const known = {
    operation: request.operation,
    area: areaText(request),
    rasters: [...rasters],
    ...named(others as Named),
    ...(type === 'linesJoin' && { lines: definition.lines ?? `drawn/${request.lines?.drawn}` }),
    coverage: type === 'linesJoin' ? 'lines' : request.coverage,
    ...(cellArea !== undefined && { cellArea }),
    ...(scales.length > 0 && { scales }),
  };
  return { definition, coverage: request.coverage, known, warnings, areaCells, onRasters: isOn(firstVertex) };
}

/**
 * What the files of rasters say of values in units, and whether values are such; each raster once.
 */
function scalesOf(definition: Definition, open: OpenByName) {
  return [...new Set(rastersOf(definition))].flatMap((raster) => {
    const { scale, offset, isApplied } = open.get(raster)?.scaling ?? {};
    return scale === undefined ? [] : [{ raster, scale, offset, applied: isApplied }];
  });
}

interface Named {
  readonly target?: string;
  readonly weights?: string;
}

/** The rasters of a definition that make no groups, by the part they play. */
function named({ target, weights }: Named) {
  return { ...(target !== undefined && { target }), ...(weights !== undefined && { weights }) };
}
