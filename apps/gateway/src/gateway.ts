import { hostname } from 'node:os';
import { openRoster, type Queues, seldom } from '@cellshed/jobs';
import { type Metrics, openMetrics } from '@cellshed/metrics';
import { version } from '@cellshed/settings';
import { openTraces, type Traces } from '@cellshed/traces';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { opennessProblem } from './access/guard.ts';
import { buildApp } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { listenOn } from './http/listening.ts';
import { untilAlone } from './http/stopping.ts';
import { openParts } from './parts.ts';

/** The parts that a process has once, also if it has more than a gateway. */
export interface Shared {
  readonly metrics: Metrics;
  readonly traces: Traces;
}

export interface RunningGateway {
  /** The URL at which it listens. */
  readonly url: string;
  /**
   * Answers the requests under way, and tells clients to ask elsewhere. Clients that wait for
   * results after SHUTDOWN_GRACE_SECONDS get their status then; while the queues' Redis is away, at
   * once.
   */
  close(): Promise<void>;
}

/**
 * Starts a gateway: it listens when this resolves. Throws a sentence when the catalog is wrong,
 * Redis is not as needed or the port is taken; nothing is left open then. `shared` are the metrics
 * of the process, if it has more than a gateway.
 */
export async function startGateway(
  config: GatewayConfig,
  logger: FastifyBaseLogger,
  shared?: Shared,
): Promise<RunningGateway> {
  await using opened = new AsyncDisposableStack();
  const metrics = shared?.metrics ?? opened.adopt(openMetrics(), close);
  const own = { service: 'catchment-gateway', version, instance: gatewayName };
  const onTraceError = seldom((error) => logger.warn(error.message));
  const { telemetry } =
    shared?.traces ?? opened.adopt(await openTraces(config, { ...own, onError: onTraceError }), close);
  const stopping = new AbortController();
  const parts = await openParts(config, { logger, metrics, telemetry, stopping: stopping.signal }, opened);
  const { queues, endings, onQueueError: onError } = parts;
  const app = await buildApp(parts);
  opened.defer(() => app.close());
  const url = await listen(app, config);
  const entry = { kind: 'gateway', name: gatewayName, roles: [], version } as const;
  const startedAt = Math.round(performance.timeOrigin);
  opened.adopt(openRoster(queues, parts.now).announce({ ...entry, startedAt }, onError), close);
  const problem = opennessProblem(config);
  if (problem !== undefined) logger.warn(problem);
  const kept = opened.move();
  const { redis } = queues;
  const stop = async () => {
    stopping.abort();
    const grace = 1000 * config.SHUTDOWN_GRACE_SECONDS;
    const isAway = redis.status !== 'ready' || !(await answersWithin(redis, millisecondsToAnswer));
    // Clients that wait for results would wait in vain.
    const endWaits = setTimeout(() => void endings.close().catch(onError), isAway ? 0 : grace);
    const isGone = redis.status !== 'ready';
    const cut = setTimeout(() => app.server.closeAllConnections(), isGone ? 1000 : grace + millisecondsToPart);
    if (!isAway) await untilAlone(app, Math.min(grace, millisecondsToPart));
    await kept.disposeAsync();
    for (const timer of [endWaits, cut]) clearTimeout(timer);
  };
  let stopped: Promise<void> | undefined;
  return {
    url,
    close: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The name by which this process is told from others: its machine and its number there. */
const gatewayName = `${hostname()}:${process.pid}`;

/** The time in which a Redis that is there answers. */
const millisecondsToAnswer = 1000;

/** The time in which clients take the last answers of a gateway that stops. */
const millisecondsToPart = 1500;

async function answersWithin(redis: Queues['redis'], milliseconds: number): Promise<boolean> {
  const late = new Promise<false>((resolve) => setTimeout(resolve, milliseconds, false).unref());
  const answered = redis.ping().then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]);
}

async function listen(app: FastifyInstance, { HOST, PORT }: GatewayConfig): Promise<string> {
  try {
    return await listenOn(app, { host: HOST, port: PORT });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'the port is in use; take another with --port' : message;
    throw new Error(`the gateway cannot listen on ${HOST}:${PORT} (HOST, PORT): ${reason}`, { cause });
  }
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
