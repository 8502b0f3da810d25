import { type JobCache, memoryStore, resultCache } from '@cellshed/cache';
import type { AnyRequest, Refusal, Request } from '@cellshed/contracts';
import {
  areaPath,
  type CountProcessor,
  connectPatiently,
  type FailedJob,
  type FinishInput,
  namesPath,
  newRequestId,
  openComputations,
  openDismissals,
  openEndings,
  openLooks,
  openProgress,
  openQueues,
  openRefreshes,
  openRequests,
  openScratch,
  openShelf,
  openSpending,
  readStatus,
  runCount,
  runFinish,
  runPlain,
  runStart,
  submit,
} from '@cellshed/jobs';
import type { ServerForTests } from '@cellshed/local-services';
import type { OperationPlan } from '@cellshed/operations';
import type { CountPool } from '@cellshed/pool';
import { computeProcessor } from '../src/processors/compute.ts';
import { finishProcessor } from '../src/processors/finish.ts';
import { openForget } from '../src/processors/forget.ts';
import { openKeptAreas } from '../src/processors/kept-areas.ts';
import { openKnownAnswers } from '../src/processors/known-answers.ts';
import { lifetimes } from '../src/processors/lifetimes.ts';
import { refreshProcessor } from '../src/processors/refresh.ts';
import { openServedStale } from '../src/processors/stale.ts';
import { startProcessor } from '../src/processors/start.ts';

const hour = 3_600_000;

export const request: Request = { operation: 'landcover', area: { table: 'huc12', id: '1' }, coverage: 'centre' };
export const frame = {
  definition: { type: 'groupedCount' as const, rasters: ['landcover'] },
  coverage: 'centre' as const,
  known: { operation: 'landcover', area: 'huc12/1', rasters: ['landcover'], coverage: 'centre' as const },
  warnings: [],
  areaCells: 6,
  onRasters: true,
};

/** The part of a pool that makes totals, where none are asked for. */
export const noTotals = {
  units: () => Promise.reject(new Error('no total is asked for')),
  addUnits: () => Promise.reject(new Error('no total is asked for')),
  total: () => Promise.reject(new Error('no total is asked for')),
} satisfies Pick<CountPool, 'units' | 'addUnits' | 'total'>;

export interface FlowOptions {
  readonly batches?: number;
  readonly lifetimeMilliseconds?: number;
  /** Plans in place of batches of two tiles. */
  readonly plan?: (
    task: Parameters<CountPool['compute']>[0],
    signal: AbortSignal,
  ) => Promise<{ readonly refused: Refusal } | { readonly planned: OperationPlan }>;
  /** Default: no limit. */
  readonly cellsPerHour?: number;
}

/**
 * Everything except rasters: the real queues and processors, and a counting that the test gives.
 */
