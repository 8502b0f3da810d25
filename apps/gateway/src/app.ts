import type { Catalog, OpenAreas } from '@catchment/catalog';
import type { Dismissals, Endings, Queues, Request, RequestStatus, Shelf } from '@catchment/jobs';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { AdminCache } from './admin-cache.ts';
import type { GatewayConfig } from './config.ts';
import { resolveArea } from './execution.ts';
import { answerProblems } from './problem.ts';
import { adminRoutes } from './routes/admin.ts';
import { adminCacheRoutes } from './routes/admin-cache.ts';
import { collectionsRoutes } from './routes/collections.ts';
import { healthRoutes } from './routes/health.ts';
import { jobsRoutes } from './routes/jobs.ts';
import { processesRoutes } from './routes/processes.ts';

export interface AppDependencies {
  readonly config: GatewayConfig;
  readonly logger: FastifyBaseLogger;
  readonly catalog: Catalog;
  readonly tables: OpenAreas;
  readonly queues: Queues;
  readonly submit: (id: string, request: Request, drawn?: Uint8Array) => Promise<void>;
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly dismissals: Pick<Dismissals, 'dismiss'>;
  readonly shelf: Shelf;
  readonly endings: Pick<Endings, 'wait'>;
  readonly adminCache: AdminCache;
  readonly queueProblem: () => Promise<string | undefined>;
}

/** Builds the HTTP application; it does not listen yet. */
export async function buildApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, logger, catalog, tables, queues, submit, status, dismissals, shelf, endings } = dependencies;
  const app = Fastify({
    loggerInstance: logger,
    bodyLimit: config.BODY_LIMIT_BYTES,
    logController: new LogController({ disableRequestLogging: true }),
    // What is not known is refused, never dropped in silence.
    ajv: { customOptions: { removeAdditional: false } },
  });
  answerProblems(app);
  await app.register(swagger, {
    openapi: {
      info: { title: 'Catchment', version: '1.0.0', description: 'Counts the cells of rasters inside areas' },
    },
  });
  await app.register(healthRoutes, { queueProblem: dependencies.queueProblem });
  await app.register(processesRoutes, {
    catalog,
    submit,
    status,
    resolveArea: (area) => resolveArea(area, { catalog, tables, vertexLimit: config.AREA_VERTEX_LIMIT }),
    shelf,
    endings,
    waitLimitSeconds: config.WAIT_LIMIT_SECONDS,
  });
  await app.register(jobsRoutes, { status, dismiss: dismissals.dismiss, shelf });
  await app.register(collectionsRoutes, { catalog, tables });
  await app.register(adminRoutes, { queues, user: config.ADMIN_USER, password: config.ADMIN_PASSWORD });
  await app.register(adminCacheRoutes, { cache: dependencies.adminCache, catalog, clock: Date.now });
  app.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  return app;
}
