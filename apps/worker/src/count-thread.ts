import { workerData } from 'node:worker_threads';
import type { CountInput, Request, TallyInput, TallyResult } from '@catchment/jobs';
import {
  type DrawnGeometries,
  isRefusal,
  openOperations,
  type PartialResult,
  resultDocument,
} from '@catchment/operations';
import type { Drawn, Swept, ThreadSettings } from './count-pool.ts';
import { answering, countEffort, type Hearing, planEffort } from './thread-work.ts';

/** A store that is away would be told of at every tile. */
const warnAgainMilliseconds = 60_000;
let warnedAt = Number.NEGATIVE_INFINITY;

/**
 * What runs in each thread of the pool: it opens the rasters for itself. A store may be away as
 * early as that.
 */
const { tallyUrl, ...settings }: ThreadSettings = workerData[1] ?? workerData;
const tallies = tallyUrl === undefined ? undefined : { url: tallyUrl, onError: warnOfTallies };
const operations = await openOperations({ ...settings, tallies });

interface PlanTask {
  readonly requests: readonly Request[];
  readonly drawn: Drawn;
  readonly tilesPerBatch: number;
  readonly mostCells?: number | undefined;
}

/** Cuts the tiles of requests into batches. */
export const plan = answering(planned);

function planned({ requests, drawn, tilesPerBatch, mostCells }: PlanTask, heard: Hearing) {
  const effort = planEffort(drawn, heard);
  return operations.plan(requests, geometriesIn(drawn), { tilesPerBatch, mostCells, effort });
}

interface CountTask extends Omit<CountInput, 'computation' | 'key' | 'batch' | 'members'> {
  readonly drawn: Drawn;
}

/** Counts one batch of tiles. */
export const count = answering(counted);

function counted({ requests, drawn, ...batch }: CountTask, heard: Hearing) {
  const { onTile, signal } = heard;
  return operations.count(requests, geometriesIn(drawn), { ...batch, onTile, signal, effort: countEffort(heard) });
}

interface SweepTask extends Omit<CountTask, 'rasters' | 'tiles'> {
  readonly mostTiles: number;
}

/**
 * Plans requests, counts all batches and adds up; undefined when that cannot be planned, or has
 * more than so many tiles.
 */
export const sweep = answering(async ({ mostTiles, ...task }: SweepTask, heard): Promise<Swept | undefined> => {
  if (!(await looksSmall(task, mostTiles, heard))) return undefined;
  const { requests, drawn } = task;
  const made = await planned({ requests, drawn, tilesPerBatch: mostTiles }, heard);
  if (isRefusal(made) || made.tiles > mostTiles) return undefined;
  const parts = made.frames.map((): PartialResult[] => []);
  for (const { members, ...batch } of made.batches) {
    const own = members.map((member) => task.requests[member] as Request);
    const fingerprints = members.map((member) => task.fingerprints[member] as string);
    const some = await counted({ ...task, ...batch, requests: own, fingerprints }, heard);
    for (const [i, member] of members.entries()) parts[member]?.push(some[i] as PartialResult);
  }
  const results = made.frames.map((frame, member) => {
    const document = resultDocument(frame, parts[member] as PartialResult[]);
    return { value: JSON.stringify(document), cells: document.cells };
  });
  return { tiles: made.tiles, results };
});

/** Of so many, the tiles of all are guessed. */
const firstFew = 8;

/**
 * Whether requests like the first few would not have far too many tiles together: large areas take
 * long to place.
 */
async function looksSmall(
  { requests, drawn }: Pick<SweepTask, 'requests' | 'drawn'>,
  mostTiles: number,
  heard: Hearing,
): Promise<boolean> {
  if (requests.length < 4 * firstFew) return true;
  const few = await planned({ requests: requests.slice(0, firstFew), drawn, tilesPerBatch: mostTiles }, heard);
  return !isRefusal(few) && few.tiles * requests.length <= 2 * mostTiles * firstFew;
}

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

function geometriesIn({ areas, lines }: Drawn): DrawnGeometries {
  const read = (kept: Uint8Array | undefined) => JSON.parse(Buffer.from(kept as Uint8Array).toString());
  return { area: (hash) => read(areas[hash]), lines: (hash) => read(lines[hash]) };
}
