import { writeFile } from 'node:fs/promises';
import { type RunningWorker, refuseOlder, seldom, startKeeper, type WorkerRole } from '@cellshed/jobs';
import { type Metrics, openMetrics } from '@cellshed/metrics';
import { version } from '@cellshed/settings';
import { openTraces, type Traces } from '@cellshed/traces';
import type { WorkerConfig } from './config.ts';
import { serveMetrics } from './measuring/server.ts';
import { openParts, type WorkerLogger, workerName } from './parts.ts';
import { queuesOf, takers } from './takers.ts';

const startedAt = Math.round(performance.timeOrigin);

/** The parts that a process has once, also if it has more than a worker. */
export interface Shared {
  readonly metrics: Metrics;
  readonly traces: Traces;
}

/**
 * Starts a worker with these roles: it takes jobs when this resolves. Throws a sentence when the
 * catalog is wrong or Redis not as needed; nothing is left open then. `close` goes on with the jobs
 * under way for a grace, by default the configured one; what is not done then goes to another
 * worker. With METRICS_PORT it serves its metrics there; `shared` are those of the process.
 */
export async function startWorker(
  config: WorkerConfig,
  wanted: readonly WorkerRole[],
  logger: WorkerLogger,
  shared?: Shared,
): Promise<{ close(graceMilliseconds?: number): Promise<void> }> {
  await using opened = new AsyncDisposableStack();
  const metrics = shared?.metrics ?? opened.adopt(openMetrics(), close);
  const own = { service: 'catchment-worker', version, instance: workerName };
  const onTraceError = seldom((error) => logger.warn(error.message));
  const { telemetry } =
    shared?.traces ?? opened.adopt(await openTraces(config, { ...own, onError: onTraceError }), close);
  const parts = await openParts(config, { logger, metrics, telemetry }, opened);
  const { queues, computations, presence, onError, settings, now } = parts;
  const taken = queuesOf(wanted);
  const starts: (() => RunningWorker)[] = [];
  for (const queue of taken) starts.push(await takers[queue](parts));
  const forget = await parts.forget();
  const running = starts.map((start) => start());
  opened.adopt(startKeeper(queues, { computations, forget, onError, clock: now }), close);
  opened.adopt(refuseOlder(queues, { redis: settings.redis, onError }), close);
  const { WORKER_HEALTH_FILE: healthFile } = config;
  const onSaid = async () => {
    await parts.storeTroubles.say(workerName, parts.storeStates());
    if (healthFile !== undefined) await writeFile(healthFile, `${new Date().toISOString()}\n`);
  };
  opened.adopt(presence.announce(taken, onError, onSaid), close);
  const entry = { ...({ kind: 'worker', name: workerName, roles: wanted, version } as const), startedAt };
  const counting = wanted.includes('count') && { threads: config.COUNT_THREADS };
  opened.adopt(parts.roster.announce({ ...entry, ...counting }, onError), close);
  let graceMilliseconds = config.SHUTDOWN_GRACE_SECONDS * 1000;
  opened.defer(async () => void (await Promise.all(running.map((one) => one.close(graceMilliseconds)))));
  const { METRICS_HOST: host, METRICS_PORT: port, METRICS_TOKEN: token } = config;
  if (port !== undefined) {
    const served = opened.adopt(await serveMetrics({ metrics, host, port, token }), close);
    logger.info(`metrics of the worker are on ${host}:${served.port}`);
  }
  logger.info(`worker takes ${wanted.join(', ')} jobs`);
  const kept = opened.move();
  return {
    close: (grace = graceMilliseconds) => {
      graceMilliseconds = grace;
      return kept.disposeAsync();
    },
  };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
