import { workerData } from 'node:worker_threads';
import { areaPath, type CountInput, linesPath, type Request } from '@catchment/jobs';
import { type DrawnGeometries, openOperations } from '@catchment/operations';
import type { ThreadSettings } from './count-pool.ts';

/** What runs in each thread of the pool: it opens the rasters for itself. */
const settings: ThreadSettings = workerData[1] ?? workerData;
const operations = await openOperations(settings);

/** Drawn geometries by their paths in the job cache. */
type Drawn = Readonly<Record<string, Uint8Array>>;

interface PlanTask {
  readonly requests: readonly Request[];
  readonly drawn: Drawn;
  readonly tilesPerBatch: number;
}

/** Cuts the tiles of requests into batches. */
export function plan({ requests, drawn, tilesPerBatch }: PlanTask) {
  return operations.plan(requests, geometriesIn(drawn), tilesPerBatch);
}

interface CountTask extends Omit<CountInput, 'computation' | 'key' | 'batch' | 'members'> {
  readonly drawn: Drawn;
  /** Shared with the pool: [1 to stop, tiles done]. */
  readonly control: Int32Array;
}

/** Counts one batch of tiles; looks between tiles whether to stop. */
export function count({ requests, drawn, control, ...batch }: CountTask) {
  const stop = new AbortController();
  const onTile = () => {
    Atomics.add(control, 1, 1);
    if (Atomics.load(control, 0) === 1) stop.abort(new Error('the counting was stopped'));
  };
  return operations.count(requests, geometriesIn(drawn), { ...batch, onTile, signal: stop.signal });
}

function geometriesIn(drawn: Drawn): DrawnGeometries {
  const read = (path: string) => JSON.parse(Buffer.from(drawn[path] as Uint8Array).toString());
  return { area: (hash) => read(areaPath(hash)), lines: (hash) => read(linesPath(hash)) };
}
