import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '../server/folder-lock.ts';
import { startInContainer } from './container.ts';
import { findRedisServer } from './find.ts';
import type { PrivateRedis } from './private-redis.ts';
import { startProcess } from './process.ts';

export interface RedisOptions {
  /**
   * Directives of redis.conf, over `save ""`, `appendonly no` and `maxmemory-policy noeviction`.
   */
  readonly config?: Readonly<Record<string, string>>;
  /**
   * The folder in which the server keeps its data, and in which they stay. Default: a new folder,
   * which is removed when the server ends.
   */
  readonly dataDir?: string;
  /** Default: a free one. Give it to bring a server back where clients look for it. */
  readonly port?: number;
  /**
   * The server to run. Default: see `findRedisServer`; where there is none, a container (Docker).
   */
  readonly executable?: string;
  /** The folder for the project's own data. Default: `.catchment` in the repository. */
  readonly projectFolder?: string;
}

/**
 * Starts a Redis (or Valkey) that listens on the loopback address only, and waits until it answers.
 * The server ends with this process, however that ends; it does not keep this process alive. Its
 * log is `redis.log` in the data folder; nothing is printed. Throws when no server can be had or it
 * will not start, or another process uses the data folder.
 */
export async function startRedis(options: RedisOptions = {}): Promise<PrivateRedis> {
  const projectFolder = options.projectFolder ?? join(import.meta.dirname, '../../../../.catchment');
  const executable = options.executable ?? findRedisServer({ path: process.env['PATH'], projectFolder });
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? temporaryFolder(projectFolder);
  mkdirSync(dataDir, { recursive: true });
  const settings = {
    config: { save: '', appendonly: 'no', 'maxmemory-policy': 'noeviction', ...options.config },
    dataDir,
    temporary,
    port: options.port,
  };
  const unlock = temporary ? () => undefined : lockFolder(dataDir);
  try {
    const server = executable ? await startProcess(executable, settings) : await startInContainer(settings);
    return { ...server, stop: () => server.stop().finally(unlock), kill: () => server.kill().finally(unlock) };
  } catch (error) {
    unlock();
    if (temporary) rmSync(dataDir, { recursive: true, force: true });
    throw error;
  }
}

function temporaryFolder(projectFolder: string): string {
  mkdirSync(projectFolder, { recursive: true });
  return mkdtempSync(join(projectFolder, 'redis-data-'));
}
