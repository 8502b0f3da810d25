import { dirname } from 'node:path';
import { openApiKeys } from '@cellshed/api-keys';
import { openStore, redisServers, requireAccess } from '@cellshed/cache';
import { type Catalog, loadCatalog, openAreas } from '@cellshed/catalog';
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
  openSchedules,
  openScratch,
  openShelf,
  openStoreTroubles,
  openWaiting,
  openWaitsFor,
  type Queueing,
  readStatus,
  seldom,
  untakenText,
} from '@cellshed/jobs';
import { alsoTelling, type Metrics } from '@cellshed/metrics';
import { openIdentifier } from '@cellshed/operations';
import type { Traces } from '@cellshed/traces';
import type { FastifyBaseLogger } from 'fastify';
import { openAdmission } from './access/admission.ts';
import { openClients } from './access/client.ts';
import { openAdminCache } from './admin/admin-cache.ts';
import { openAnswerCache } from './answers/answer-cache.ts';
import { openCachedAnswers } from './answers/cached-answers.ts';
import type { GatewayConfig } from './config.ts';
import type { AppDependencies } from './dependencies.ts';
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

/** The surroundings of a gateway: its log, the metrics and traces of its process, its end. */
interface Given extends Pick<Traces, 'telemetry'> {
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly stopping: AbortSignal;
}

type Opened = AsyncDisposableStack;

/** The parts of a gateway, those of its application among them. */
export interface Parts extends AppDependencies {
  readonly endings: Awaited<ReturnType<typeof openEndings>>;
  /** The time as the queues' Redis has it. */
  readonly now: () => number;
}

/** Opens all parts of a gateway. Throws a sentence if the catalog is wrong, or Redis unfit. */
export async function openParts(config: GatewayConfig, given: Given, opened: Opened): Promise<Parts> {
  const { logger, metrics, telemetry, stopping } = given;
  const catalog = await loadCatalog(config.CATCHMENT_CATALOG);
  const reading = await openReading(config, { catalog, logger }, opened);
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
  const { queues, patient, onError, now } = queueing;
  const jobs = await openJobs(config, { ...given, queueing, catalog }, opened);
  const answering = await openAnswering(config, { ...given, queueing, catalog, tables: reading.tables }, opened);
  const ended = opened.adopt(openEndedRequests(queues, now, onError), close);
  const readiness = openReadiness({ queueing, presence: jobs.presence, isStopping: () => stopping.aborted });
  opened.defer(readiness.observe(metrics));
  return {
    ...{ config, logger, catalog, queues, stopping, now },
    ...{ ...jobs, ...answering },
    isTraced: telemetry !== undefined,
    metrics: alsoTelling(metrics, 'catchment_requests_total', ({ outcome }) => ended.add(outcome)),
    patientRedis: patient,
    onQueueError: onError,
    tables: reading.tables,
    reader: reading.readerWith(jobs.shelf.getDrawn),
    pictures: opened.adopt(openPictures({ catalog, recheckMilliseconds: 1000 * config.RECHECK_SECONDS }), close),
    keys: openApiKeys(queues.redis, queues.key('api-keys')),
    queueProblem: readiness.queueProblem,
  };
}

/** Opens the area tables, and the threads that read what clients send. */
async function openReading(
  config: GatewayConfig,
  { catalog, logger }: Pick<Given, 'logger'> & { readonly catalog: Catalog },
  opened: Opened,
) {
  const settings = {
    catalog,
    vertexLimit: config.AREA_VERTEX_LIMIT,
    requestVertexLimit: config.REQUEST_VERTEX_LIMIT,
    memberLimit: config.MULTI_LIMIT,
  };
  const threads = opened.adopt(openThreads(settings), (those) => those.destroy());
  const tables = opened.adopt(await openAreas(catalog, { reopen: reopeningBy(threads) }), close);
  for (const note of tables.notes) logger.warn(note);
  return {
    tables,
    readerWith: (drawnArea: Parameters<typeof openReader>[2]['drawnArea']) =>
      openReader(settings, threads, { catalog, tables, drawnArea }),
  };
}

interface OnQueues extends Given {
  readonly queueing: Queueing;
  readonly catalog: Catalog;
}

/** Opens what begins, follows and ends jobs. */
async function openJobs(config: GatewayConfig, { queueing, catalog, logger, metrics }: OnQueues, opened: Opened) {
  const { queues, patient, onError, now } = queueing;
  const requests = openRequests(queues);
  const dismissals = openDismissals(queues, { computations: openComputations(queues), requests });
  const storing = {
    base: dirname(config.CATCHMENT_CATALOG),
    timeoutMilliseconds: config.CACHE_TIMEOUT_SECONDS * 1000,
    onError: (error: Error) => logger.warn(`job cache: ${error.message}`),
  };
  const jobStore = config.JOB_CACHE_URL && opened.adopt(await openStore(config.JOB_CACHE_URL, storing), close);
  const scratch = openScratch(queues, jobStore || undefined);
  const endings = opened.adopt(await openEndings(queues, { redis: patient, onError }), close);
  const processes = openProcesses(catalog);
  const older = opened.adopt(olderRequests(queues), close);
  const sources = {
    ...{ queues, dismissals, looks: openLooks(queues), requests, progress: openProgress(queues) },
    clock: now,
    otherRequests: () => [...processes.queues, older],
  };
  const presence = openPresence(queues);
  opened.defer(observeQueues(metrics, { queues, presence, clock: now }));
  const waitsFor = openWaitsFor({ queues, presence });
  const following = openFollowing({
    ...{ queues, clock: now, onEnded: endings.onEnded, onError },
    otherRequests: sources.otherRequests,
    read: async (id) => {
      const status = await readStatus(sources, id);
      return status && { status, waitsFor: mayWait(status, now()) ? await waitsFor(status) : undefined };
    },
  });
  opened.defer(async () => following.close());
  const warn = (message: string) => logger.warn(message);
  const admission = openAdmission({ waiting: openWaiting(queues), limits: config, warn });
  return {
    ...{ dismissals, endings, processes, presence, waitsFor, following },
    shelf: openShelf(queues, { mostBytes: config.SHELF_LIMIT_BYTES }),
    submit: submitter({ queues, scratch, admission }),
    refuseEarly: admission.refuseEarly,
    clientOf: openClients(await clientSecret(queues)),
    status: (id: string) => readStatus(sources, id),
    list: (options: Parameters<AppDependencies['list']>[0]) => listRequests(sources, options),
    chores: openChores(queues),
    schedules: openSchedules(queues),
    choresWait: async () => {
      const untaken = await presence.untaken(['chore']);
      return untaken.length > 0 ? untakenText(untaken) : undefined;
    },
    storeTroubles: openStoreTroubles(queues, now),
  };
}

/** Opens what answers from the cache, and tells what it has. */
async function openAnswering(
  config: GatewayConfig,
  { queueing, catalog, tables, logger, metrics }: OnQueues & Pick<AppDependencies, 'tables'>,
  opened: Opened,
) {
  const { queues, onError } = queueing;
  const { CACHE_URL, DRAWN_CACHE_URL } = config;
  const warnSeldom = seldom((error) => logger.warn(error.message));
  const onCacheError = (error: Error) => warnSeldom(new Error(`cache: ${error.message}`));
  const adminCache = opened.adopt(await openAdminCache(config, onCacheError), close);
  opened.defer(observeRedis(metrics, { queues, servers: () => redisServers([CACHE_URL, DRAWN_CACHE_URL]) }));
  const recheckMilliseconds = 1000 * config.RECHECK_SECONDS;
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
  return { adminCache, versions, answers };
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}
