import { randomUUID } from 'node:crypto';
import type { ApiKeys } from '@catchment/api-keys';
import { unlimited } from '@catchment/budget';
import type { Catalog, OpenAreas } from '@catchment/catalog';
import type {
  Dismissals,
  Echoes,
  Endings,
  JobListOptions,
  JobListPage,
  Queues,
  RequestStatus,
  Shelf,
  WorkerRole,
} from '@catchment/jobs';
import { unpacked } from '@catchment/jobs';
import type { CurrentVersions } from '@catchment/operations';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { openAttempts } from './access/attempts.ts';
import { guardRoutes, openGuard, securitySchemes } from './access/guard.ts';
import { protectAnswers } from './access/headers.ts';
import { warnOfUntrustedProxy } from './access/untrusted-proxy.ts';
import { logRequests } from './access-log.ts';
import type { AdminCache } from './admin-cache.ts';
import type { GatewayConfig } from './config.ts';
import { echoDescription } from './echo.ts';
import { mostBytesParsed, readJsonBodies } from './json-body.ts';
import { baseUrl } from './links.ts';
import { bodyRoom, limitAnswers, limitRequests } from './load.ts';
import { refuseMethods } from './methods.ts';
import { mendParameters } from './openapi-document.ts';
import { placeAreas } from './place-areas.ts';
import { plainSchema } from './plain-schema.ts';
import { answerProblems, describeProblems } from './problem.ts';
import { type Description, describeMulti, describeProcess, resultOutput } from './process-description.ts';
import type { Reader } from './reading/reader.ts';
import { refusals } from './refusals.ts';
import { adminRoutes } from './routes/admin.ts';
import { adminCacheRoutes } from './routes/admin-cache.ts';
import { collectionsRoutes } from './routes/collections.ts';
import { dropInRoutes } from './routes/drop-in.ts';
import { echoRoutes } from './routes/echo.ts';
import { healthRoutes } from './routes/health.ts';
import { jobsRoutes } from './routes/jobs.ts';
import { landingRoutes } from './routes/landing.ts';
import { processesRoutes } from './routes/processes.ts';
import type { ResultSources } from './routes/results.ts';
import type { Submit } from './submit.ts';
import { validation } from './validators.ts';

export interface AppDependencies {
  readonly config: GatewayConfig;
  readonly logger: FastifyBaseLogger;
  readonly catalog: Catalog;
  readonly tables: OpenAreas;
  readonly queues: Queues;
  readonly reader: Reader;
  readonly submit: Submit;
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly waitsFor: (id: string) => Promise<WorkerRole | undefined>;
  readonly list: (options: JobListOptions) => Promise<JobListPage>;
  readonly dismissals: Pick<Dismissals, 'dismiss'>;
  readonly shelf: Shelf;
  readonly endings: Pick<Endings, 'wait'>;
  /** Undefined: there is no echo process. */
  readonly echoes: Pick<Echoes, 'submit' | 'wait'> | undefined;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly adminCache: AdminCache;
  /** Of what the catalog names: only the admin routes look at rasters. */
  readonly versions: CurrentVersions;
  readonly queueProblem: () => Promise<string | undefined>;
}

/** How long a client may take to send what it asks, and how often that is looked at. */
const timeouts = {
  // For the largest body on a slow line.
  requestTimeout: 120_000,
  http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
};

/** Builds the HTTP application; it does not listen yet. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, logger, catalog, tables, queues, reader, submit, status, dismissals, shelf, endings } = dependencies;
  const app = Fastify({
    loggerInstance: logger,
    // Clients are told under which id the log has what they hear little of.
    genReqId: () => randomUUID(),
    bodyLimit: Math.min(mostBytesParsed, config.BODY_LIMIT_BYTES),
    logController: new LogController({ disableRequestLogging: true }),
    ...timeouts,
    // `/api/` is `/api`: clients join what they are given and what they look for with a slash, or
    // without.
    routerOptions: { ignoreTrailingSlash: true },
    ...(config.TRUST_PROXY !== undefined && { trustProxy: config.TRUST_PROXY }),
    ...refusals,
    ...validation,
  });
  app.server.maxConnections = config.CONNECTION_LIMIT;
  logRequests(app);
  if (config.TRUST_PROXY === undefined) warnOfUntrustedProxy(app);
  await protectAnswers(app, { isOverTls: config.PUBLIC_URL?.startsWith('https:') ?? false });
  limitRequests(app, { requests: config.REQUEST_LIMIT });
  limitAnswers(app, { answerBytes: config.ANSWERS_LIMIT_BYTES });
  answerProblems(app);
  refuseMethods(app);
  const attempts = openAttempts();
  const guard = openGuard({ token: config.ADMIN_TOKEN, keys: dependencies.keys, attempts });
  guardRoutes(app, { guard, required: config.API_KEYS === 'required' });
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
  const { echoes } = dependencies;
  const isEcho = (process: string) => echoes !== undefined && process === echoDescription.id;
  const executing = {
    status,
    shelf,
    outputsOf: outputsBy(isEcho),
    baseOf,
    waitLimitSeconds: config.WAIT_LIMIT_SECONDS,
  };
  await app.register(landingRoutes, { title: catalog.title, description: catalog.description, baseOf });
  await app.register(processesRoutes, {
    ...executing,
    catalog,
    descriptions: describeAll(catalog, echoes !== undefined),
    isSync: (process) => isEcho(process) || config.DEFAULT_EXECUTION === 'sync',
    reader,
    place: (asked) => placeAreas(asked, { catalog, tables, budget: unlimited }),
    submit,
    room,
    bodyLimitBytes: config.BODY_LIMIT_BYTES,
    endings,
  });
  if (echoes) await app.register(echoRoutes, { ...executing, echoes });
  await app.register(jobsRoutes, {
    ...executing,
    list: dependencies.list,
    waitsFor: dependencies.waitsFor,
    dismiss: dismissals.dismiss,
    listedFor: config.JOB_LIST === 'all' ? 'all' : 'operator',
  });
  await app.register(collectionsRoutes, { catalog, features: reader, baseOf });
  await app.register(dropInRoutes, {
    reader,
    room,
    submit,
    status,
    shelf,
    endings,
    dismiss: dismissals.dismiss,
    bodyLimitBytes: config.DROP_IN_BODY_LIMIT_BYTES,
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
    ...{ cache: dependencies.adminCache, versions: dependencies.versions },
    ...{ catalog, admit: guard('admin'), clock: Date.now },
  });
  return app;
}

/** Every process that there is. Throws a sentence when an operation has the name of echo. */
function describeAll(catalog: Catalog, withEcho: boolean): Description[] {
  if (withEcho && catalog.operations.has(echoDescription.id)) {
    throw new Error(
      'ECHO_PROCESS is true, but the catalog has an operation of that name: rename it, or switch echo off',
    );
  }
  const operations = [...catalog.operations.values()].map((operation) => describeProcess(operation, catalog));
  return [...operations, describeMulti(catalog), ...(withEcho ? [echoDescription] : [])];
}

/** An operation lays its one output on the shelf, echo all that it has in one document. */
function outputsBy(isEcho: (process: string) => boolean): ResultSources['outputsOf'] {
  return async ({ operation }, shelved) => {
    if (!isEcho(operation)) return new Map([[resultOutput, shelved]]);
    const text = Buffer.from(await unpacked(shelved)).toString();
    const outputs = Object.entries(JSON.parse(text) as Record<string, unknown>);
    return new Map(
      outputs.map(([id, value]) => [id, { bytes: Buffer.from(JSON.stringify(value)), encoding: undefined }]),
    );
  };
}
