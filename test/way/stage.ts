import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { gatewayReady, type Place, type Running, startCatchment, workerReady } from '../processes.ts';
import { values, writeLocal, writeTables } from './areas.ts';
import { serveRaster, type WebRaster } from './web-raster.ts';

/** Gateways and workers of the checkout under test, with a Redis each for queues and cache. */
export interface Stage extends AsyncDisposable {
  readonly folder: string;
  readonly queue: PrivateRedis;
  /** Connections to the Redis of the queues and of the cache. */
  readonly redis: Redis;
  readonly cache: Redis;
  readonly env: NodeJS.ProcessEnv;
  readonly gateways: readonly Running[];
  /** The raster of the operation `web`. */
  readonly web: WebRaster;
  /** Starts a worker with these roles, or with all. */
  worker(roles?: string, env?: NodeJS.ProcessEnv, place?: Place): Promise<Running>;
  /** Ends a worker. Default: as a crash would. */
  end(worker: Running, signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends all workers as a crash would. */
  endWorkers(): Promise<void>;
  /** Ends all workers, and has queues, cache and rasters be as they were at first. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly gateways?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/** Prepares everything but workers. */
export async function openStage({ gateways: count = 1, env: own = {} }: StageOptions = {}): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-way-'));
  const web = await serveRaster(values.web);
  writeLocal(folder, values.local);
  writeTables(folder);
  writeFileSync(
    join(folder, 'catalog.yaml'),
    `rasters: { web: { url: "${web.url}" }, local: { url: local.tif } }
operations:
  web: { type: groupedCount, rasters: [web] }
  local: { type: groupedCount, rasters: [local] }
  brief: { type: groupedCount, rasters: [web], lifetime: 1s }
areas:
  squares: { source: squares.geojson, id: id }
  big: { source: big.geojson, id: id }
`,
  );
  const [queue, cacheServer] = await Promise.all([startRedis(), startRedis()]);
  const [redis, cache] = [new Redis(queue.url), new Redis(cacheServer.url)];
  const env = {
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cacheServer.url,
    CATCHMENT_CATALOG: join(folder, 'catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
    TILES_PER_JOB: '16',
    // No worker that is late is taken for dead: suites that kill workers set their own.
    JOB_LOCK_SECONDS: '3600',
    RECHECK_SECONDS: '0',
    // Each tile is read from its server.
    TILE_CACHE_BYTES: '0',
    JOB_LIST: 'all',
    SHUTDOWN_GRACE_SECONDS: '3600',
    CLIENT_CELLS_PER_HOUR: '0',
    ...own,
  };
  const gateways = await Promise.all(
    Array.from({ length: count }, () => startCatchment(['gateway'], env, gatewayReady)),
  );
  const workers = new Set<Running>();
  const end = async (worker: Running, signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL') => {
    workers.delete(worker);
    await worker.stop(signal);
  };
  const endWorkers = async () => {
    await Promise.all([...workers].map((worker) => end(worker)));
  };
  const close = async () => {
    web.release();
    await endWorkers();
    await Promise.all(gateways.map((gateway) => gateway.stop('SIGKILL')));
    redis.disconnect();
    cache.disconnect();
    await Promise.all([queue.stop(), cacheServer.stop(), web[Symbol.asyncDispose]()]);
    rmSync(folder, { recursive: true });
  };
  return {
    folder,
    queue,
    redis,
    cache,
    env,
    gateways,
    web,
    worker: async (roles = 'start,finish,count', more = {}, place = {}) => {
      const worker = await startCatchment(['worker', '--roles', roles], { ...env, ...more }, workerReady, place);
      workers.add(worker);
      return worker;
    },
    end,
    endWorkers,
    reset: async () => {
      web.release();
      web.mend();
      web.replaceAlways(false);
      await endWorkers();
      web.replace(values.web);
      writeLocal(folder, values.local);
      await Promise.all([redis.flushall(), cache.flushall()]);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
