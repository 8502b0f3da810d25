import { randomUUID } from 'node:crypto';
import type { ApiKeys } from '@catchment/api-keys';
import { unlimited } from '@catchment/budget';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import type {
  Dismissals,
  Endings,
  Following,
  JobListOptions,
  JobListPage,
  Queues,
  RequestStatus,
  Shelf,
  StoreTroubles,
  Untaken,
} from '@catchment/jobs';
import type { CurrentVersions } from '@catchment/operations';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { Admission } from './access/admission.ts';
import { openAttempts } from './access/attempts.ts';
import type { ClientOf } from './access/client.ts';
import { allowOrigins } from './access/cross-origin.ts';
import { guardRoutes, openGuard, securitySchemes } from './access/guard.ts';
import { protectAnswers } from './access/headers.ts';
import { executionCounter, limitRates } from './access/request-rates.ts';
import { warnOfUntrustedProxy } from './access/untrusted-proxy.ts';
import type { AdminCache } from './admin/admin-cache.ts';
import type { CachedAnswers } from './answers/cached-answers.ts';
import type { GatewayConfig } from './config.ts';
import { echo } from './echo/echo.ts';
import { logRequests } from './http/access-log.ts';
import { collectAfterCrowds } from './http/collecting.ts';
import { mostBytesParsed, readJsonBodies } from './http/json-body.ts';
import { measureLateness } from './http/lateness.ts';
import { baseUrl } from './http/links.ts';
import { limitConnections } from './http/listening.ts';
import { bodyRoom, limitAnswers, limitRequests } from './http/load.ts';
import { refuseMethods } from './http/methods.ts';
import { mendParameters } from './http/openapi-document.ts';
import { plainSchema } from './http/plain-schema.ts';
import { endConnections } from './http/stopping.ts';
import { validation } from './http/validators.ts';
import { answerProblems, describeProblems } from './problems/problem.ts';
import { refusals } from './problems/refusals.ts';
import { findAreas } from './processes/find-areas.ts';
import type { Processes } from './processes/processes.ts';
import type { Submit } from './processes/submit.ts';
import type { Reader } from './reading/reader.ts';
import { adminRoutes } from './routes/admin.ts';
import { adminCacheRoutes } from './routes/admin-cache.ts';
import { areasRoutes } from './routes/areas.ts';
import { collectionsRoutes } from './routes/collections.ts';
import { dropInRoutes } from './routes/drop-in.ts';
import { eventsRoutes, type Told } from './routes/events.ts';
import { healthRoutes } from './routes/health.ts';
import { jobsRoutes } from './routes/jobs.ts';
import { landingRoutes } from './routes/landing.ts';
import { processesRoutes } from './routes/processes.ts';

export interface AppDependencies {
  readonly config: GatewayConfig;
  readonly logger: FastifyBaseLogger;
  readonly catalog: Catalog;
  readonly tables: OpenAreas;
  readonly queues: Queues;
  /** A connection for workers, which waits while Redis is away. */
  readonly patientRedis: Queues['redis'];
  readonly onQueueError: (error: Error) => void;
  readonly processes: Processes;
  readonly reader: Reader;
  readonly submit: Submit;
  readonly refuseEarly: Admission['refuseEarly'];
  readonly clientOf: ClientOf;
  /** The cached results of well-known areas. */
  readonly answers: CachedAnswers;
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly waitsFor: (status: RequestStatus) => Promise<Untaken | undefined>;
  readonly list: (options: JobListOptions) => Promise<JobListPage>;
  readonly following: Pick<Following<Told>, 'follow'>;
  readonly dismissals: Pick<Dismissals, 'dismiss'>;
  readonly shelf: Shelf;
  readonly endings: Pick<Endings, 'wait'>;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly adminCache: AdminCache;
  readonly storeTroubles: Pick<StoreTroubles, 'list'>;
  /** The current versions of what the catalog names. */
  readonly versions: CurrentVersions;
  readonly queueProblem: () => Promise<string | undefined>;
  /** Aborted when the gateway begins to stop. */
  readonly stopping: AbortSignal;
}

/** The time that a client has to send its request, and the interval at which it is checked. */
const timeouts = {
  // Long enough for the largest body on a slow line.
  requestTimeout: 120_000,
  http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
};

