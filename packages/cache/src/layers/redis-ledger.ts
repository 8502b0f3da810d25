import { expectAtLeast, expectFunctionsOf, expectObject, expectText } from '@cellshed/expected';
import type { Cluster, Redis } from 'ioredis';
import { StoreError } from '../stores/store.ts';
import type { Ledger } from './ledger.ts';

export interface RedisLedgerOptions {
  /**
   * A server that does not evict: a book with missing lines would let the store grow. The ledger
   * does not close it.
   */
  readonly client: Redis | Cluster;
  /** The start of the names of its four keys, with a tag in braces for a Redis Cluster. */
  readonly name: string;
  readonly maxBytes: number;
}

/**
 * KEYS: keys by use, bytes of each, bytes of all, counter of uses. ARGV: key, bytes, limit. Answers
 * 0, or the keys that must go.
 */
const admit = `
local before = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0')
if tonumber(ARGV[2]) > tonumber(ARGV[3]) then
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('HDEL', KEYS[2], ARGV[1])
  redis.call('DECRBY', KEYS[3], before)
  return 0
end
local total = redis.call('INCRBY', KEYS[3], tonumber(ARGV[2]) - before)
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[4]), ARGV[1])
local going = {}
while total > tonumber(ARGV[3]) do
  local oldest = redis.call('ZPOPMIN', KEYS[1])[1]
  total = redis.call('DECRBY', KEYS[3], redis.call('HGET', KEYS[2], oldest))
  redis.call('HDEL', KEYS[2], oldest)
  going[#going + 1] = oldest
end
return going`;

/** The keys are the same. ARGV: key. */
const use = `
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[4]), ARGV[1]) end
return 1`;

/** The keys are the same. ARGV: key. */
const remove = `
if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then
  redis.call('DECRBY', KEYS[3], redis.call('HGET', KEYS[2], ARGV[1]))
  redis.call('HDEL', KEYS[2], ARGV[1])
end
return 1`;

/** A book that all processes share; each step is one script. */
export function redisLedger(options: RedisLedgerOptions): Ledger {
  expectObject('the options of a ledger', options);
  const { client, name, maxBytes } = options;
  expectFunctionsOf('client of a ledger', client, ['eval']);
  expectText('name of a ledger', name);
  expectAtLeast(0)('maxBytes of a ledger', maxBytes);
  const keys = ['use', 'bytes', 'total', 'count'].map((part) => `${name}:${part}`);
  const run = async (script: string, ...args: (string | number)[]): Promise<unknown> => {
    try {
      return await client.eval(script, keys.length, ...keys, ...args);
    } catch (cause) {
      throw new StoreError(`the ledger ${name} cannot be written: ${(cause as Error).message}`, { cause });
    }
  };
  return {
    admit: async (key, bytes) => {
      const going = await run(admit, key, bytes, maxBytes);
      return Array.isArray(going) ? (going as string[]) : undefined;
    },
    use: async (key) => {
      await run(use, key);
    },
    remove: async (key) => {
      await run(remove, key);
    },
  };
}
