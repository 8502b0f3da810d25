import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openProxy, type PrivateRedis, type Proxy, startRedis } from '@catchment/local-services';
import { Redis } from 'ioredis';

/** A Redis that is killed and comes back, behind a proxy. */
export interface Server extends AsyncDisposable {
  readonly proxy: Proxy;
  /** A connection beside the proxy. */
  readonly redis: Redis;
  /** Ends the server as a crash would. */
  kill(): Promise<void>;
  /** Starts it again with its data, without any, or with those that `copy` has kept. */
  start(data: 'same' | 'none' | 'copied'): Promise<void>;
  /** Keeps the data of now. */
  copy(): void;
}

export async function openServer(folder: string, config: Readonly<Record<string, string>>): Promise<Server> {
  const [dataDir, copyDir] = [join(folder, 'data'), join(folder, 'copy')];
  const options = { dataDir, config: { appendonly: 'yes', ...config } };
  let server: PrivateRedis = await startRedis(options);
  const { port, url } = server;
  const proxy = await openProxy(port);
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  redis.on('error', () => undefined);
  return {
    proxy,
    redis,
    kill: () => server.kill(),
    start: async (data) => {
      if (data !== 'same') rmSync(join(dataDir, 'appendonlydir'), { recursive: true, force: true });
      if (data === 'copied') cpSync(copyDir, join(dataDir, 'appendonlydir'), { recursive: true });
      server = await startRedis({ ...options, port });
    },
    copy: () => {
      rmSync(copyDir, { recursive: true, force: true });
      cpSync(join(dataDir, 'appendonlydir'), copyDir, { recursive: true });
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await proxy[Symbol.asyncDispose]();
      await server.kill();
    },
  };
}