/** Builds the HTTP application, which does not listen yet. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, logger, catalog, tables, queues, reader, submit, status, dismissals, shelf, endings } = dependencies;
  const { clientOf, refuseEarly } = dependencies;
  await using opened = new AsyncDisposableStack();
  const app = opened.use(
    Fastify({
      loggerInstance: logger,
      // Clients are given the id of the log's lines when the answer says little.
      genReqId: () => randomUUID(),
      bodyLimit: Math.min(mostBytesParsed, config.BODY_LIMIT_BYTES),
      logController: new LogController({ disableRequestLogging: true }),
      ...timeouts,
      // `/api/` is `/api`: clients join URLs with a slash, or without.
      routerOptions: { ignoreTrailingSlash: true },
      ...(config.TRUST_PROXY !== undefined && { trustProxy: config.TRUST_PROXY }),
      ...refusals,
      ...validation,
    }),
  );
  limitConnections(app, config.CONNECTION_LIMIT);
  collectAfterCrowds(app);
  logRequests(app);
  endConnections(app, dependencies.stopping);
  if (config.TRUST_PROXY === undefined) warnOfUntrustedProxy(app);
  protectAnswers(app, { isOverTls: config.PUBLIC_URL?.startsWith('https:') ?? false });
  await allowOrigins(app, config.CORS_ORIGINS);
  const refuseLate = limitRequests(app, {
    ...{ requests: config.REQUEST_LIMIT, lateMilliseconds: config.LATENESS_LIMIT_MILLISECONDS },
    lateness: measureLateness(app),
  });
  limitAnswers(app, { answerBytes: config.ANSWERS_LIMIT_BYTES });
  answerProblems(app);
  refuseMethods(app);
  const attempts = openAttempts();
  const guard = openGuard({ token: config.ADMIN_TOKEN, keys: dependencies.keys, attempts });
  guardRoutes(app, { guard, required: config.API_KEYS === 'required' });
  await limitRates(app, { queues, clientOf });
  describeProblems(app);
  const room = bodyRoom(app, { bodyBytes: config.BODIES_LIMIT_BYTES });
  readJsonBodies(app, room);
  await app.register(swagger, {
    openapi: {
      info: { title: 'Catchment', version: '1.0.0', description: 'Counts the cells of rasters inside areas' },
      components: { securitySchemes },
    },
    // Bodies are described deeper than the framework translates.
    transform: ({ schema, url }) => ({
      schema: { ...schema, ...(schema?.body ? { body: plainSchema(schema.body) } : {}) },
      url,
    }),
    transformObject: (described) =>
      'openapiObject' in described ? mendParameters(described.openapiObject) : described.swaggerObject,
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `schema-${index}`) },
  });
  await app.register(healthRoutes, { queueProblem: dependencies.queueProblem });
  const baseOf = baseUrl({
    publicUrl: config.PUBLIC_URL,
    allowedHosts: config.ALLOWED_HOSTS,
    onUnknown: (host) =>
      logger.warn(
        `requests name a host that is not known here (${host}): links in answers begin with their path; set PUBLIC_URL or ALLOWED_HOSTS for whole ones`,
      ),
  });
  const { processes, patientRedis: redis, onQueueError: onError } = dependencies;
  const executing = {
    status,
    shelf,
    outputsOf: processes.outputsOf,
    reader,
    hasDocuments: (process: string) => !processes.isOwn(process),
    baseOf,
    waitLimitSeconds: config.WAIT_LIMIT_SECONDS,
  };
  await app.register(landingRoutes, { catalog, baseOf });
  const isSync = (process: string) => processes.isOwn(process) || config.DEFAULT_EXECUTION === 'sync';
  const asking = {
    ...{ submit, clientOf, endings, isSync, countExecution: executionCounter(app, config.CLIENT_REQUESTS_PER_MINUTE) },
  };
  await app.register(processesRoutes, {
    ...executing,
    ...asking,
    catalog,
    descriptions: processes.descriptions,
    reader,
    place: (asked) => findAreas(asked, { catalog, tables, budget: unlimited }),
    refuseEarly,
    room,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
  });
  const needsKeys = config.API_KEYS === 'required';
  await app.register(areasRoutes, {
    ...executing,
    ...asking,
    catalog,
    answers: dependencies.answers,
    needsKeys,
    refuseLate,
  });
  if (config.ECHO_PROCESS) await app.register(echo, { ...executing, processes, queues, redis, onError });
  await app.register(jobsRoutes, {
    ...executing,
    list: dependencies.list,
    waitsFor: dependencies.waitsFor,
    dismiss: dismissals.dismiss,
    listedFor: config.JOB_LIST === 'all' ? 'all' : 'operator',
  });
  const { following, stopping } = dependencies;
  await app.register(eventsRoutes, { following, stopping, baseOf, most: config.EVENTS_LIMIT });
  await app.register(collectionsRoutes, { catalog, reader, answers: dependencies.answers, baseOf, needsKeys });
  await app.register(dropInRoutes, {
    reader,
    room,
    submit,
    refuseEarly,
    clientOf,
    status,
    shelf,
    endings,
    dismiss: dismissals.dismiss,
    bodyLimitBytes: config.DROP_IN_BODY_LIMIT_BYTES,
    mostPerMinute: config.DROP_IN_REQUESTS_PER_MINUTE,
    waitSeconds: config.DROP_IN_WAIT_SECONDS,
  });
  await app.register(adminRoutes, {
    queues,
    user: config.ADMIN_USER,
    password: config.ADMIN_PASSWORD,
    publicUrl: config.PUBLIC_URL,
    attempts,
  });
  await app.register(adminCacheRoutes, {
    ...{
      cache: dependencies.adminCache,
      troubles: dependencies.storeTroubles.list,
      versions: dependencies.versions,
      reader,
    },
    ...{ catalog, admit: guard('admin'), clock: Date.now },
  });
  opened.move();
  return app;
}
