import type { Queues } from '@cellshed/jobs';

/** The results that failed at the last warming, so that they can be tried again alone. */
export interface WarmFailures {
  add(name: string, reason: string): Promise<void>;
  remove(name: string): Promise<void>;
  names(): Promise<string[]>;
}

/** The most that are remembered: the first ones. */
const mostNames = 10_000;
const longestReason = 500;

/** They are kept beside the queues. */
export function openWarmFailures({ redis, key }: Pick<Queues, 'redis' | 'key'>): WarmFailures {
  const hash = key('warm', 'failed');
  return {
    add: async (name, reason) => {
      if ((await redis.hlen(hash)) < mostNames) await redis.hset(hash, name, reason.slice(0, longestReason));
    },
    remove: async (name) => {
      await redis.hdel(hash, name);
    },
    names: async () => (await redis.hkeys(hash)).sort(),
  };
}
