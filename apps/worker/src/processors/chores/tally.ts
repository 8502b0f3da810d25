import { plannedTallies, talliedOperation } from '@cellshed/chores/tally-work';
import { isRefusal, refusalText } from '@cellshed/contracts';
import {
  type ChoreAsk,
  type ChoreTurn,
  type ChoreWork,
  PermanentFailure,
  type Tallied,
  type TallyingDependencies,
  tallyChunks,
} from '@cellshed/jobs';
import type { Operations } from '@cellshed/operations';

export interface TallyChoreDependencies extends Pick<TallyingDependencies, 'queues'> {
  readonly operations: Pick<Operations, 'catalog' | 'tallies'>;
  /** The ends of tally jobs. */
  readonly tallyEndings: TallyingDependencies['endings'];
}

/** The state of a building: chunks of a tier of an operation, by its rasters' fingerprint. */
interface TallyMarks {
  readonly operation: string;
  readonly fingerprint: string;
  readonly tier: number;
  readonly chunk: number;
}

const defaultInFlight = 32;
/** The chunks after which it is noted how far it is, for each that may be in the queue. */
const stepsInFlight = 4;

/** Has all tiles of operations' rasters counted in advance. */
export async function tallyChore(
  work: ChoreWork,
  { operations: names, inFlight = defaultInFlight }: Extract<ChoreAsk, { kind: 'tally' }>,
  { operations: { catalog, tallies }, queues, tallyEndings: endings }: TallyChoreDependencies,
  signal: AbortSignal,
): Promise<ChoreTurn> {
  if (!tallies) throw new PermanentFailure('this worker keeps no tallies, expected TALLY_URL to say where');
  const planned = await plannedTallies({ catalog, tallies }, names);
  if (isRefusal(planned)) throw new PermanentFailure(refusalText(planned));
  const all = planned.flatMap(({ plan }) => plan.tiers).reduce((sum, chunks) => sum + chunks.length, 0);
  await work.note({ planned: all, unit: 'chunks' });
  const marks = work.marks as TallyMarks | undefined;
  const { begin: onBegin, over: onOver } = work.tallyJob;
  const dependencies = { queues, endings, inFlight, cause: work.cause, onBegin, onOver };
  const marked = planned.findIndex(({ one }) => one.name === marks?.operation);
  for (const [place, { one, plan }] of planned.entries()) {
    if (place < marked) continue;
    const { fingerprint, tiers } = plan;
    const asked = { work: 'build', ...talliedOperation(one), fingerprint } as const;
    // Rasters that were replaced meanwhile have other tiles.
    const isMarked = place === marked && marks?.fingerprint === fingerprint;
    const from = isMarked && marks ? marks : { tier: 0, chunk: 0 };
    for (const [tier, chunks] of tiers.entries()) {
      if (tier < from.tier) continue;
      const step = inFlight * stepsInFlight;
      for (let at = tier === from.tier ? from.chunk : 0; at < chunks.length; at += step) {
        const outcomes = chunkOutcomes(one.name);
        const some = chunks.slice(at, at + step);
        const onEnd = (tallied: Tallied) => {
          outcomes.add(tallied);
          return work.note({ since: outcomes.counts });
        };
        await tallyChunks({ ...asked, chunks: some }, dependencies, { onEnd, signal });
        if (signal.aborted) return 'done';
        const next: TallyMarks = { operation: one.name, fingerprint, tier, chunk: at + some.length };
        await work.note({ marks: next, add: outcomes.counts, failures: outcomes.failures });
      }
    }
  }
  return 'done';
}

function chunkOutcomes(operation: string) {
  const counts: Record<string, number> = {};
  const failures: [name: string, reason: string][] = [];
  const plus = (name: string, count: number) => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  return {
    counts,
    failures,
    add: (tallied: Tallied) => {
      plus('done', 1);
      if (tallied.outcome === 'done') {
        const { nodes, there, counted, bytes } = tallied.result;
        for (const [name, count] of Object.entries({ nodes, there, counted, bytes })) plus(name, count);
        return;
      }
      const { tier, row, column } = tallied.chunk;
      plus('failed', 1);
      failures.push([`${operation} chunk ${tier}/${row}/${column}`, tallied.reason]);
    },
  };
}
