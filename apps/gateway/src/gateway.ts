import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { openApiKeys } from '@cellshed/api-keys';
import { openStore, redisServers, requireAccess } from '@cellshed/cache';
import { loadCatalog, openAreas } from '@cellshed/catalog';
import { aheadNames } from '@cellshed/chores';
import {
  clientSecret,
  listRequests,
  olderRequests,
  openChores,
  openComputations,
  openDemand,
  openDismissals,
  openEndedRequests,
  openEndings,
  openFollowing,
  openLooks,
  openPresence,
  openProgress,
  openQueueing,
  openRequests,
  openRoster,
  openSchedules,
  openScratch,
  openShelf,
  openStoreTroubles,
  openWaiting,
  openWaitsFor,
  type Queues,
  readStatus,
  seldom,
  untakenText,
} from '@cellshed/jobs';
import { alsoTelling, type Metrics, openMetrics } from '@cellshed/metrics';
import { openIdentifier } from '@cellshed/operations';
import { version } from '@cellshed/settings';
import { openTraces, type Traces } from '@cellshed/traces';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { openAdmission } from './access/admission.ts';
import { openClients } from './access/client.ts';
import { opennessProblem } from './access/guard.ts';
import { openAdminCache } from './admin/admin-cache.ts';
import { openAnswerCache } from './answers/answer-cache.ts';
import { openCachedAnswers } from './answers/cached-answers.ts';
import { buildApp } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { listenOn } from './http/listening.ts';
import { untilAlone } from './http/stopping.ts';
import { observeQueues } from './measuring/queues.ts';
import { observeRedis } from './measuring/redis.ts';
import { openPictures } from './pictures/pictures.ts';
import { openProcesses } from './processes/processes.ts';
import { submitter } from './processes/submit.ts';
import { openReadiness } from './readiness.ts';
import { openReader } from './reading/reader.ts';
import { reopeningBy } from './reading/replaced-tables.ts';
import { openSourceVersions } from './reading/source-versions.ts';
import { openThreads } from './reading/threads.ts';
import { mayWait } from './routes/jobs.ts';

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
  const catalog = await loadCatalog(config.CATCHMENT_CATALOG);
  const reading = {
    catalog,
    vertexLimit: config.AREA_VERTEX_LIMIT,
    requestVertexLimit: config.REQUEST_VERTEX_LIMIT,
    memberLimit: config.MULTI_LIMIT,
  };
  const threads = opened.adopt(openThreads(reading), (those) => those.destroy());
  const tables = opened.adopt(await openAreas(catalog, { reopen: reopeningBy(threads) }), close);
  for (const note of tables.notes) logger.warn(note);
  const queueing = opened.use(
    await openQueueing(config, {
      onError: (error) => logger.warn(error.message),
      onBack: (message) => logger.info(message),
      whileAway: 'fail',
      telemetry,
    }),
  );
  const { CACHE_URL, DRAWN_CACHE_URL, JOB_CACHE_URL } = config;
  await requireAccess({ CACHE_URL, DRAWN_CACHE_URL, JOB_CACHE_URL });
  const { queues, patient, onError } = queueing;
  const { redis } = queues;
  const requests = openRequests(queues);
  const dismissals = openDismissals(queues, { computations: openComputations(queues), requests });
  const shelf = openShelf(queues, { mostBytes: config.SHELF_LIMIT_BYTES });
  const caching = {
    base: dirname(config.CATCHMENT_CATALOG),
    timeoutMilliseconds: config.CACHE_TIMEOUT_SECONDS * 1000,
    onError: (error: Error) => logger.warn(`job cache: ${error.message}`),
  };
  const jobStore = config.JOB_CACHE_URL && opened.adopt(await openStore(config.JOB_CACHE_URL, caching), close);
  const scratch = openScratch(queues, jobStore || undefined);
  const endings = opened.adopt(await openEndings(queues, { redis: patient, onError }), close);
  const processes = openProcesses(catalog);
  const older = opened.adopt(olderRequests(queues), close);
  const sources = {
    ...{ queues, dismissals, looks: openLooks(queues), requests, progress: openProgress(queues) },
    clock: queueing.now,
    otherRequests: () => [...processes.queues, older],
  };
  const presence = openPresence(queues);
  opened.defer(observeQueues(metrics, { queues, presence, clock: queueing.now }));
  const untakenOf = openWaitsFor({ queues, presence });
  const following = openFollowing({
    ...{ queues, clock: queueing.now, onEnded: endings.onEnded, onError },
    otherRequests: sources.otherRequests,
    read: async (id) => {
      const status = await readStatus(sources, id);
      return status && { status, waitsFor: mayWait(status, queueing.now()) ? await untakenOf(status) : undefined };
    },
  });
  opened.defer(async () => following.close());
  const warnSeldom = seldom((error) => logger.warn(error.message));
  const onCacheError = (error: Error) => warnSeldom(new Error(`cache: ${error.message}`));
  const adminCache = opened.adopt(await openAdminCache(config, onCacheError), close);
  const recheckMilliseconds = 1000 * config.RECHECK_SECONDS;
  opened.defer(observeRedis(metrics, { queues, servers: () => redisServers([CACHE_URL, DRAWN_CACHE_URL]) }));
  const sourceVersions = opened.adopt(openSourceVersions({ catalog, recheckMilliseconds }), close);
  const table = (name: string) => tables.use(name, async ({ version }) => version);
  const versions = { ...sourceVersions, table };
  const cache = await openAnswerCache(config, { queues, metrics, onError: onCacheError });
  if (cache) opened.adopt(cache, close);
  else
    logger.warn('CACHE_URL is not set or is memory:, so this gateway reads no results: each answer by GET takes a job');
  const demand = opened.adopt(openDemand(queues, { onError }), close);
  const nameAhead = aheadNames(catalog);
  const answers = openCachedAnswers({
    onAsked: (request) => demand.note([nameAhead(request) ?? []].flat()),
    ...{ tables, cache, identify: openIdentifier({ catalog, versions }), clock: Date.now },
    onError: (error) => warnSeldom(new Error(`an answer takes a job: ${error.message}`)),
  });
  const reader = openReader(reading, threads, { catalog, tables, drawnArea: shelf.getDrawn });
  const ended = opened.adopt(openEndedRequests(queues, queueing.now, onError), close);
  const stopping = new AbortController();
  const readiness = openReadiness({ queueing, presence, isStopping: () => stopping.signal.aborted });
  opened.defer(readiness.observe(metrics));
  const warn = (message: string) => logger.warn(message);
  const admission = openAdmission({ waiting: openWaiting(queues), limits: config, warn });
  const app = await buildApp({
    config,
    logger,
    isTraced: telemetry !== undefined,
    metrics: alsoTelling(metrics, 'catchment_requests_total', ({ outcome }) => ended.add(outcome)),
    catalog,
    tables,
    queues,
    patientRedis: patient,
    onQueueError: onError,
    processes,
    reader,
    pictures: opened.adopt(openPictures({ catalog, recheckMilliseconds }), close),
    submit: submitter({ queues, scratch, admission }),
    refuseEarly: admission.refuseEarly,
    clientOf: openClients(await clientSecret(queues)),
    answers,
    status: (id) => readStatus(sources, id),
    waitsFor: untakenOf,
    following,
    list: (options) => listRequests(sources, options),
    dismissals,
    shelf,
    endings,
    keys: openApiKeys(redis, queues.key('api-keys')),
    adminCache,
    chores: openChores(queues),
    schedules: openSchedules(queues),
    choresWait: async () => {
      const untaken = await presence.untaken(['chore']);
      return untaken.length > 0 ? untakenText(untaken) : undefined;
    },
    storeTroubles: openStoreTroubles(queues, queueing.now),
    versions,
    stopping: stopping.signal,
    queueProblem: readiness.queueProblem,
  });
  opened.defer(() => app.close());
  const url = await listen(app, config);
  const entry = { kind: 'gateway', name: gatewayName, roles: [], version } as const;
  const startedAt = Math.round(performance.timeOrigin);
  opened.adopt(openRoster(queues, queueing.now).announce({ ...entry, startedAt }, onError), close);
  const problem = opennessProblem(config);
  if (problem !== undefined) logger.warn(problem);
  const kept = opened.move();
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
