import { expectFunctionsOf, expectObject, expectText } from '@cellshed/expected';
import type { Cluster, Redis } from 'ioredis';
import { failureReason } from '../stores/redis-connection.ts';
import { StoreError } from '../stores/store.ts';
import type { Drawers } from './drawers.ts';

export interface RedisDrawersOptions {
  /** Used with the limits that it has, and left open. */
  readonly client: Redis | Cluster;
  /**
   * The start of the hashes' names; default `job`. With a tag in braces, all hashes are in one slot
   * of a Redis Cluster.
   */
  readonly prefix?: string;
}

/**
 * KEYS: hash. ARGV: path, bytes, milliseconds to live. One step, so that a writer that is killed
 * leaves no hash that never expires; and a writer with a shorter time to live takes none from the
 * others.
 */
const setField = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1`;

const deletesAtOnce = 1000;

/**
 * Drawers in Redis, each one hash called `<prefix>:<drawer>`: listing and clearing one costs what
 * is in it, whatever else the database has, and all of it is in one slot of a Redis Cluster. Each
 * `set` renews the life of the whole drawer.
 */
export function redisDrawers(options: RedisDrawersOptions): Drawers {
  expectObject('the options of redisDrawers', options);
  const { client, prefix = 'job' } = options;
  expectFunctionsOf('client of redisDrawers', client, ['hgetBuffer', 'eval']);
  expectText('prefix of redisDrawers', prefix);
  const ask = async <T>(command: string, reply: Promise<T>): Promise<T> => {
    try {
      return await reply;
    } catch (cause) {
      const reason = failureReason(client, cause);
      throw new StoreError(`Redis at ${addressOf(client)} did not carry out ${command}: ${reason}`, { cause });
    }
  };
  return {
    drawer: (name) => {
      const hash = `${prefix}:${name}`;
      const paths = async (start: string) =>
        (await ask('HKEYS', client.hkeys(hash))).filter((path) => path.startsWith(start));
      return {
        get: async (path) => (await ask('HGET', client.hgetBuffer(hash, path))) ?? undefined,
        getMany: async (paths) => {
          const found = paths.length === 0 ? [] : await ask('HMGET', client.hmgetBuffer(hash, ...paths));
          return found.map((bytes) => bytes ?? undefined);
        },
        set: async (path, bytes, { ttlMilliseconds, verify }) => {
          const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
          await ask('HSET', client.eval(setField, 1, hash, path, value, Math.ceil(ttlMilliseconds)));
          return !verify || (await ask('HGET', client.hgetBuffer(hash, path)))?.equals(value) === true;
        },
        has: async (path) => (await ask('HEXISTS', client.hexists(hash, path))) === 1,
        delete: async (path) => (await ask('HDEL', client.hdel(hash, path))) === 1,
        paths: async function* (start) {
          yield* await paths(start);
        },
        clear: async (start) => {
          if (start === '') {
            await ask('UNLINK', client.unlink(hash));
            return;
          }
          const going = await paths(start);
          for (let at = 0; at < going.length; at += deletesAtOnce) {
            await ask('HDEL', client.hdel(hash, ...going.slice(at, at + deletesAtOnce)));
          }
        },
      };
    },
  };
}

function addressOf(client: Redis | Cluster): string {
  if (client.isCluster) return 'the nodes of the cluster';
  const { host, port, path } = (client as Redis).options;
  return path ?? `${host}:${port}`;
}
