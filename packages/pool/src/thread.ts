import { parentPort, workerData } from 'node:worker_threads';
import { isRefusal } from '@catchment/contracts';
import type { CountInput, TallyInput, TallyResult } from '@catchment/jobs';
import { type Counter, countWhole, type DrawnGeometries, openOperations, writtenDocument } from '@catchment/operations';
import type { Drawn } from './drawn.ts';
import type { Begun, Swept, ThreadSettings } from './pool.ts';
import { answering, countEffort, type Hearing, planEffort } from './thread-work.ts';
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

interface ComputeTask extends Pick<CountTask, 'requests' | 'drawn' | 'fingerprints'> {
  readonly tilesPerBatch: number;
  readonly mostCells?: number | undefined;
}

/** Counts requests whose tiles fit into one batch, and cuts those of others into batches. */
export const compute = answering(async ({ requests, drawn, ...work }: ComputeTask, heard): Promise<Begun> => {
  const counting = { effort: countEffort(heard), signal: heard.signal, onTile: heard.onTile };
  const effort = planEffort(drawn, heard);
  const begun = await operations.planAndCount(requests, geometriesIn(drawn), { ...work, effort, counting });
  if (isRefusal(begun)) return { refused: begun };
  const { planned, documents } = begun;
  if (!documents) return { planned };
  const { tiles, tallied, cells } = planned;
  return { tiles, tallied, cells, results: documents.map(writtenDocument) };
});

interface CountTask extends Omit<CountInput, 'computation' | 'batch' | 'members'> {
  readonly drawn: Drawn;
}

/** Counts one batch of tiles. */
export const count = answering(({ requests, drawn, ...batch }: CountTask, heard) =>
  counterFor(drawn, heard).count(requests, geometriesIn(drawn), { ...batch, onTile: heard.onTile }),
);

interface SweepTask extends Pick<CountTask, 'requests' | 'drawn' | 'fingerprints'> {
  readonly mostTiles: number;
}

/** Plans requests and counts them; undefined when they are refused, or have too many tiles. */
export const sweep = answering(
  async ({ requests, drawn, fingerprints, mostTiles }: SweepTask, heard): Promise<Swept | undefined> => {
    const counter = counterFor(drawn, heard);
    const sent = geometriesIn(drawn);
    if (!(await looksSmall(counter, { requests, drawn: sent, mostTiles }))) return undefined;
    const work = { fingerprints, drawn: sent, tilesPerBatch: mostTiles, mostTiles, onTile: heard.onTile };
    const whole = await countWhole(counter, requests, work);
    return isRefusal(whole) ? undefined : { tiles: whole.tiles, results: whole.documents.map(writtenDocument) };
  },
);

/** The operations of this thread, which stop when the pool says so. */
function counterFor(drawn: Drawn, heard: Hearing): Counter {
  const { signal } = heard;
  return {
    plan: (requests, sent, work) => operations.plan(requests, sent, { ...work, effort: planEffort(drawn, heard) }),
    count: (requests, sent, work) => operations.count(requests, sent, { ...work, signal, effort: countEffort(heard) }),
  };
}

/** The number of requests from which the tiles of all are estimated. */
const firstFew = 8;

/**
 * Whether requests like the first few would not have far too many tiles together: large areas take
 * long to place.
 */
async function looksSmall(
  { plan: planFew }: Pick<Counter, 'plan'>,
  { requests, drawn, mostTiles }: Pick<SweepTask, 'requests' | 'mostTiles'> & { readonly drawn: DrawnGeometries },
): Promise<boolean> {
  if (requests.length < 4 * firstFew) return true;
  const few = await planFew(requests.slice(0, firstFew), drawn, { tilesPerBatch: mostTiles });
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
