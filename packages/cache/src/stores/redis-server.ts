import { expectList } from '@cellshed/expected';
import { withoutPassword } from '@cellshed/telling';
import { connectRedis, type RedisConnection } from './redis.ts';

/** The figures that a Redis server gives of itself, since it was started. */
export interface RedisServerFigures {
  readonly usedMemoryBytes: number;
  /** `null`: no limit. */
  readonly maxMemoryBytes: number | null;
  /** The policy at the limit, such as `allkeys-lru`. */
  readonly evictionPolicy: string;
  readonly evictedKeys: number;
  /** Reads of all its users that found something, and that did not. */
  readonly hits: number;
  readonly misses: number;
}

/** A Redis among the stores of a cache. */
export interface RedisServer {
  /** Its URL, without the password. */
  readonly place: string;
  /** Its figures, or the reason why there are none. */
  readonly figures: RedisServerFigures | { readonly problem: string };
}

/**
 * Asks each Redis that is named in URLs as `openStore` takes them, over connections of its own.
 * Other stores are passed over, and so are clusters, which have no such figures as a whole. One
 * that is away is an answer too.
 */
export async function redisServers(
  urls: readonly (string | undefined)[],
  options: Omit<RedisConnection, 'url'> = {},
): Promise<readonly RedisServer[]> {
  expectList('the URLs of redisServers', urls);
  const named = new Set(urls.flatMap((url) => url?.split(/\s*,\s*/) ?? []).filter((url) => /^rediss?:\/\//.test(url)));
  return Promise.all(
    [...named].map(async (url) => ({
      place: withoutPassword(url),
      figures: await figuresOf({ ...options, url }),
    })),
  );
}

async function figuresOf(connection: RedisConnection): Promise<RedisServer['figures']> {
  let reason = '';
  const onError = (error: Error) => {
    reason = error.message;
  };
  const client = await connectRedis({ ...connection, onError });
  try {
    return readFigures(await client.info('memory'), await client.info('stats'));
  } catch (error) {
    // A survey of what the other stores hold is worth having all the same.
    return { problem: `did not say how it is: ${reason || (error as Error).message}` };
  } finally {
    client.disconnect();
  }
}

function readFigures(...infos: readonly string[]): RedisServerFigures {
  const figures = new Map([...infos.join('\n').matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, text]) => [name, text]));
  const number = (name: string) => Number(figures.get(name) ?? 0);
  return {
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory') || null,
    evictionPolicy: figures.get('maxmemory_policy') ?? 'unknown',
    evictedKeys: number('evicted_keys'),
    hits: number('keyspace_hits'),
    misses: number('keyspace_misses'),
  };
}
