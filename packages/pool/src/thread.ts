import { parentPort, workerData } from 'node:worker_threads';
import type { TallyInput, TallyResult } from '@cellshed/jobs';
import { openOperations } from '@cellshed/operations';
import { openedOnce } from './opening.ts';
import type { ThreadSettings } from './pool.ts';
import { type Tasks, tasksOf } from './tasks.ts';
import { answering, countEffort } from './thread-work.ts';
import { watchInThread } from './watched-tallies.ts';

/** The least time between two warnings: a store that is away would be reported for every tile. */
const warnAgainMilliseconds = 60_000;
let warnedAt = Number.NEGATIVE_INFINITY;

const { tallyUrl, tallyTrouble, ...settings }: ThreadSettings = workerData[1] ?? workerData;
const watch = tallyTrouble && watchInThread(tallyTrouble, (told) => parentPort?.postMessage(told));
const tallies = tallyUrl === undefined ? undefined : { url: tallyUrl, onError: warnOfTallies, watch };

/** The pause after which a thread tries to open its operations again. */
const pauseMilliseconds = 1_000;

/**
 * The tasks with the operations of this thread, which opens the rasters for itself. The store of
 * tallies may be away already when it does. If a raster cannot be opened, tasks fail, and the
 * thread goes on: the pool has no other one for a thread that ends before it is ready.
 */
const opened = openedOnce(async () => {
  const operations = await openOperations({ ...settings, tallies });
  return { ...tasksOf(operations), tallies: operations.tallies };
}, pauseMilliseconds);

await opened(new AbortController()).catch(() => undefined);

type TaskOf<Name extends keyof Tasks> = Parameters<Tasks[Name]>[0];

export const compute = answering(async (task: TaskOf<'compute'>, heard) => (await opened(heard)).compute(task, heard));
export const count = answering(async (task: TaskOf<'count'>, heard) => (await opened(heard)).count(task, heard));
export const sweep = answering(async (task: TaskOf<'sweep'>, heard) => (await opened(heard)).sweep(task, heard));
export const units = answering(async (task: TaskOf<'units'>, heard) => (await opened(heard)).units(task));
export const addUnits = answering(async (task: TaskOf<'addUnits'>, heard) =>
  (await opened(heard)).addUnits(task, heard),
);
export const total = answering(async (task: TaskOf<'total'>, heard) => (await opened(heard)).total(task));

/** Builds or verifies one chunk of a tally. */
export const tally = answering(
  async ({ work, chunk, fingerprint, ...asked }: TallyInput, heard): Promise<TallyResult> => {
    const { tallies } = await opened(heard);
    if (!tallies) throw new Error('this worker keeps no tallies: TALLY_URL is not set');
    const chosen = { fingerprint, place: chunk, signal: heard.signal, budget: countEffort(heard).kept };
    return work === 'build' ? { ...(await tallies.build(asked, chosen)), wrong: 0 } : tallies.verify(asked, chosen);
  },
);

function warnOfTallies({ message }: Error): void {
  if (performance.now() - warnedAt < warnAgainMilliseconds) return;
  warnedAt = performance.now();
  process.emitWarning(`tallies (cells are counted instead): ${message}`);
}
