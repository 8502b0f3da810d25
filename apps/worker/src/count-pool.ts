import type { CountInput, CountResult, Request, Shelf } from '@catchment/jobs';
import type { OperationPlan, Refusal } from '@catchment/operations';
import { Piscina } from 'piscina';

/** What a thread needs to open the operations. */
export interface ThreadSettings {
  readonly catalogPath: string;
  readonly recheckMilliseconds: number;
}

/** Threads for the work that would keep this one from renewing its locks. */
export interface CountPool {
  plan(task: { request: Request; tilesPerBatch: number }, signal: AbortSignal): Promise<OperationPlan | Refusal>;
  /** `report` is told a few times a second how many tiles are done. Throws the signal's reason when it is aborted. */
  count(
    task: Pick<CountInput, 'request' | 'fingerprint' | 'tiles'>,
    report: (tilesDone: number) => void,
    signal: AbortSignal,
  ): Promise<CountResult>;
  close(): Promise<void>;
}

interface PoolOptions extends ThreadSettings {
  readonly threads: number;
  readonly shelf: Pick<Shelf, 'get'>;
}

const reportEveryMilliseconds = 250;

export function openCountPool({ threads, shelf, ...settings }: PoolOptions): CountPool {
  const pool = new Piscina({
    filename: new URL('count-thread.ts', import.meta.url).href,
    // Both: with a varying number of threads piscina is many times slower.
    minThreads: threads,
    maxThreads: threads,
    workerData: settings,
  });
  return {
    plan: async ({ request, tilesPerBatch }) =>
      pool.run({ request, tilesPerBatch, geometry: await geometryOf(request, shelf) }, { name: 'plan' }),
    count: async (task, report, signal) => {
      const control = new Int32Array(new SharedArrayBuffer(8));
      const stop = () => Atomics.store(control, 0, 1);
      signal.addEventListener('abort', stop, { once: true });
      const reporter = setInterval(() => report(Atomics.load(control, 1)), reportEveryMilliseconds);
      try {
        signal.throwIfAborted();
        return await pool.run({ ...task, geometry: await geometryOf(task.request, shelf), control }, { name: 'count' });
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        clearInterval(reporter);
        signal.removeEventListener('abort', stop);
        report(Atomics.load(control, 1));
      }
    },
    close: () => pool.destroy(),
  };
}

async function geometryOf({ area }: Request, shelf: Pick<Shelf, 'get'>): Promise<Uint8Array | undefined> {
  if (!('drawn' in area)) return undefined;
  const geometry = await shelf.get(area.geometry);
  if (!geometry) throw new Error('the drawn area is no longer kept: the request waited longer than jobs are');
  return geometry;
}
