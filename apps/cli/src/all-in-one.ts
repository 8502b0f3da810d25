import { readConfig as readGatewayConfig, startGateway } from '@catchment/gateway';
import { type PrivateRedis, startRedis } from '@catchment/local-redis';
import { readConfig as readWorkerConfig, roles, startWorker } from '@catchment/worker';
import type { Logger } from 'pino';

type Environment = Readonly<Record<string, string | undefined>>;

export interface AllInOne {
  /** Where the gateway listens. */
  readonly url: string;
  close(): Promise<void>;
}

export interface AllInOneOptions {
  readonly env: Environment;
  readonly log: Logger;
  /** Where a private Redis keeps the queues, when QUEUE_REDIS_URL names none; without it they end with the process. */
  readonly dataDir?: string;
  /** Where results are kept, when CACHE_URL does not say. */
  readonly cacheUrl: string;
}

/** Gateway and worker in this process, and a private Redis where the environment names none. */
export async function startAllInOne({ env, log, dataDir, cacheUrl }: AllInOneOptions): Promise<AllInOne> {
  const redis = env.QUEUE_REDIS_URL ? undefined : await privateRedis(dataDir);
  try {
    const complete = {
      ...env,
      QUEUE_REDIS_URL: env.QUEUE_REDIS_URL || redis?.url,
      CACHE_URL: env.CACHE_URL || cacheUrl,
    };
    const worker = await startWorker(readWorkerConfig(complete), roles, log);
    const gateway = await startGateway(readGatewayConfig(complete), log);
    return {
      url: gateway.url,
      close: async () => {
        await gateway.close();
        await worker.close();
        await redis?.stop();
      },
    };
  } catch (error) {
    await redis?.stop();
    throw error;
  }
}

function privateRedis(dataDir: string | undefined): Promise<PrivateRedis> {
  return startRedis(dataDir === undefined ? {} : { dataDir, config: { appendonly: 'yes' } });
}
