import { parentPort, workerData } from 'node:worker_threads';
import type { TallyInput, TallyResult } from '@cellshed/jobs';
import { openOperations } from '@cellshed/operations';
import type { ThreadSettings } from './pool.ts';
import { tasksOf } from './tasks.ts';
import { answering, countEffort } from './thread-work.ts';
import { watchInThread } from './watched-tallies.ts';

/** The least time between two warnings: a store that is away would be reported for every tile. */
const warnAgainMilliseconds = 60_000;
let warnedAt = Number.NEGATIVE_INFINITY;

/**
 * The operations of this thread, which opens the rasters for itself. The store of tallies may be
 * away already when the thread starts.
 */
const { tallyUrl, tallyTrouble, ...settings }: ThreadSettings = workerData[1] ?? workerData;
const watch = tallyTrouble && watchInThread(tallyTrouble, (told) => parentPort?.postMessage(told));
const tallies = tallyUrl === undefined ? undefined : { url: tallyUrl, onError: warnOfTallies, watch };
const operations = await openOperations({ ...settings, tallies });

const tasks = tasksOf(operations);
export const compute = answering(tasks.compute);
export const count = answering(tasks.count);
export const sweep = answering(tasks.sweep);
export const units = answering(tasks.units);
export const addUnits = answering(tasks.addUnits);
export const total = answering(tasks.total);

/** Builds or verifies one chunk of a tally. */
export const tally = answering(
  async ({ work, chunk, fingerprint, ...asked }: TallyInput, heard): Promise<TallyResult> => {
    if (!operations.tallies) throw new Error('this worker keeps no tallies: TALLY_URL is not set');
    const chosen = { fingerprint, place: chunk, signal: heard.signal, budget: countEffort(heard).kept };
    return work === 'build'
      ? { ...(await operations.tallies.build(asked, chosen)), wrong: 0 }
      : operations.tallies.verify(asked, chosen);
  },
);

function warnOfTallies({ message }: Error): void {
  if (performance.now() - warnedAt < warnAgainMilliseconds) return;
  warnedAt = performance.now();
  process.emitWarning(`tallies (cells are counted instead): ${message}`);
}
