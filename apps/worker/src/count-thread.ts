import { workerData } from 'node:worker_threads';
import type { Area } from '@catchment/areas';
import type { CountInput, Request } from '@catchment/jobs';
import { openOperations } from '@catchment/operations';
import type { ThreadSettings } from './count-pool.ts';

/** What runs in each thread of the pool: it opens the rasters for itself. */
const settings: ThreadSettings = workerData[1] ?? workerData;
const operations = await openOperations(settings);

interface PlanTask {
  readonly request: Request;
  /** The drawn area as it lies on the shelf. */
  readonly geometry: Uint8Array | undefined;
  readonly tilesPerBatch: number;
}

/** Cuts the tiles of a request into batches. */
export function plan({ request, geometry, tilesPerBatch }: PlanTask) {
  return operations.plan(request, drawnArea(geometry), tilesPerBatch);
}

interface CountTask extends Pick<CountInput, 'request' | 'fingerprint' | 'tiles'> {
  readonly geometry: Uint8Array | undefined;
  /** Shared with the pool: [1 to stop, tiles done]. */
  readonly control: Int32Array;
}

/** Counts one batch of tiles; looks between tiles whether to stop. */
export function count({ request, fingerprint, tiles, geometry, control }: CountTask) {
  const stop = new AbortController();
  const onTile = () => {
    Atomics.add(control, 1, 1);
    if (Atomics.load(control, 0) === 1) stop.abort(new Error('the counting was stopped'));
  };
  const options = { fingerprint, tiles, onTile, signal: stop.signal };
  return operations.count(request, drawnArea(geometry), options);
}

function drawnArea(geometry: Uint8Array | undefined): (() => Area) | undefined {
  return geometry && (() => JSON.parse(Buffer.from(geometry).toString()) as Area);
}
