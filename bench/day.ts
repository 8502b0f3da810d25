import { copyFileSync, cpSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { gatewayReady, type Running, startCatchment } from '../test/processes.ts';
import { evaluator, firedAlerts, panelPeaks } from './day-findings.ts';
import { recordDay } from './day-record.ts';
import { type Asker, openAsker } from './day-requests.ts';
import { liveThrough, type Occasion } from './day-traffic.ts';
import type { Findings } from './findings.ts';

const root = join(import.meta.dirname, '..');
const minutes = Number(process.env.BENCH_MINUTES ?? 10);
const seconds = 60 * minutes;
const noteSeconds = seconds / 480;
const workerReady = /metrics of the worker are on (127\.0\.0\.1:\d+)/;
/** The alerts that the day is to cause: a raster worker is away for 45 minutes. */
const expected = ['CatchmentProcessDown', 'CatchmentQueueUntaken', 'CatchmentPeopleWait'];

/**
 * A day of a service in some minutes: quiet hours, a crowd, a batch, a new raster, a worker that is
 * away. What the dashboard shows of it at its peaks, and which alerts fire when.
 */
export async function benchDay(): Promise<Findings> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'catchment-day-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const service = await startDay(folder, opened);
  const occasions = occasionsOf(service);
  const record = recordDay(join(folder, 'prometheus'), seconds);
  let [noted, notes] = [0, 0];
  const meanwhile = async (hour: number) => {
    if (performance.now() - noted < 1000 * noteSeconds) return;
    noted = performance.now();
    notes += 1;
    await record.note(hour, service.places);
  };
  const { ask } = service.asker;
  await liveThrough({ seconds, ask, occasions, meanwhile });
  const prometheus = opened.use(await record.open());
  const evaluate = evaluator(prometheus, record.midnight);
  const [peaks, alerts] = [await panelPeaks(evaluate), await firedAlerts(evaluate)];
  const times = 1440 / minutes;
  return {
    tables: [
      {
        title: `A day in ${minutes} minutes`,
        columns: ['hour', 'what'],
        rows: occasions.map(({ hour, what }) => [hour, what]),
        notes: [
          `${service.asker.asked()} requests were sent, and metrics read ${notes} times. For Prometheus it was a day: each request stands for ${times}, and jobs have waited ${times} times as long.`,
        ],
      },
      peaks.table,
      alerts.table,
    ],
    wrong: [
      ...peaks.empty,
      ...expected.filter((one) => !alerts.fired.includes(one)).map((one) => `the alert ${one} did not fire`),
    ],
  };
}

interface Day {
  readonly folder: string;
  readonly asker: Asker;
  /** The URLs of the processes, by their names. */
  readonly places: Record<string, string>;
  startWorker(name: string, roles: string): Promise<void>;
  killWorker(name: string): Promise<void>;
}

/** Starts a service on a copy of the sample. */
async function startDay(folder: string, opened: AsyncDisposableStack): Promise<Day> {
  cpSync(join(root, '.catchment/sample'), join(folder, 'sample'), { recursive: true });
  const [queue, cache] = [await startRedis({ config: { maxmemory: '256mb' } }), await startRedis()];
  opened.defer(() => queue.stop());
  opened.defer(() => cache.stop());
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: `${cache.url},file:${join(folder, 'results')}` },
    ...{ CATCHMENT_CATALOG: join(folder, 'sample/catalog.yaml'), TALLY_URL: `file:${join(folder, 'tallies')}` },
    ...{
      PORT: '0',
      METRICS_PORT: '0',
      COUNT_THREADS: '1',
      RECHECK_SECONDS: '1',
      ADMIN_TOKEN: 'a-token-of-the-operator',
    },
  };
  const workers = new Map<string, Running>();
  const places: Record<string, string> = {};
  const startWorker = async (name: string, roles: string) => {
    const worker = await startCatchment(['worker', '--roles', roles], env, workerReady);
    workers.set(name, worker);
    places[name] = `http://${worker.said}`;
  };
  const gateway = await startCatchment(['gateway'], env, gatewayReady);
  opened.defer(() => gateway.stop());
  places.gateway = gateway.said;
  opened.defer(async () => void (await Promise.all([...workers.values()].map((worker) => worker.stop()))));
  await startWorker('light', 'start,finish,chore');
  await startWorker('count', 'count');
  return {
    ...{ folder, places, startWorker },
    asker: await openAsker(gateway.said, env.ADMIN_TOKEN),
    killWorker: async (name) => void (await workers.get(name)?.stop('SIGKILL')),
  };
}

function occasionsOf({ folder, asker, startWorker, killWorker }: Day): Occasion[] {
  const sample = (name: string) => join(folder, 'sample', name);
  return [
    { hour: 2, what: 'all areas are warmed', begin: () => asker.warm('landcover_soil') },
    { hour: 12, what: 'a crowd, for half an hour', begin: async () => undefined },
    { hour: 14, what: 'an analyst asks for 1,000 areas at once', begin: () => asker.batch(1000) },
    {
      ...{ hour: 15, what: 'a raster is replaced' },
      begin: async () => copyFileSync(join(root, '.catchment/sample/soil.tif'), sample('soil.tif')),
    },
    { hour: 16, what: 'the raster worker is killed', begin: () => killWorker('count') },
    { hour: 16.75, what: 'it is started again', begin: () => startWorker('count', 'count') },
  ];
}