export async function startFlow(
  server: Pick<ServerForTests, 'url'>,
  count: CountProcessor,
  { batches = 3, lifetimeMilliseconds, plan, cellsPerHour = 0 }: FlowOptions = {},
) {
  const redis = connectPatiently(server.url, () => undefined);
  const queues = openQueues({ redis, prefix: `{test-${newRequestId()}}`, retentionSeconds: 600 });
  const shelf = openShelf(queues, { mostBytes: 100_000_000 });
  const scratch = openScratch(queues);
  let later = 0;
  const clock = () => Date.now() + later;
  const store = memoryStore({ clock });
  const results = resultCache({ store, schemaVersion: 1, clock });
  const computations = openComputations(queues);
  const requests = openRequests(queues);
  const dismissals = openDismissals(queues, { computations, requests });
  const progress = openProgress(queues);
  const spending = openSpending(queues, { cellsPerHour });
  const failed: FailedJob[] = [];
  const settings = {
    redis,
    concurrency: 20,
    lockMilliseconds: hour,
    onError: () => undefined,
    onFailed: (one: FailedJob) => failed.push(one),
  };
  const live = lifetimeMilliseconds === undefined ? {} : { lifetimeMilliseconds };
  const operation = { name: 'landcover', type: 'groupedCount' as const, rasters: ['landcover'], ...live };
  const operations = {
    catalog: { operations: new Map([['landcover', operation]]) },
    identifyAll: async (requests: readonly Request[]) => {
      const ids = requests.map(({ area }) => ('id' in area ? `${area.table}:${area.id}` : 'huc12:1'));
      return ids.some((id) => id.startsWith('nowhere'))
        ? { problem: 'area: no area table is called "nowhere"; expected one of huc12' }
        : ids.map((id) => ({ key: `geop:${id}:landcover:${flow.version}`, fingerprint: flow.version }));
    },
  };
  const errors: Error[] = [];
  const refreshes = openRefreshes({ queues, leases: store.fence, timeoutMilliseconds: 60_000, clock });
  const onError = (error: Error) => errors.push(error);
  const planned: NonNullable<FlowOptions['plan']> = async ({ requests: asked }) => {
    const [members, rasters] = [[...asked.keys()], ['landcover']];
    const tiles = Array.from({ length: batches }, (_, row): [number, number, number][] => [[row, 0, 2]]);
    const all = tiles.map((runs) => ({ members, rasters, tiles: runs, tallied: null }));
    return { planned: { tiles: 2 * batches, tallied: 0, cells: 6, batches: all, frames: asked.map(() => frame) } };
  };
  const pool = { compute: plan ?? planned, sweep: async () => undefined, ...noTotals };
  const mostResultBytes = 1_000_000;
  // A test may spoil the job cache that finish finds.
  const spoilt = { ...scratch, ofRequest: (id: string) => flow.spoil(scratch.ofRequest(id)) };
  const forget = openForget({ scratch: spoilt, onError });
  const { isDismissed } = dismissals;
  const servedStale = openServedStale({ refreshes, scratch, onError, clock });
  const knownAnswers = openKnownAnswers({ results, scratch: spoilt, servedStale });
  const compute = computeProcessor({
    ...{ pool, results, shelf, scratch, mostResultBytes, refreshes, forget, onError, clock },
    ...{ tilesPerBatch: 2, catalog: operations.catalog, mostMissing: 1000 },
    cellLimit: Number.POSITIVE_INFINITY,
    lifetimesOf: lifetimes(operations.catalog, 1000),
  });
  const finish = finishProcessor({
    ...{ results, shelf, computations, knownAnswers, servedStale, mostResultBytes, clock },
    keepAreas: openKeptAreas({ scratch: spoilt, shelf, onError }),
    shelvedMilliseconds: hour,
  });
  const start = startProcessor({
    onAsked: () => undefined,
    operations,
    results,
    scratch: spoilt,
    knownAnswers,
  });
  const refresh = refreshProcessor({ results, computations, refreshes, scratch, onError });
  const workers = [
    runStart(queues, { computations, requests, spending, isDismissed }, start, settings),
    runFinish(queues, { finish, forget: forget.request, isDismissed, leave: computations.leave }, settings),
    runPlain(queues, 'refresh', refresh, settings),
    runCount(queues, { computations, progress, spending }, { compute, count }, { ...settings, concurrency: 4 }),
  ];
  const endings = await openEndings(queues, { redis, onError: () => undefined });
  const sources = { queues, dismissals, looks: openLooks(queues), requests, progress, clock: Date.now };
  const flow = {
    queues,
    scratch,
    shelf,
    /** The version of the rasters: keys end with it. */
    version: 'f',
    /** Replaces the job cache that the finish jobs find for a request. */
    spoil: (cache: JobCache) => cache,
    computations,
    letPass: (milliseconds: number) => {
      later += milliseconds;
    },
    errors,
    /** The failures that workers have reported. */
    failed,
    results,
    dismissals,
    ask: async (
      asked: AnyRequest & Pick<FinishInput, 'answer'> & { readonly client?: string } = request,
      drawn?: Uint8Array,
      names?: Uint8Array,
    ) => {
      const id = newRequestId();
      if (drawn) await scratch.ofRequest(id).set(areaPath('abc'), drawn);
      if (names) await scratch.ofRequest(id).set(namesPath, names);
      const ended = endings.wait(id, hour).then((ending) => ending !== undefined);
      await submit(queues, id, asked);
      return { id, ended };
    },
    status: (id: string) => readStatus(sources, id),
    answer: async (id: string) => {
      const status = await readStatus(sources, id);
      const bytes = status?.result && (await shelf.get(status.result));
      return { state: status?.state, cache: status?.cache, value: bytes && JSON.parse(Buffer.from(bytes).toString()) };
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close(1000)));
      await endings.close();
      await queues.close();
      redis.disconnect();
    },
  };
  return flow;
}

export const part = (cells: number) => ({ cells, groups: [{ values: [11], cells }] });

/** The parts of a batch with as many cells for each member. */
export const counted = (cells: number, members = [0]) => ({ members, parts: members.map(() => part(cells)) });

/** A counting that waits until it is released, and reports when the first batch has begun. */
export function heldCount() {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let batches = 0;
  let aborted = 0;
  const count: CountProcessor = async (_input, _report, signal) => {
    batches += 1;
    begin();
    await Promise.race([
      released,
      new Promise((_, reject) => {
        const abort = () => {
          aborted += 1;
          reject(signal.reason);
        };
        // A batch may be taken just as its computation is dismissed.
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort);
      }),
    ]);
    return counted(2);
  };
  return { count, begun, release, batches: () => batches, aborted: () => aborted };
}
