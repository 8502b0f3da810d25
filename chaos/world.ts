import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSmallDisk, type SmallDisk } from '../test/small-disk.ts';
import { adminToken } from './clients.ts';
import { type Members, startMembers } from './processes.ts';
import { openRasters, type Rasters, writeCatalog } from './rasters.ts';
import type { Report } from './report.ts';
import { openServer, type Server } from './server.ts';

/** Everything that runs, and that a fault can befall. */
export interface World extends AsyncDisposable {
  readonly members: Members;
  readonly queue: Server;
  readonly cache: Server;
  readonly rasters: Rasters;
  readonly env: NodeJS.ProcessEnv;
  /** The disk of the durable layer. */
  readonly disk: SmallDisk;
}

export const lockSeconds = 3;
const retentionSeconds = 120;

export async function openWorld(report: Report): Promise<World> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'catchment-chaos-'));
  opened.defer(async () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['queue', 'cache']) mkdirSync(join(folder, name));
  const disk = opened.adopt(openSmallDisk(64), async (one) => one.close());
  const rasters = opened.use(await openRasters(folder));
  writeCatalog(folder, rasters.web);
  const queue = opened.use(await openServer(join(folder, 'queue'), {}));
  const cache = opened.use(await openServer(join(folder, 'cache'), { 'maxmemory-policy': 'allkeys-lru' }));
  const env = {
    QUEUE_REDIS_URL: urlOf(queue),
    CACHE_URL: `${urlOf(cache)},file:${disk.folder}`,
    CATCHMENT_CATALOG: join(folder, 'catalog.yaml'),
    PORT: '0',
    ADMIN_TOKEN: adminToken,
    CACHE_TIMEOUT_SECONDS: '1',
    COUNT_THREADS: '1',
    // Else a raster worker keeps what it has read, and its memory tells nothing.
    TILE_CACHE_BYTES: '16777216',
    TILES_PER_JOB: '16',
    JOB_LOCK_SECONDS: String(lockSeconds),
    JOB_RETENTION_SECONDS: String(retentionSeconds),
    SHUTDOWN_GRACE_SECONDS: '2',
    REFRESH_TIMEOUT_SECONDS: '5',
    RECHECK_SECONDS: '0',
    CLIENT_CELLS_PER_HOUR: '0',
  };
  const members = opened.use(await startMembers(env, report));
  const kept = opened.move();
  const close = () => kept.disposeAsync();
  return { members, queue, cache, rasters, env, disk, [Symbol.asyncDispose]: close };
}

/** The URL of a Redis, by way of its proxy. */
function urlOf({ proxy }: Server): string {
  return `redis://127.0.0.1:${proxy.port}`;
}
