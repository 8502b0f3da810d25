import { archiveState, type Store } from '@cellshed/cache';
import { archiveIn, type LoadOutcomes, loadArchive } from '@cellshed/chores';
import { isRefusal, refusalText } from '@cellshed/contracts';
import { type ChoreAsk, type ChoreTurn, type ChoreWork, PermanentFailure } from '@cellshed/jobs';
import type { Operations } from '@cellshed/operations';

export interface LoadChoreDependencies {
  readonly operations: Pick<Operations, 'catalog' | 'identify'>;
  readonly store: Store;
  /** ARCHIVE_DIR, and the most bytes of a file in it. */
  readonly archives: { readonly folder: string | undefined; readonly mostBytes: number };
}

/** Loads an archive from the folder of archives into the cache. */
export async function loadChore(
  work: ChoreWork,
  { file, overwrite = false, force = false, dryRun = false }: Extract<ChoreAsk, { kind: 'load' }>,
  { archives, ...sources }: LoadChoreDependencies,
  signal: AbortSignal,
): Promise<ChoreTurn> {
  const archive = await archiveIn(archives, file);
  if (isRefusal(archive)) throw new PermanentFailure(refusalText(archive));
  const { path, bytes } = archive;
  const isBegun = (await archiveState(path)) === 'begun';
  await work.note({
    ...{ planned: bytes, unit: 'bytes' },
    failures: isBegun ? [[file, 'the archive is not finished: what is in it is loaded']] : [],
  });
  const outcomes = countingOutcomes();
  let [read, readBefore] = [0, (work.marks as LoadMarks | undefined)?.read ?? 0];
  const note = async (line: number) => {
    const { counts, failures } = outcomes.take();
    const done = Math.max(0, read - readBefore);
    readBefore += done;
    await work.note({ marks: { line, read: readBefore }, add: { ...counts, done }, failures });
  };
  const after = (work.marks as LoadMarks | undefined)?.line;
  let last = after ?? 0;
  const onStep = (line: number) => {
    last = line;
    return note(line);
  };
  const onRead = (seen: number) => {
    read = seen;
  };
  try {
    await loadArchive({ path, overwrite, force, dryRun, signal, onRead, onStep, after }, sources, outcomes);
  } catch (error) {
    // Paths of the service are for its log alone.
    if (error instanceof Error) error.message = error.message.replaceAll(path, file);
    throw error;
  }
  if (!signal.aborted) await note(Math.max(last, outcomes.lastLine()));
  return 'done';
}

/** The line up to which everything has an outcome, and the bytes that were read by then. */
interface LoadMarks {
  readonly line: number;
  readonly read: number;
}

/** Counts outcomes of lines from one note to the next. */
function countingOutcomes(): LoadOutcomes & {
  take(): { readonly counts: Record<string, number>; readonly failures: [string, string][] };
  lastLine(): number;
} {
  let counts: Record<string, number> = {};
  let failures: [string, string][] = [];
  let loaded = 0;
  let last = 0;
  const plus = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const fail = (line: number, reason: string) => {
    plus('failed');
    last = Math.max(last, line);
    failures.push([`line ${line}`, reason]);
  };
  return {
    count: (what) => {
      plus(what);
      if (what === 'alreadyThereOtherwise') plus('alreadyThere');
      if (what === 'loaded') loaded += 1;
    },
    refuse: (line, reason) => {
      plus('refused');
      fail(line, reason);
    },
    break: (line, problem) => {
      plus('broken');
      fail(line, problem);
    },
    summary: (frame) => ({
      ...{ ...frame, loaded, alreadyThere: 0, alreadyThereOtherwise: 0 },
      ...{ refused: 0, refusals: [], broken: 0, brokenLines: [] },
    }),
    take: () => {
      const taken = { counts, failures };
      [counts, failures] = [{}, []];
      return taken;
    },
    lastLine: () => last,
  };
}
