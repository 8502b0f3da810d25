import { type Batch, rastersOf } from '@cellshed/contracts';
import {
  type Accumulator,
  type AreaVisit,
  type Raster,
  type RasterStack,
  type TileRun,
  visitAreas,
  withoutBlocks,
} from '@cellshed/raster';
import { anyEffort, budgetsFor, type Effort } from './effort.ts';
import type { Identified } from './identify.ts';
import type { OpenByName } from './known-operations.ts';
import { methodOf, type PartialResult } from './methods.ts';
import { lastTiles, tilesOf } from './planning/batches.ts';
import type { PlaceSources } from './planning/plan-passes.ts';
import { talliesIn } from './planning/taken-tiles.ts';
import { type Lattice, stackOf } from './stacks.ts';
import { blockParts } from './tallies/block-parts.ts';
import type { BlockPart, PlacedTally } from './tallies/placed-tally.ts';

/** Counts tiles for the members of a batch, each tile read once for all of them. */
export async function countPass(
  requests: readonly Identified[],
  sources: PlaceSources,
  { rasters, tiles, tallied, onTile, onCounted, signal, effort = anyEffort }: PassWork,
): Promise<PartialResult[]> {
  const { open, place, tallies } = sources;
  const named = stackOf(rasters, open);
  const { stack, rastersIn, latticeOf } = named;
  const tallyOf = talliesIn(named, sources);
  const members: Member[] = [];
  for (const [i, identified] of requests.entries()) {
    const { definition } = identified;
    const lattice = latticeOf(definition);
    const area = await place(identified, lattice, {
      ...sources,
      budgets: budgetsFor(identified.request, effort),
    });
    const spans = withoutBlocks(area.spans, tallied?.[i] ?? [], stack.block);
    const tally = tallyOf(identified);
    members.push(
      member(identified, { spans, rasters: rastersIn(definition), lattice, open, block: stack.block, tally }),
    );
  }
  const endings = endingsOf(members, stack, tiles);
  let done = 0;
  // The members that have cells in the tile that is shown: few of thousands.
  const shown = new Set<Member>();
  const visits = members.map((one) => visitOf(one, { shown, isLast: () => endings.get(done)?.has(one) ?? false }));
  const endTile = () => {
    for (const one of shown) one.endTile();
    shown.clear();
    for (const ended of endings.get(done) ?? []) ended.end();
    done += 1;
    onTile?.();
  };
  await visitAreas({ stack, tiles, signal, onTile: endTile, budget: effort.kept }, visits);
  const parts = members.map((one) => one.end());
  await onCounted?.();
  await leaveAll(members).catch((error: Error) => tallies?.onError(error));
  return parts;
}

type PassWork = Pick<Batch, 'rasters' | 'tiles' | 'tallied'> & {
  readonly signal?: AbortSignal;
  /** Counting cells is spent from what areas of tables may cost. */
  readonly effort?: Effort;
  readonly onTile?: () => void;
  /** Called before anything is left in tallies; nothing is if it throws. */
  readonly onCounted?: () => Promise<void>;
};

/**
 * An area in a pass. Its tables are made when its first cell comes and given up after its last one:
 * neighbours need few at a time.
 */
interface Member extends AreaVisit {
  /** No more cells come of the tile that was shown last. */
  endTile(): void;
  /** The part that its cells make; no more cells may be shown to it. */
  end(): PartialResult;
  /** Leaves what was counted of whole tiles in its tally. */
  leave(): Promise<void>;
}

interface MemberWork extends Pick<AreaVisit, 'spans' | 'rasters'> {
  readonly lattice: Lattice;
  readonly open: OpenByName;
  readonly block: RasterStack['block'];
  readonly tally: PlacedTally | undefined;
}

/**
 * Thousands of small areas may end in one tile: each gives up its tables there before the next one
 * has any.
 */
function visitOf(
  one: Member,
  { shown, isLast }: { readonly shown: Set<Member>; readonly isLast: () => boolean },
): AreaVisit {
  const { spans, rasters } = one;
  const visit: AreaVisit['visit'] = (rectangle) => {
    shown.add(one);
    one.visit(rectangle);
  };
  const endBlock = () => {
    if (!isLast()) return;
    one.endTile();
    one.end();
  };
  return { spans, rasters, visit, endBlock };
}

function member({ definition }: Identified, { spans, rasters, lattice, open, block, tally }: MemberWork): Member {
  const method = methodOf(definition.type);
  const own = rastersOf(definition).map((name) => open.get(name) as Raster);
  const begin = () => method.accumulator(own, definition, lattice);
  const whole = new Set(tally && Array.from(tilesOf(tally.wholeIn(spans)), ([key]) => key));
  const wholeTile = blockParts(block, begin);
  const wholeParts: BlockPart[] = [];
  let accumulator: Accumulator<PartialResult> | undefined;
  let part: PartialResult | undefined;
  const together = (others: PartialResult, whole: readonly BlockPart[]) =>
    whole.length === 0 ? others : method.merge([...whole.map((one) => one.part), others]);
  return {
    spans,
    rasters,
    visit: (rectangle) => {
      if (
        whole.size > 0 &&
        whole.has(`${Math.floor(rectangle.firstRow / block.height)} ${Math.floor(rectangle.firstColumn / block.width)}`)
      )
        return wholeTile.add(rectangle);
      accumulator ??= begin();
      accumulator.add(rectangle);
    },
    endTile: () => {
      const ended = wholeTile.end();
      if (ended) wholeParts.push(ended);
    },
    end: () => {
      part ??= together((accumulator ?? begin()).partial(), wholeParts);
      accumulator = undefined;
      return part;
    },
    leave: async () => {
      if (wholeParts.length > 0) await tally?.leave(wholeParts);
    },
  };
}

/** Stops at the first that fails: an answer waits once for a store that is away. */
async function leaveAll(members: readonly Member[]): Promise<void> {
  for (const { leave } of members) await leave();
}

/** The members that end with each tile, by its place among all. */
function endingsOf(
  members: readonly Member[],
  stack: RasterStack,
  tiles: readonly TileRun[],
): Map<number, Set<Member>> {
  const spans = members.map((one) => one.spans);
  const endings = new Map<number, Set<Member>>();
  for (const [i, last] of lastTiles(spans, stack, tiles).entries()) {
    const own = members[i] as Member;
    const known = endings.get(last);
    if (known) known.add(own);
    else endings.set(last, new Set([own]));
  }
  return endings;
}
