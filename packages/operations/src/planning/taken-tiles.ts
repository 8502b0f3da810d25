import type { Budget } from '@cellshed/budget';
import type { Batch } from '@cellshed/contracts';
import { cutPlan, type Spans, type TileRun, tilesIn, uniteRuns } from '@cellshed/raster';
import type { Identified } from '../identify.ts';
import type { OpenByName } from '../known-operations.ts';
import type { PartialResult } from '../methods.ts';
import { operationText } from '../request.ts';
import type { NamedStack } from '../stacks.ts';
import { type PlacedTally, placeTally } from '../tallies/placed-tally.ts';
import type { Taken } from '../tallies/take-whole.ts';
import type { Tallies } from '../tallies/tallies.ts';
import { type MemberPlan, runsWithin } from './batches.ts';

export interface TallySources {
  readonly open: OpenByName;
  /** Absent: all cells are counted. */
  readonly tallies?: Tallies | undefined;
}

/**
 * Tells the tally of a request's operation, as the stack has it; undefined: there is none, or the
 * stack is cut into other blocks.
 */
export function talliesIn(
  { stack, latticeOf }: NamedStack,
  { open, tallies }: TallySources,
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

/** The plan of a member, and what its tally has. */
export interface TalliedPlan extends MemberPlan {
  /** Tiles that it has from its tally; none of them is among its runs. */
  readonly taken: readonly TileRun[];
}

/** The blocks of an area that come from a tally, and the parts that they make. */
export interface FromTally {
  readonly runs: readonly TileRun[];
  readonly parts: readonly PartialResult[];
}

/** The blocks whose squares are read together, and the steps of counting those of one. */
const [blocksTogether, stepsPerBlock] = [64, 2048];

/**
 * Takes what a tally has of an area: whole blocks, and others by their squares. Warns, and takes no
 * more, when the tally cannot be read. Throws what the budget throws.
 */
export async function takeFrom(
  tally: PlacedTally | undefined,
  spans: Spans,
  { tallies, budget }: Pick<TallySources, 'tallies'> & { readonly budget: Budget },
): Promise<FromTally> {
  const taken: Taken[] = [];
  const takeMore = async (taking: Promise<Taken>) => {
    try {
      taken.push(await taking);
      return true;
    } catch (error) {
      tallies?.onError(error as Error);
      return false;
    }
  };
  const runs = () => uniteRuns(taken.map((one) => one.runs));
  if (tally && (await takeMore(tally.take(spans)))) {
    for (const blocks of cutPlan({ runs: tally.others(spans, runs()) }, blocksTogether)) {
      budget.spend(stepsPerBlock * tilesIn(blocks));
      if (!(await takeMore(tally.takeSquares(spans, blocks)))) break;
    }
  }
  return { runs: runs(), parts: taken.map(({ part }) => part).filter((part) => part !== undefined) };
}

/** The tiles of a batch that its members have from their tallies. */
export function takenIn(
  { members, tiles }: { readonly members: readonly number[]; readonly tiles: readonly TileRun[] },
  plans: readonly TalliedPlan[],
): Batch['tallied'] {
  // A batch of one member contains no tile that its tally has.
  if (members.length < 2 || plans.every(({ taken }) => taken.length === 0)) return null;
  const takenOf = new Map(plans.map(({ member, taken }) => [member, taken]));
  const tallied = members.map((member) => runsWithin(takenOf.get(member) ?? [], tiles));
  return tallied.some((runs) => runs.length > 0) ? tallied : null;
}
