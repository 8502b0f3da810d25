import { parentPort, workerData } from 'node:worker_threads';
import type { TallyInput, TallyResult } from '@cellshed/jobs';
import { type Operations, openOperations } from '@cellshed/operations';
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

type Opened = Tasks & { readonly tallies: Operations['tallies'] | undefined };
let opening: Promise<Opened> | undefined;

/**
 * The tasks with the operations of this thread, which opens the rasters for itself. The store of
 * tallies may be away already when it does. If a raster cannot be opened, the task fails that
 * waits for it, and the next one tries again: the pool has no other thread for one that ends before
 * it is ready.
 */
function opened(): Promise<Opened> {
  opening ??= openOperations({ ...settings, tallies }).then(
    (operations) => ({ ...tasksOf(operations), tallies: operations.tallies }),
    (error) => {
      opening = undefined;
      throw error;
    },
  );
  return opening;
}

await opened().catch(() => undefined);

type TaskOf<Name extends keyof Tasks> = Parameters<Tasks[Name]>[0];

export const compute = answering(async (task: TaskOf<'compute'>, heard) => (await opened()).compute(task, heard));
export const count = answering(async (task: TaskOf<'count'>, heard) => (await opened()).count(task, heard));
export const sweep = answering(async (task: TaskOf<'sweep'>, heard) => (await opened()).sweep(task, heard));
export const units = answering(async (task: TaskOf<'units'>) => (await opened()).units(task));
export const addUnits = answering(async (task: TaskOf<'addUnits'>, heard) => (await opened()).addUnits(task, heard));
export const total = answering(async (task: TaskOf<'total'>) => (await opened()).total(task));

/** Builds or verifies one chunk of a tally. */
export const tally = answering(
  async ({ work, chunk, fingerprint, ...asked }: TallyInput, heard): Promise<TallyResult> => {
    const { tallies } = await opened();
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
