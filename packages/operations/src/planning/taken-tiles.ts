import type { Batch } from '@cellshed/contracts';
import type { Spans, TileRun } from '@cellshed/raster';
import type { Identified } from '../identify.ts';
import type { OpenByName } from '../known-operations.ts';
import type { PartialResult } from '../methods.ts';
import { operationText } from '../request.ts';
import type { NamedStack } from '../stacks.ts';
import { type PlacedTally, placeTally } from '../tallies/placed-tally.ts';
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

/** Takes what a tally has of an area; nothing when the tally cannot be read, of which it warns. */
export async function takeFrom(
  tally: PlacedTally | undefined,
  spans: Spans,
  { tallies }: Pick<TallySources, 'tallies'>,
): Promise<{ readonly runs: readonly TileRun[]; readonly part?: PartialResult }> {
  try {
    return (await tally?.take(spans)) ?? { runs: [] };
  } catch (error) {
    tallies?.onError(error as Error);
    return { runs: [] };
  }
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
