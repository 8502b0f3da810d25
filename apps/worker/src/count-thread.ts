import { workerData } from 'node:worker_threads';
import type { CountInput, Request, TallyInput, TallyResult } from '@catchment/jobs';
import {
  type DrawnGeometries,
  isRefusal,
  openOperations,
  type PartialResult,
  resultDocument,
} from '@catchment/operations';
import { failureText } from '@catchment/telling';
import type { Drawn, Swept, ThreadSettings } from './count-pool.ts';

/** A store that is away would be told of at every tile. */
const warnAgainMilliseconds = 60_000;
let warnedAt = Number.NEGATIVE_INFINITY;

/** What runs in each thread of the pool: it opens the rasters for itself. A store may be away as early as that. */
const { tallyUrl, ...settings }: ThreadSettings = workerData[1] ?? workerData;
const tallies = tallyUrl === undefined ? undefined : { url: tallyUrl, onError: warnOfTallies };
const operations = await openOperations({ ...settings, tallies });

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
  return operations.count(requests, geometriesIn(drawn), { ...batch, onTile, signal: stop.signal }).catch(leave);
}

/** Of an error nothing leaves a thread but its message. */
function leave(error: unknown): never {
  throw new Error(failureText(error), { cause: error });
}

interface SweepTask extends Omit<CountTask, 'rasters' | 'tiles'> {
  readonly mostTiles: number;
}

/** Plans requests, counts all batches and adds up; undefined when that cannot be planned, or has more than so many tiles. */
export async function sweep({ mostTiles, ...task }: SweepTask): Promise<Swept | undefined> {
  if (!(await looksSmall(task, mostTiles))) return undefined;
  const planned = await plan({ ...task, tilesPerBatch: mostTiles });
  if (isRefusal(planned) || planned.tiles > mostTiles) return undefined;
  const parts = planned.frames.map((): PartialResult[] => []);
  for (const { members, ...batch } of planned.batches) {
    const requests = members.map((member) => task.requests[member] as Request);
    const fingerprints = members.map((member) => task.fingerprints[member] as string);
    const counted = await count({ ...task, ...batch, requests, fingerprints });
    for (const [i, member] of members.entries()) parts[member]?.push(counted[i] as PartialResult);
  }
  const results = planned.frames.map((frame, member) => {
    const document = resultDocument(frame, parts[member] as PartialResult[]);
    return { value: JSON.stringify(document), cells: document.cells };
  });
  return { tiles: planned.tiles, results };
}

/** Of so many, the tiles of all are guessed. */
const firstFew = 8;

/** Whether requests like the first few would not have far too many tiles together: large areas take long to place. */
async function looksSmall({ requests, drawn }: Omit<SweepTask, 'mostTiles'>, mostTiles: number): Promise<boolean> {
  if (requests.length < 4 * firstFew) return true;
  const few = await plan({ requests: requests.slice(0, firstFew), drawn, tilesPerBatch: mostTiles });
  return !isRefusal(few) && few.tiles * requests.length <= 2 * mostTiles * firstFew;
}

/** Builds or verifies one chunk of a tally. */
export async function tally({ work, chunk, fingerprint, ...asked }: TallyInput): Promise<TallyResult> {
  if (!operations.tallies) throw new Error('this worker keeps no tallies: TALLY_URL is not set');
  const planned = { fingerprint, place: chunk };
  return work === 'build'
    ? { ...(await operations.tallies.build(asked, planned)), wrong: 0 }
    : operations.tallies.verify(asked, planned);
}

function warnOfTallies({ message }: Error): void {
  if (performance.now() - warnedAt < warnAgainMilliseconds) return;
  warnedAt = performance.now();
  process.emitWarning(`tallies (cells are counted instead): ${message}`);
}

function geometriesIn({ areas, lines }: Drawn): DrawnGeometries {
  const read = (kept: Uint8Array | undefined) => JSON.parse(Buffer.from(kept as Uint8Array).toString());
  return { area: (hash) => read(areas[hash]), lines: (hash) => read(lines[hash]) };
}
