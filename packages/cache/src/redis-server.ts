import { StoreError } from './store.ts';
import { connectRedis, type RedisConnection } from './stores/redis.ts';

/** What a Redis server says of itself, since it was started. */
export interface RedisServerFigures {
  readonly usedMemoryBytes: number;
  /** `null`: no limit. */
  readonly maxMemoryBytes: number | null;
  /** What it does at the limit, such as `allkeys-lru`. */
  readonly evictionPolicy: string;
  readonly evictedKeys: number;
  /** Reads of all its users that found something, and that did not. */
  readonly hits: number;
  readonly misses: number;
}

/** Asks the server, over a connection of its own. Rejects with a `StoreError` when it is away or does not say. */
export async function redisServerFigures(connection: RedisConnection): Promise<RedisServerFigures> {
  const client = await connectRedis(connection);
  try {
    const [memory, stats] = await Promise.all([client.info('memory'), client.info('stats')]);
    const figures = new Map(
      [...`${memory}\n${stats}`.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, text]) => [name, text]),
    );
    const number = (name: string) => Number(figures.get(name) ?? 0);
    return {
      usedMemoryBytes: number('used_memory'),
      maxMemoryBytes: number('maxmemory') || null,
      evictionPolicy: figures.get('maxmemory_policy') ?? 'unknown',
      evictedKeys: number('evicted_keys'),
      hits: number('keyspace_hits'),
      misses: number('keyspace_misses'),
    };
  } catch (cause) {
    const { host, port, path } = client.options;
    throw new StoreError(`Redis at ${path ?? `${host}:${port}`} did not carry out INFO: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    client.disconnect();
  }
}
