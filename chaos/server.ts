import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openProxy, type PrivateRedis, type Proxy, startRedis } from '@cellshed/local-services';
import { Redis } from 'ioredis';
import { until } from '../test/until.ts';

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
  /** Ends the server as a crash would, and has a replica, which has followed it, take its place. */
  failOver(): Promise<void>;
}

export async function openServer(folder: string, config: Readonly<Record<string, string>>): Promise<Server> {
  const copyDir = join(folder, 'copy');
  const placed = (number: number) => {
    const dataDir = join(folder, `data-${number}`);
    return { dataDir, appended: join(dataDir, 'appendonlydir'), config: { appendonly: 'yes', ...config } };
  };
  let [number, place] = [0, placed(0)];
  let server: PrivateRedis = await startRedis(place);
  const [proxy, direct] = [await openProxy(server.port), await openProxy(server.port)];
  const redis = new Redis(direct.port, { maxRetriesPerRequest: null, retryStrategy: () => 100 });
  redis.on('error', () => undefined);
  return {
    proxy,
    redis,
    kill: () => server.kill(),
    start: async (data) => {
      if (data !== 'same') rmSync(place.appended, { recursive: true, force: true });
      if (data === 'copied') cpSync(copyDir, place.appended, { recursive: true });
      server = await startRedis({ ...place, port: server.port });
    },
    copy: () => {
      rmSync(copyDir, { recursive: true, force: true });
      cpSync(place.appended, copyDir, { recursive: true });
    },
    failOver: async () => {
      number += 1;
      const next = placed(number);
      const replica = await startRedis({
        ...next,
        config: { ...next.config, replicaof: `127.0.0.1 ${server.port}` },
      });
      await until(async () => (await redis.wait(1, 1000)) > 0);
      await server.kill();
      [server, place] = [replica, next];
      direct.lead(replica.port);
      await redis.replicaof('NO', 'ONE');
      proxy.lead(replica.port);
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
      await Promise.all([proxy[Symbol.asyncDispose](), direct[Symbol.asyncDispose]()]);
      await server.kill();
    },
  };
}
