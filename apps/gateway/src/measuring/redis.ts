import type { RedisServer } from '@cellshed/cache';
import { memoryOf, type Queues } from '@cellshed/jobs';
import type { Metrics, Reading } from '@cellshed/metrics';

export interface ObservedServers {
  readonly queues: Pick<Queues, 'redis'>;
  /** Asks the servers of the results how they are. */
  readonly servers: () => Promise<readonly RedisServer[]>;
}

/** Has the Redis servers looked at with the metrics, until what it returns is called. */
export function observeRedis({ observe }: Pick<Metrics, 'observe'>, { queues, servers }: ObservedServers): () => void {
  const figures = together(async () =>
    (await servers()).flatMap(({ place, figures: found }) => ('problem' in found ? [] : [{ place, ...found }])),
  );
  const memory = (redis: string, used: number, limit: number): Reading<'catchment_redis_memory_bytes'>[] => [
    [{ redis, which: 'used' }, used],
    [{ redis, which: 'limit' }, limit],
  ];
  const ends = [
    observe('catchment_redis_memory_bytes', async () => {
      const { used, limit } = await memoryOf(queues.redis);
      const others = await figures();
      return [
        ...memory('queues', used, limit),
        ...others.flatMap((one) => memory(one.place, one.usedMemoryBytes, one.maxMemoryBytes ?? 0)),
      ];
    }),
    observe('catchment_redis_evicted_keys_total', async () =>
      (await figures()).map(({ place, evictedKeys }) => [{ redis: place }, evictedKeys]),
    ),
  ];
  return () => {
    for (const end of ends) end();
  };
}

/** Answers those who ask at the same time with one look. */
function together<Value>(look: () => Promise<Value>): () => Promise<Value> {
  let looking: Promise<Value> | undefined;
  return () => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
    return looking;
  };
}
