import type { WantedResults, WarmFailures } from '@cellshed/chores';
import type { StretchMarks, StretchPass } from '@cellshed/chores/stretches';
import type { ChoreWork, Warmed } from '@cellshed/jobs';

/** The outcomes of a pass that is under way. */
interface Open {
  readonly counts: Record<string, number>;
  readonly failures: [name: string, reason: string][];
}

const noteEveryMilliseconds = 1000;

/**
 * Notes how far a warming is: the passes that have ended, those that are under way, and what has
 * ended of these. Who goes on does the latter again, and finds what is there.
 */
export async function stretchBook(
  work: ChoreWork,
  { names, perName }: Pick<WantedResults, 'names' | 'perName'>,
  { failures, dryRun }: { readonly failures: WarmFailures; readonly dryRun: boolean },
) {
  const marks = (work.marks as StretchMarks | undefined) ?? { after: null, open: [] };
  if (work.marks === undefined) await work.note({ planned: names.length * perName, unit: 'results' });
  const failedBefore = new Set(dryRun ? [] : await failures.names());
  const open = new Map<StretchPass, Open>();
  let { after } = marks;
  let hasNews = false;
  const since = () => {
    const sum: Record<string, number> = {};
    for (const { counts } of open.values())
      for (const [name, count] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + count;
    return sum;
  };
  const timer = setInterval(() => {
    if (!hasNews) return;
    hasNews = false;
    const failed = [...open.values()].flatMap((one) => one.failures);
    // A chore that is to stop hears of it otherwise, too.
    work.note({ since: since(), failures: failed }).catch(() => undefined);
  }, noteEveryMilliseconds);
  return {
    marks,
    /** The passes, as they begin. */
    async *passes(all: AsyncIterable<StretchPass>): AsyncGenerator<StretchPass> {
      for await (const pass of all) {
        open.set(pass, { counts: {}, failures: [] });
        if (pass.isNew) after = pass.through;
        yield pass;
      }
    },
    onEnd: async (warmed: Warmed, pass: StretchPass): Promise<void> => {
      const { counts, failures: failed } = open.get(pass) as Open;
      const add = (name: string, count = 1) => {
        counts[name] = (counts[name] ?? 0) + count;
      };
      add('done');
      const isComputed = warmed.outcome === 'computed';
      add(isComputed && dryRun ? 'missing' : warmed.outcome);
      if (isComputed && !dryRun) add('cells', warmed.cells ?? 0);
      if (warmed.outcome === 'failed') failed.push([warmed.name, warmed.reason]);
      hasNews = true;
      if (dryRun) return;
      if (warmed.outcome === 'failed') await failures.add(warmed.name, warmed.reason);
      else if (failedBefore.has(warmed.name)) await failures.remove(warmed.name);
    },
    onPassEnd: async (pass: StretchPass): Promise<void> => {
      const { counts, failures: failed } = open.get(pass) as Open;
      open.delete(pass);
      const stretches = [...open.keys()].map((one) => ({ after: one.after, through: one.through }));
      await work.note({ marks: { after, open: stretches }, add: counts, since: since(), failures: failed });
    },
    close: () => clearInterval(timer),
  };
}
