import { rastersOf } from '@catchment/catalog';
import {
  type Accumulator,
  type AreaVisit,
  planTiles,
  type Raster,
  type RasterStack,
  type TileRun,
  tilesIn,
  visitAreas,
} from '@catchment/raster';
import { cutTogether, lastTiles, type MemberPlan } from './batches.ts';
import { blaming, type Identified, type OpenByName } from './identify.ts';
import { methodOf, type PartialResult } from './methods.ts';
import type { DrawnGeometries, Placer } from './place.ts';
import { type PlacedArea, refusal } from './place-area.ts';
import { isRefusal, type Refusal } from './refusal.ts';
import { areaText } from './request.ts';
import type { ResultFrame } from './result.ts';
import { type Lattice, sharedStacks, stackOf } from './stacks.ts';

/** Tiles that are counted in one pass. */
export interface TileBatch {
  /** Which of the requests have cells in them, ascending. */
  readonly members: number[];
  /** The rasters on whose lattice the tiles are, in order. */
  readonly rasters: string[];
  readonly tiles: TileRun[];
}

export interface OperationPlan {
  /** Tiles in all batches. */
  readonly tiles: number;
  readonly batches: TileBatch[];
  /** Of each request. */
  readonly frames: ResultFrame[];
}

export interface PlaceSources {
  readonly open: OpenByName;
  readonly place: Placer;
  readonly drawn: DrawnGeometries | undefined;
}

/**
 * Finds the tiles in which the requests have cells, and cuts them into batches of at most `tilesPerBatch`. Refuses areas that have more
 * than `mostSpans` runs of cells together.
 */
export async function planPasses(
  requests: readonly Identified[],
  sources: PlaceSources,
  { tilesPerBatch, mostSpans = defaultSpans }: { readonly tilesPerBatch: number; readonly mostSpans?: number },
): Promise<OperationPlan | Refusal> {
  const frames: ResultFrame[] = [];
  const batches: TileBatch[] = [];
  const budget = spanBudget(mostSpans);
  const shared = sharedStacks(
    requests.map(({ definition }) => definition),
    sources.open,
  );
  for (const { rasters, members } of shared) {
    const { stack, layersOf, latticeOf } = stackOf(rasters, sources.open);
    const plans: MemberPlan[] = [];
    for (const member of members) {
      const identified = requests[member] as Identified;
      const area = await placed(identified, latticeOf(identified.definition), sources);
      if (isRefusal(area)) return blaming(area, identified.request, requests);
      if (!budget.allows(identified.place, area))
        return { problem: `areas: together they have more than ${mostSpans} runs of cells; ask for fewer at once` };
      frames[member] = frameOf(identified, area, onBoundsOf(stack, layersOf(identified.definition)));
      plans.push({ member, runs: planTiles(stack, area.spans).runs });
    }
    for (const cut of cutTogether(plans, tilesPerBatch)) batches.push({ ...cut, rasters: [...rasters] });
  }
  return { tiles: batches.reduce((sum, { tiles }) => sum + tilesIn(tiles), 0), batches, frames };
}

/** Counts tiles for the members of a batch, each tile read once for all of them. */
export async function countPass(
  requests: readonly Identified[],
  { open, place, drawn }: PlaceSources,
  {
    rasters,
    tiles,
    onTile,
    signal,
  }: Pick<TileBatch, 'rasters' | 'tiles'> & { signal?: AbortSignal; onTile?: () => void },
): Promise<PartialResult[]> {
  const { stack, layersOf, latticeOf } = stackOf(rasters, open);
  const members: Member[] = [];
  for (const identified of requests) {
    const { spans } = await place(identified, latticeOf(identified.definition), drawn);
    members.push(member(identified, { spans, layers: layersOf(identified.definition), open }));
  }
  const endings = endingsOf(members, stack, tiles);
  let done = 0;
  const endTile = () => {
    for (const ended of endings.get(done) ?? []) ended.end();
    done += 1;
    onTile?.();
  };
  await visitAreas({ stack, tiles, signal, onTile: endTile }, members);
  return members.map((one) => one.end());
}

/** An area in a pass. Its tables are made when its first cell comes and given up after its last one: neighbours need few at a time. */
interface Member extends AreaVisit {
  /** What its cells came to; nobody may show it any more. */
  end(): PartialResult;
}

function member(
  { definition }: Identified,
  { spans, layers, open }: Pick<AreaVisit, 'spans' | 'layers'> & { readonly open: OpenByName },
): Member {
  const own = rastersOf(definition).map((name) => open.get(name) as Raster);
  let accumulator: Accumulator<PartialResult> | undefined;
  let part: PartialResult | undefined;
  const begin = () => methodOf(definition.type).accumulator(own, definition);
  return {
    spans,
    layers,
    visit: (rectangle) => {
      accumulator ??= begin();
      accumulator.add(spans, rectangle);
    },
    end: () => {
      part ??= (accumulator ?? begin()).partial();
      accumulator = undefined;
      return part;
    },
  };
}

/** The members that end with each tile, by its place among all. */
function endingsOf(members: readonly Member[], stack: RasterStack, tiles: readonly TileRun[]): Map<number, Member[]> {
  const spans = members.map((one) => one.spans);
  const endings = new Map<number, Member[]>();
  for (const [i, last] of lastTiles(spans, stack, tiles).entries()) {
    const own = members[i] as Member;
    const known = endings.get(last);
    if (known) known.push(own);
    else endings.set(last, [own]);
  }
  return endings;
}

/** An area of its own may have a quarter of them. Some ten thousand HUC-8s have them on a grid of 30 m. */
const defaultSpans = 2 ** 25;

/** Counts the runs of all areas, each area once: placing them costs time before any is counted. */
function spanBudget(most: number) {
  const seen = new Set<string>();
  let left = most;
  return {
    allows: (place: string, { spans }: PlacedArea): boolean => {
      if (!seen.has(place)) left -= spans.columns.length / 2;
      seen.add(place);
      return left >= 0;
    },
  };
}

async function placed(
  identified: Identified,
  lattice: Lattice,
  { place, drawn }: PlaceSources,
): Promise<PlacedArea | Refusal> {
  try {
    return await place(identified, lattice, drawn);
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

function frameOf(
  { request, definition }: Identified,
  { cellArea, warnings, areaCells, firstVertex }: PlacedArea,
  isOn: (cell: readonly [number, number]) => boolean,
): ResultFrame {
  const { type, rasters, ...others } = definition;
  const known = {
    operation: request.operation,
    area: areaText(request),
    rasters: [...rasters],
    ...named(others as Named),
    ...(type === 'linesJoin' && { lines: definition.lines ?? `drawn/${request.lines?.drawn}` }),
    coverage: type === 'linesJoin' ? 'lines' : request.coverage,
    ...(cellArea !== undefined && { cellArea }),
  };
  return { definition, coverage: request.coverage, known, warnings, areaCells, onRasters: isOn(firstVertex) };
}

interface Named {
  readonly target?: string;
  readonly weights?: string;
}

/** The rasters of a definition that make no groups, by the part they play. */
function named({ target, weights }: Named) {
  return { ...(target !== undefined && { target }), ...(weights !== undefined && { weights }) };
}
