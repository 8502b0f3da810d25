import { countResults, type Removal, removeResults, type Store } from '@cellshed/cache';
import { isRefusal, refusalText } from '@cellshed/contracts';
import { type ChoreAsk, type ChoreTurn, type ChoreWork, PermanentFailure } from '@cellshed/jobs';
import { type Operations, openCurrentVersions, resultStandings, selectResultsToRemove } from '@cellshed/operations';

export interface InvalidateChoreDependencies {
  readonly operations: Pick<Operations, 'catalog'>;
  readonly store: Store;
}

/** Removes results from the cache. Begun again, it goes through the keys once more. */
export async function invalidateChore(
  work: ChoreWork,
  { kind: _, dryRun = false, ...ask }: Extract<ChoreAsk, { kind: 'invalidate' }>,
  { operations: { catalog }, store }: InvalidateChoreDependencies,
  signal: AbortSignal,
): Promise<ChoreTurn> {
  const versions = openCurrentVersions(catalog);
  try {
    const standings = resultStandings(catalog, versions);
    const selection = selectResultsToRemove(ask, ask.anyName ? undefined : catalog, standings);
    if (isRefusal(selection)) throw new PermanentFailure(refusalText(selection));
    // Results that were removed before an interruption are not found again.
    const before = (work.marks as Pick<Removal, 'removed'> | undefined)?.removed ?? 0;
    await work.note({ unit: 'keys' });
    let sum: Removal = { looked: 0, matched: 0, removed: 0 };
    let noted = performance.now();
    let noting: Promise<void> = Promise.resolve();
    const note = () => {
      const { looked, matched, removed } = sum;
      const counts = { done: looked, matched: matched + before, removed: removed + before };
      noting = work.note({ marks: { removed: removed + before }, since: counts });
      noting.catch(() => undefined);
      return noting;
    };
    const onProgress = (heard: Removal) => {
      sum = heard;
      // Thrown here, it ends the walk through the keys.
      signal.throwIfAborted();
      if (performance.now() - noted < noteEveryMilliseconds) return;
      noted = performance.now();
      void note();
    };
    await (dryRun ? countResults : removeResults)(store, selection, { onProgress });
    await noting;
    await note();
    const failures = standings.problems().map((problem) => [problem, 'its results are kept'] as const);
    if (failures.length > 0)
      await work.note({ add: { failed: failures.length }, since: doneOf(sum, before), failures });
    return 'done';
  } finally {
    await versions.close();
  }
}

const noteEveryMilliseconds = 1000;

function doneOf({ looked, matched, removed }: Removal, before: number) {
  return { done: looked, matched: matched + before, removed: removed + before };
}
