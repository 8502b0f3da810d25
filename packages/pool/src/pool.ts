import { availableParallelism } from 'node:os';
import type { StoreWatch } from '@cellshed/cache';
import type { Refusal, Request } from '@cellshed/contracts';
import type { CountInput, TallyInput, TallyResult } from '@cellshed/jobs';
import type {
  IdentifiedUnits,
  OperationPlan,
  OperationsOptions,
  PartialResult,
  UnitSum,
  WrittenDocument,
} from '@cellshed/operations';
import { Piscina } from 'piscina';
import type { AddedUnits, UnitsTask } from './add-stored.ts';
import { type Drawn, nothingDrawn } from './drawn.ts';
import { threadRunner } from './thread-runner.ts';
import { hearThreads, newTallyTrouble, type TallyTrouble } from './watched-tallies.ts';

/** The settings with which a thread opens the operations. */
export interface ThreadSettings extends Omit<OperationsOptions, 'tallies' | 'tables'> {
  readonly recheckMilliseconds: number;
  /** The place of the tallies; undefined: none are kept. */
  readonly tallyUrl?: string | undefined;
  /** Whether a store of tallies has trouble. With it the thread tells the pool of all of them. */
  readonly tallyTrouble?: TallyTrouble | undefined;
}

/** A computation as threads see it: its id names the job cache with its drawn areas. */
interface Task {
  readonly computation: string;
  readonly requests: readonly Request[];
  /** The fingerprint that each request is expected to have; any other throws Replaced. */
  readonly fingerprints: readonly string[];
}

/**
 * Threads for the work that would keep this one from renewing its locks. If the signal is aborted,
 * every method here throws its reason within 200 ms. If the thread dies, it throws ThreadDied.
 */
export interface CountPool {
  /**
   * Counts requests whose tiles fit into one batch, in one thread, and plans others. Refuses those
   * that take more steps than their drawn geometries are worth, or that have more than `mostCells`
   * cells.
   */
  compute(
    task: Task & { readonly tilesPerBatch: number; readonly mostCells?: number | undefined },
    signal: AbortSignal,
  ): Promise<Begun>;
  /** `report` is told a few times a second how many tiles are done. */
  count(
    task: Omit<CountInput, 'batch' | 'members'>,
    report: (tilesDone: number) => void,
    signal: AbortSignal,
  ): Promise<PartialResult[]>;
  /**
   * Plans requests and counts them in the same thread, with all that they share; undefined when
   * they are refused, or have more than `mostTiles` tiles.
   */
  sweep(task: Task & { readonly mostTiles: number }, signal: AbortSignal): Promise<Swept | undefined>;
  tally(task: TallyInput, signal: AbortSignal): Promise<TallyResult>;
  /**
   * Finds the units of a request for a total. Throws Replaced when it does not have the fingerprint
   * that is expected.
   */
  units(
    task: { readonly request: Request; readonly fingerprint: string },
    signal: AbortSignal,
  ): Promise<IdentifiedUnits | Refusal>;
  /** Adds the results of units up. */
  addUnits(task: UnitsTask, signal: AbortSignal): Promise<AddedUnits>;
  /** Makes the result of a request for a total from sums of all of its units. */
  total(
    task: { readonly request: Request; readonly sums: readonly UnitSum[] },
    signal: AbortSignal,
  ): Promise<WrittenDocument>;
  /** The threads, those of them that work, and the tasks that wait for one. */
  use(): { readonly threads: number; readonly busy: number; readonly waiting: number };
  close(): Promise<void>;
}

/** Requests that are counted, planned or refused. */
export type Begun =
  | (Swept & Pick<OperationPlan, 'tallied' | 'cells'>)
  | { readonly planned: OperationPlan }
  | { readonly refused: Refusal };

export interface Swept {
  readonly tiles: number;
  /** The result document of each request. */
  readonly results: readonly WrittenDocument[];
}

interface PoolOptions extends Omit<ThreadSettings, 'tallyTrouble'> {
  readonly threads: number;
  /** The room for the tiles of all threads together; each thread keeps tiles of its own. */
  readonly tileCacheBytes?: number;
  /** Reads what was drawn for the requests of a computation; default: nothing was. */
  readonly readDrawn?: (computation: string, requests: readonly Request[]) => Promise<Drawn>;
  /** Most that one thread may keep in its heap before it ends; default: what Node allows. */
  readonly heapMegabytes?: number;
  /**
   * Watches the stores of tallies of all threads, and nothing else. Default: each thread warns of
   * its own.
   */
  readonly tallyWatch?: StoreWatch;
  /** Told of a thread that died while it had nothing to do: another one takes its place. */
  readonly onError?: (error: Error) => void;
}

/**
 * The room for a thread's new objects, an eighth of the default: tiles and tables are stored
 * elsewhere. Sweeps take up to 5 % longer, single counts no longer.
 */
const youngMebibytes = 16;

export function openCountPool({
  threads,
  readDrawn = async () => nothingDrawn,
  tileCacheBytes = 0,
  heapMegabytes,
  tallyWatch,
  onError,
  ...settings
}: PoolOptions): CountPool {
  const tallyTrouble = tallyWatch && newTallyTrouble();
  const pool = new Piscina({
    filename: new URL('thread.ts', import.meta.url).href,
    // Both: with a varying number of threads piscina is many times slower.
    minThreads: threads,
    maxThreads: threads,
    // A thread that sleeps until it is woken would lose a connection that it makes.
    atomics: settings.tallyUrl?.includes('redis') ? 'async' : 'sync',
    resourceLimits: {
      maxYoungGenerationSizeMb: youngMebibytes,
      ...(heapMegabytes !== undefined && { maxOldGenerationSizeMb: heapMegabytes }),
    },
    workerData: {
      ...settings,
      tallyTrouble,
      // A tile of 256 KiB takes 260 KiB of memory, so the limit is lowered by 1/64.
      tileCacheBytes: Math.floor((tileCacheBytes * 63) / 64 / threads),
      // Processors without a thread of the pool are divided among the threads, to help with
      // decoding.
      decodeThreads: Math.max(0, Math.floor((availableParallelism() - threads) / threads)),
    } satisfies ThreadSettings,
  });
  // The answer of a task that was given up is an error event, too. Without a listener it ends the
  // process.
  pool.on('error', (error: Error) => onError?.(error));
  if (tallyWatch && tallyTrouble) pool.on('message', hearThreads(tallyWatch, tallyTrouble));
  let isClosing = false;
  const run = threadRunner(pool, () => isClosing);
  const withDrawn = async <Work extends Pick<Task, 'computation' | 'requests'>>({ computation, ...task }: Work) => {
    return { ...task, drawn: await readDrawn(computation, task.requests) };
  };
  return {
    compute: (task, signal) => run('compute', () => withDrawn(task), { signal }),
    count: (task, report, signal) => run('count', () => withDrawn(task), { signal, report }),
    sweep: (task, signal) => run('sweep', () => withDrawn(task), { signal }),
    tally: (task, signal) => run('tally', async () => task, { signal }),
    units: (task, signal) => run('units', async () => task, { signal }),
    addUnits: (task, signal) => run('addUnits', async () => task, { signal }),
    total: (task, signal) => run('total', async () => task, { signal }),
    use: () => ({ threads, busy: Math.min(threads, run.tasks() - pool.queueSize), waiting: pool.queueSize }),
    close: async () => {
      isClosing = true;
      await pool.destroy();
    },
  };
}
