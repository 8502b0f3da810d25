import { dirname } from 'node:path';
import { openApiKeys } from '@catchment/api-keys';
import { openStore } from '@catchment/cache';
import { loadCatalog, openAreas } from '@catchment/catalog';
import {
  connectFailingFast,
  connectPatiently,
  evictionProblem,
  listRequests,
  openComputations,
  openDismissals,
  openEchoes,
  openEndings,
  openProgress,
  openQueues,
  openScratch,
  openShelf,
  readStatus,
  requireRedis,
  seldom,
  unavailability,
  waitsFor,
} from '@catchment/jobs';
import { openCurrentVersions } from '@catchment/operations';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { opennessProblem } from './access/guard.ts';
import { openAdminCache } from './admin-cache.ts';
import { buildApp } from './app.ts';
import type { GatewayConfig } from './config.ts';
import { openReader } from './reading/reader.ts';
import { submitter } from './submit.ts';

export interface RunningGateway {
  /** Where it listens. */
  readonly url: string;
  /**
   * Takes no more requests, answers those under way: within SHUTDOWN_GRACE_SECONDS, and within a
   * second while the queues' Redis is away.
   */
  close(): Promise<void>;
}

/**
 * Starts a gateway: it listens when this resolves. Throws a sentence when the catalog is wrong,
 * Redis not as needed or the port taken; nothing is left open then.
 */
export async function startGateway(config: GatewayConfig, logger: FastifyBaseLogger): Promise<RunningGateway> {
  await using opened = new AsyncDisposableStack();
  const catalog = await loadCatalog(config.CATCHMENT_CATALOG);
  const tables = opened.adopt(await openAreas(catalog), close);
  for (const note of tables.notes) logger.warn(note);
  const onError = seldom((error) => logger.warn(`queue Redis: ${error.message}`));
  const redis = opened.adopt(connectFailingFast(config.QUEUE_REDIS_URL, onError), disconnect);
  const blocking = opened.adopt(connectPatiently(config.QUEUE_REDIS_URL, onError), disconnect);
  await requireRedis(redis, config.QUEUE_REDIS_URL);
  const retentionSeconds = config.JOB_RETENTION_SECONDS;
  const queues = opened.adopt(openQueues({ redis, prefix: config.QUEUE_PREFIX, retentionSeconds }), close);
  const dismissals = openDismissals(queues, openComputations(queues));
  const shelf = openShelf(queues, { mostBytes: config.SHELF_LIMIT_BYTES });
  const caching = {
    base: dirname(config.CATCHMENT_CATALOG),
    timeoutMilliseconds: config.CACHE_TIMEOUT_SECONDS * 1000,
    onError: (error: Error) => logger.warn(`job cache: ${error.message}`),
  };
  const jobStore = config.JOB_CACHE_URL && opened.adopt(await openStore(config.JOB_CACHE_URL, caching), close);
  const scratch = openScratch(queues, jobStore || undefined);
  const endings = opened.adopt(await openEndings(queues, { redis: blocking, onError }), close);
  const echoing = { shelf, redis: blocking, onError };
  const echoes = config.ECHO_PROCESS ? opened.adopt(await openEchoes(queues, echoing), close) : undefined;
  const sources = { queues, echoes, dismissals, progress: openProgress(queues), clock: Date.now };
  const onCacheError = (error: Error) =>
    logger.warn(`cache Redis (only the admin routes use it here): ${error.message}`);
  const adminCache = opened.adopt(await openAdminCache(config, onCacheError), close);
  const versions = opened.adopt(openCurrentVersions(catalog, { tables }), close);
  const reader = opened.adopt(
    openReader({
      catalog,
      vertexLimit: config.AREA_VERTEX_LIMIT,
      requestVertexLimit: config.REQUEST_VERTEX_LIMIT,
      memberLimit: config.MULTI_LIMIT,
    }),
    close,
  );
  const app = await buildApp({
    config,
    logger,
    catalog,
    tables,
    queues,
    reader,
    submit: submitter(queues, scratch),
    status: (id) => readStatus(sources, id),
    waitsFor: (id) => waitsFor(queues, id),
    list: (options) => listRequests(sources, options),
    dismissals,
    shelf,
    endings,
    echoes,
    keys: openApiKeys(redis, queues.key('api-keys')),
    adminCache,
    versions,
    queueProblem: () =>
      evictionProblem(redis).catch((error: Error) => {
        onError(error);
        return unavailability(error) ?? 'the queue does not answer as it should';
      }),
  });
  opened.defer(() => app.close());
  const url = await listen(app, config);
  const problem = opennessProblem(config);
  if (problem !== undefined) logger.warn(problem);
  const kept = opened.move();
  return {
    url,
    close: async () => {
      const isAway = redis.status !== 'ready';
      // Who waits for a result would wait in vain.
      if (isAway) await endings.close();
      const late = setTimeout(
        () => app.server.closeAllConnections(),
        isAway ? 1000 : 1000 * config.SHUTDOWN_GRACE_SECONDS,
      );
      await kept.disposeAsync();
      clearTimeout(late);
    },
  };
}

async function listen(app: FastifyInstance, { HOST, PORT }: GatewayConfig): Promise<string> {
  try {
    return await app.listen({ host: HOST, port: PORT });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'the port is in use; take another with --port' : message;
    throw new Error(`the gateway cannot listen on ${HOST}:${PORT} (HOST, PORT): ${reason}`, { cause });
  }
}

async function close(one: { close(): Promise<void> }): Promise<void> {
  await one.close();
}

async function disconnect(one: { disconnect(): void }): Promise<void> {
  one.disconnect();
}
