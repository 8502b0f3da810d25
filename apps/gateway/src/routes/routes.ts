import { resolve } from 'node:path';
import { unlimited } from '@cellshed/budget';
import type { LandingPage } from '@cellshed/client';
import { queueMetrics } from '@cellshed/jobs';
import { executionCounter } from '../access/request-rates.ts';
import type { GatewayConfig } from '../config.ts';
import type { AppDependencies } from '../dependencies.ts';
import { echo } from '../echo/echo.ts';
import { baseUrl } from '../http/links.ts';
import { findAreas } from '../processes/find-areas.ts';
import type { Server } from '../server.ts';
import { adminRoutes } from './admin.ts';
import { adminCacheRoutes } from './admin-cache.ts';
import { apiDocsRoutes } from './api-docs.ts';
import { areaTilesRoutes } from './area-tiles.ts';
import { areasRoutes } from './areas.ts';
import { choresRoutes } from './chores.ts';
import { collectionsRoutes } from './collections.ts';
import { convertRoutes } from './convert.ts';
import { dropInRoutes } from './drop-in.ts';
import { eventsRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { jobsRoutes } from './jobs.ts';
import { landingRoutes } from './landing.ts';
import { metricsRoutes } from './metrics.ts';
import { hasPage, pageRoutes } from './page.ts';
import { processesRoutes } from './processes.ts';
import { rastersRoutes } from './rasters.ts';
import { schedulesRoutes } from './schedules.ts';

/** The map that pages show under areas. */
function baseMapOf({ BASE_MAP_URL: url, BASE_MAP_ATTRIBUTION: attribution }: GatewayConfig): LandingPage['baseMap'] {
  if (url === undefined) return undefined;
  return { url, type: url.includes('{') ? 'tiles' : 'style', ...(attribution !== undefined && { attribution }) };
}

/** Adds all routes of the gateway to an application. */
export async function addRoutes(server: Server, dependencies: AppDependencies): Promise<void> {
  const { app, attempts, guard, room, refuseLate } = server;
  const { config, logger, catalog, tables, queues, reader, submit, status, dismissals, shelf, endings } = dependencies;
  const { clientOf, refuseEarly } = dependencies;
  await app.register(healthRoutes, { queueProblem: dependencies.queueProblem });
  await app.register(metricsRoutes, {
    metricsText: async () => `${await dependencies.metrics.text()}\n${await queueMetrics(queues).catch(() => '')}`,
    ...{ token: config.METRICS_TOKEN, guard },
  });
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
  const { WEB_FOLDER: folder } = config;
  const page =
    folder !== undefined && hasPage(folder) ? { folder: resolve(folder), baseMap: config.BASE_MAP_URL } : undefined;
  if (folder !== undefined && !page) logger.warn(`WEB_FOLDER (${folder}) has no index.html, so / leads to /api`);
  const baseMap = baseMapOf(config);
  const limits = { areaVertices: config.AREA_VERTEX_LIMIT, cells: config.CELL_LIMIT };
  await app.register(landingRoutes, { catalog, baseOf, limits, baseMap, hasPage: page !== undefined });
  if (page) await app.register(pageRoutes, page);
  await app.register(apiDocsRoutes);
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
    place: (asked) => findAreas(asked, { catalog, tables, budget: unlimited, listUnits: reader.units }),
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
    metrics: dependencies.metrics,
  });
  await app.register(convertRoutes, {
    ...{ reader, room, bodyLimitBytes: config.BODY_LIMIT_BYTES, countExecution: asking.countExecution },
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
  await app.register(areaTilesRoutes, { catalog, reader, needsKeys });
  await app.register(rastersRoutes, {
    ...{ catalog, pictures: dependencies.pictures, versions: dependencies.versions, baseOf, needsKeys },
    isForAllSites: config.CORS_ORIGINS === '*',
  });
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
    viewerPassword: config.VIEWER_PASSWORD,
    publicUrl: config.PUBLIC_URL,
    attempts,
  });
  const isOff = config.ADMIN_TOKEN === undefined && !needsKeys;
  const forOperators = {
    ...{ catalog, chores: dependencies.chores, admit: guard('admin'), isOff },
    archives: { folder: config.ARCHIVE_DIR, mostBytes: config.ARCHIVE_LIMIT_BYTES },
  };
  await app.register(choresRoutes, { ...forOperators, choresWait: dependencies.choresWait });
  await app.register(schedulesRoutes, { ...forOperators, schedules: dependencies.schedules });
  await app.register(adminCacheRoutes, {
    ...{
      cache: dependencies.adminCache,
      troubles: dependencies.storeTroubles.list,
      versions: dependencies.versions,
      reader,
    },
    ...{ catalog, admit: guard('admin'), clock: Date.now },
  });
}
