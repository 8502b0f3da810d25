import {
  jobs,
  type QueueName,
  type RunningWorker,
  runChores,
  runCount,
  runFinish,
  runPlain,
  runStart,
  scheduleWatch,
  type WorkerRole,
} from '@cellshed/jobs';
import { openChoreParts } from './chore-parts.ts';
import type { Parts } from './parts.ts';
import { choreProcessor } from './processors/chores/chore.ts';
import { scheduledProcessor } from './processors/chores/scheduled.ts';
import { watchProcessor } from './processors/chores/watch.ts';
import { computeProcessor } from './processors/compute.ts';
import { countProcessor } from './processors/count.ts';
import { finishProcessor } from './processors/finish.ts';
import { openKeptAreas } from './processors/kept-areas.ts';
import { lifetimes } from './processors/lifetimes.ts';
import { refreshProcessor } from './processors/refresh.ts';
import { startProcessor } from './processors/start.ts';
import { tallyProcessor } from './processors/tally.ts';

/** The parts that a worker can play. */
export const roles: readonly WorkerRole[] = [...new Set(Object.values(jobs).map(({ role }) => role))];

/** The queues whose jobs a role takes, as the table of jobs has it. */
export function queuesOf(wanted: readonly WorkerRole[]): QueueName[] {
  const taken = Object.values(jobs).filter(({ role }) => wanted.includes(role));
  return [...new Set(taken.map(({ queue }) => queue))];
}

/** The start of the worker of each queue, once the parts are open that its processors use. */
export const takers: Readonly<Record<QueueName, (parts: Parts) => Promise<() => RunningWorker>>> = {
  start: async ({ queues, operations, dismissals, settings, ...parts }) => {
    const opened = { scratch: await parts.scratch(), ...(await parts.caching()) };
    const process = startProcessor({ operations, ...opened, onAsked: parts.onAsked });
    const books = { ...parts, isDismissed: dismissals.isDismissed };
    return () => runStart(queues, books, process, settings);
  },
  finish: async ({ config, queues, computations, dismissals, shelf, settings, ...parts }) => {
    const finish = finishProcessor({
      ...{ computations, shelf, ...(await parts.caching()), clock: Date.now },
      keepAreas: openKeptAreas({ scratch: await parts.scratch(), shelf, onError: parts.onError }),
      mostResultBytes: config.RESULTS_LIMIT_BYTES,
      shelvedMilliseconds: 1000 * config.JOB_RETENTION_SECONDS,
    });
    const { request: forget } = await parts.forget();
    const processors = { finish, forget, isDismissed: dismissals.isDismissed, leave: computations.leave };
    return () => runFinish(queues, processors, settings);
  },
  count: async ({ config, queues, operations, computations, progress, spending, shelf, settings, ...parts }) => {
    const opened = { pool: await parts.pool(), scratch: await parts.scratch() };
    const compute = computeProcessor({
      ...{ ...opened, ...(await parts.caching()), shelf, forget: await parts.forget() },
      ...{ onError: parts.onError, clock: Date.now },
      tilesPerBatch: config.TILES_PER_JOB,
      cellLimit: config.CELL_LIMIT,
      mostMissing: config.MULTI_LIMIT,
      catalog: operations.catalog,
      mostResultBytes: config.RESULTS_LIMIT_BYTES,
      lifetimesOf: lifetimes(operations.catalog, 1000 * config.DRAWN_LIFETIME_SECONDS),
    });
    const processors = { compute, count: countProcessor(opened) };
    // One job more than threads: while one writes its result, the next is counted.
    const concurrency = config.COUNT_THREADS + 1;
    return () => runCount(queues, { computations, progress, spending }, processors, { ...settings, concurrency });
  },
  refresh: async ({ queues, computations, onError, settings, ...parts }) => {
    const opened = { scratch: await parts.scratch(), ...(await parts.caching()) };
    const process = refreshProcessor({ computations, onError, ...opened });
    return () => runPlain(queues, 'refresh', process, settings);
  },
  chore: async (parts) => {
    const { config, queues, computations, settings } = parts;
    const opened = await openChoreParts(parts, parts.opened);
    const processors = {
      chore: choreProcessor(opened),
      scheduled: scheduledProcessor(opened),
      watch: watchProcessor(opened),
    };
    const isRenewing = config.RENEW_CELLS_PER_HOUR > 0 && !opened.isCacheInProcess;
    await scheduleWatch(queues, isRenewing ? Math.max(1, config.RECHECK_SECONDS) : undefined);
    const concurrency = config.CHORE_CONCURRENCY;
    return () => runChores(queues, computations, processors, { ...settings, concurrency });
  },
  tally: async ({ config, queues, pool, settings }) => {
    const process = tallyProcessor({ pool: await pool() });
    return () => runPlain(queues, 'tally', process, { ...settings, concurrency: config.COUNT_THREADS });
  },
};
