import { availableParallelism } from 'node:os';
import type { JobCache } from '@catchment/cache';
import {
  areaPath,
  type CountInput,
  drawnFor,
  linesPath,
  type Request,
  readIfThere,
  type Scratch,
  type TallyInput,
  type TallyResult,
} from '@catchment/jobs';
import type { OperationPlan, OperationsOptions, PartialResult, Refusal } from '@catchment/operations';
import { Piscina } from 'piscina';
import { threadRunner } from './thread-runner.ts';

/** What a thread needs to open the operations. */
export interface ThreadSettings extends Omit<OperationsOptions, 'tallies'> {
  readonly recheckMilliseconds: number;
  /** Where tallies are kept; undefined: none are. */
  readonly tallyUrl?: string | undefined;
}

/** Threads for the work that would keep this one from renewing its locks. */
export interface CountPool {
  /**
   * Refuses what takes more steps than its drawn geometries are worth, and what has more than
   * `mostCells` cells to be counted. Like all others here it throws the signal's reason when that
   * is aborted, a fifth of a second later at the most, and ThreadDied.
   */
  plan(
    task: { key: string; requests: readonly Request[]; tilesPerBatch: number; mostCells?: number | undefined },
    signal: AbortSignal,
  ): Promise<OperationPlan | Refusal>;
  /** `report` is told a few times a second how many tiles are done. */
  count(
    task: Omit<CountInput, 'computation' | 'batch' | 'members'>,
    report: (tilesDone: number) => void,
    signal: AbortSignal,
  ): Promise<PartialResult[]>;
  /**
   * Plans requests and counts them in the same thread, with all that they share; undefined when
   * they are refused, or have more than `mostTiles` tiles.
   */
  sweep(
    task: Pick<CountInput, 'key' | 'requests' | 'fingerprints'> & { readonly mostTiles: number },
    signal: AbortSignal,
  ): Promise<Swept | undefined>;
  tally(task: TallyInput, signal: AbortSignal): Promise<TallyResult>;
  close(): Promise<void>;
}

export interface Swept {
  readonly tiles: number;
  /** Of each request its result document, as JSON, and the cells of it. */
  readonly results: readonly { readonly value: string; readonly cells: number }[];
}

interface PoolOptions extends ThreadSettings {
  readonly threads: number;
  /** Of all threads together, each of which keeps tiles of its own. */
  readonly tileCacheBytes?: number;
  /** Where drawn areas lie. */
  readonly scratch: Pick<Scratch, 'ofComputation'>;
  /** Most that one thread may keep in its heap before it ends; default: what Node allows. */
  readonly heapMegabytes?: number;
  /** Told of a thread that died while it had nothing to do: another one takes its place. */
  readonly onError?: (error: Error) => void;
}

/**
 * What a thread makes new lies in so much, an eighth of the default: tiles and tables lie
 * elsewhere. Sweeps take up to 5 % longer, single counts no longer.
 */
const youngMebibytes = 6;

export function openCountPool({
  threads,
  scratch,
  tileCacheBytes = 0,
  heapMegabytes,
  onError,
  ...settings
}: PoolOptions): CountPool {
  const pool = new Piscina({
    filename: new URL('count-thread.ts', import.meta.url).href,
    // Both: with a varying number of threads piscina is many times slower.
    minThreads: threads,
    maxThreads: threads,
    resourceLimits: {
      maxYoungGenerationSizeMb: youngMebibytes,
      ...(heapMegabytes !== undefined && { maxOldGenerationSizeMb: heapMegabytes }),
    },
    workerData: {
      ...settings,
      // Tiles of 256 KiB take 260: the memory that is configured is the memory that is taken.
      tileCacheBytes: Math.floor((tileCacheBytes * 63) / 64 / threads),
      // For each as many as there are processors to spare: none where there is a thread for each.
      decodeThreads: Math.max(0, Math.floor((availableParallelism() - threads) / threads)),
    } satisfies ThreadSettings,
  });
  // What a thread answers when its task was given up is an error event, too; unheard it would end
  // the process.
  pool.on('error', (error: Error) => onError?.(error));
  let isClosing = false;
  const run = threadRunner(pool, () => isClosing);
  const withDrawn = async <Task extends Pick<CountInput, 'key' | 'requests'>>({ key, ...task }: Task) => {
    return { ...task, drawn: await drawnIn(key, task.requests, scratch) };
  };
  return {
    plan: (task, signal) => run('plan', () => withDrawn({ ...task, requests: [...task.requests] }), { signal }),
    count: (task, report, signal) => run('count', () => withDrawn(task), { signal, report }),
    sweep: (task, signal) => run('sweep', () => withDrawn(task), { signal }),
    tally: (task, signal) => run('tally', async () => task, { signal }),
    close: async () => {
      isClosing = true;
      await pool.destroy();
    },
  };
}

/** Geometries that were drawn, as JSON, by their fingerprints. */
export interface Drawn {
  readonly areas: Readonly<Record<string, Uint8Array>>;
  readonly lines: Readonly<Record<string, Uint8Array>>;
}

/** What was drawn for these requests. */
async function drawnIn(key: string, requests: readonly Request[], scratch: PoolOptions['scratch']): Promise<Drawn> {
  const read = async (drawn: readonly string[], pathOf: (drawn: string) => string) => {
    const geometries = drawn.map(async (one) => {
      return [one, await readDrawn(scratch.ofComputation(key), pathOf(one))] as const;
    });
    return Object.fromEntries(await Promise.all(geometries));
  };
  const { areas, lines } = drawnFor(requests);
  return { areas: await read(areas, areaPath), lines: await read(lines, linesPath) };
}

async function readDrawn(own: JobCache, path: string): Promise<Uint8Array> {
  const geometry = await readIfThere(own, path);
  // The request that joined just when the computation before it ended leaves it again: see finish.
  if (!geometry) throw new Error(`the drawn geometry ${path} is not there (yet)`);
  return geometry;
}
