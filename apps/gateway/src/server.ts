import swagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { type Attempts, openAttempts } from './access/attempts.ts';
import { allowOrigins } from './access/cross-origin.ts';
import { type Guard, guardRoutes, openGuard, securitySchemes } from './access/guard.ts';
import { protectAnswers } from './access/headers.ts';
import { limitRates } from './access/request-rates.ts';
import { warnOfUntrustedProxy } from './access/untrusted-proxy.ts';
import type { AppDependencies } from './dependencies.ts';
import { logRequests } from './http/access-log.ts';
import { collectAfterCrowds } from './http/collecting.ts';
import { mostBytesParsed, readJsonBodies } from './http/json-body.ts';
import { measureLateness } from './http/lateness.ts';
import { limitConnections } from './http/listening.ts';
import { type BodyRoom, bodyRoom, limitAnswers, limitRequests, type RefuseLate } from './http/load.ts';
import { refuseMethods } from './http/methods.ts';
import { mendParameters } from './http/openapi-document.ts';
import { plainSchema } from './http/plain-schema.ts';
import { requestIdOf, tellRequestIds } from './http/request-id.ts';
import { endConnections } from './http/stopping.ts';
import { validation } from './http/validators.ts';
import { measureRequests } from './measuring/requests.ts';
import { answerProblems, describeProblems } from './problems/problem.ts';
import { refusals } from './problems/refusals.ts';
import { traceRequests } from './tracing/requests.ts';

/** An application without routes, with all that protects it and them. */
export interface Server {
  readonly app: FastifyInstance;
  readonly attempts: Attempts;
  readonly guard: Guard;
  /** The room for bodies in the memory of this process. */
  readonly room: BodyRoom;
  readonly refuseLate: RefuseLate;
}

/** The time that a client has to send its request, and the interval at which it is checked. */
const timeouts = {
  // Long enough for the largest body on a slow line.
  requestTimeout: 120_000,
  http: { headersTimeout: 20_000, connectionsCheckingInterval: 5_000 },
};

type ServerDependencies = Pick<
  AppDependencies,
  'config' | 'logger' | 'metrics' | 'isTraced' | 'processes' | 'stopping' | 'keys' | 'queues' | 'clientOf'
>;

/** Makes the application. Hooks run in the order in which they are added here. */
export async function openServer(dependencies: ServerDependencies): Promise<Server> {
  const { config, logger, queues, clientOf } = dependencies;
  const app = newApp({ config, logger });
  limitConnections(app, config.CONNECTION_LIMIT);
  collectAfterCrowds(app);
  tellRequestIds(app);
  if (dependencies.isTraced) traceRequests(app);
  logRequests(app);
  measureRequests(app, {
    metrics: dependencies.metrics,
    isOperation: (name) => dependencies.processes.descriptions.has(name),
  });
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
  await describeApi(app);
  return { app, attempts, guard, room, refuseLate };
}

function newApp({ config, logger }: Pick<ServerDependencies, 'config' | 'logger'>): FastifyInstance {
  return Fastify({
    loggerInstance: logger,
    genReqId: requestIdOf,
    bodyLimit: Math.min(mostBytesParsed, config.BODY_LIMIT_BYTES),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    ...timeouts,
    // `/api/` is `/api`: clients join URLs with a slash, or without.
    routerOptions: { ignoreTrailingSlash: true },
    ...(config.TRUST_PROXY !== undefined && { trustProxy: config.TRUST_PROXY }),
    ...refusals,
    ...validation,
  });
}

async function describeApi(app: FastifyInstance): Promise<void> {
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
}
