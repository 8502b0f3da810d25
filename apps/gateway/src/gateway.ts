import { loadCatalog, openAreas } from '@catchment/catalog';
import {
  connectFailingFast,
  connectPatiently,
  evictionProblem,
  openComputations,
  openDismissals,
  openEndings,
  openProgress,
  openQueues,
  openShelf,
  readStatus,
  requireRedis,
  submit,
  unavailability,
} from '@catchment/jobs';
import type { FastifyBaseLogger } from 'fastify';
import { buildApp } from './app.ts';
import type { GatewayConfig } from './config.ts';

export interface RunningGateway {
  /** Where it listens. */
  readonly url: string;
  /** Takes no more requests, answers those under way. */
  close(): Promise<void>;
}

/** Starts a gateway: it listens when this resolves. Throws a sentence when the catalog is wrong or Redis not as needed. */
export async function startGateway(config: GatewayConfig, logger: FastifyBaseLogger): Promise<RunningGateway> {
  const catalog = await loadCatalog(config.CATCHMENT_CATALOG);
  const tables = await openAreas(catalog);
  const onError = (error: Error) => logger.warn(`queue Redis: ${error.message}`);
  const redis = connectFailingFast(config.QUEUE_REDIS_URL, onError);
  const blocking = connectPatiently(config.QUEUE_REDIS_URL, onError);
  await requireRedis(redis, config.QUEUE_REDIS_URL);
  const retentionSeconds = config.JOB_RETENTION_SECONDS;
  const queues = openQueues({ redis, prefix: config.QUEUE_PREFIX, retentionSeconds });
  const dismissals = openDismissals(queues, openComputations(queues));
  const sources = { queues, dismissals, progress: openProgress(queues), clock: Date.now };
  const endings = await openEndings(queues, blocking, onError);
  const app = await buildApp({
    config,
    logger,
    catalog,
    tables,
    queues,
    submit: (id, request) => submit(queues, id, request),
    status: (id) => readStatus(sources, id),
    dismissals,
    shelf: openShelf(queues),
    endings,
    queueProblem: () => evictionProblem(redis).catch((error) => unavailability(error) ?? String(error)),
  });
  const url = await app.listen({ host: config.HOST, port: config.PORT });
  return {
    url,
    close: async () => {
      await app.close();
      await endings.close();
      await queues.close();
      redis.disconnect();
      blocking.disconnect();
      await tables.close();
    },
  };
}
