import { pause } from '../../test/way/wait.ts';
import type { Fault } from '../fault.ts';

const [disturbs, loses] = [['disturbs'] as const, ['disturbs', 'loses'] as const];

export const serverFaults: readonly Fault[] = [
  {
    name: 'the Redis of the queues is killed, and comes back with its data',
    spells: disturbs,
    happen: async ({ queue }) => {
      await queue.kill();
      await pause(1500);
      await queue.start('same');
    },
  },
  {
    name: 'the Redis of the queues is killed, and comes back without data',
    spells: loses,
    happen: async ({ queue }) => {
      await queue.kill();
      await queue.start('none');
    },
  },
  {
    name: 'the data of the queues are rolled back by some seconds',
    spells: loses,
    happen: async ({ queue }) => {
      queue.copy();
      await pause(3000);
      await queue.kill();
      await queue.start('copied');
    },
  },
  {
    name: 'the Redis of the queues is full',
    spells: disturbs,
    happen: async ({ queue: { redis } }) => {
      await redis.config('SET', 'maxmemory', '1mb');
      await pause(4000);
      await redis.config('SET', 'maxmemory', '0');
    },
  },
  {
    name: 'the Redis of the queues is a replica for a while',
    spells: disturbs,
    happen: async ({ queue: { redis } }) => {
      await redis.replicaof('127.0.0.1', 1);
      await pause(3000);
      await redis.replicaof('NO', 'ONE');
    },
  },
  {
    name: 'the Redis of the queues fails over to its replica',
    // The replica may not have the last writes yet.
    spells: loses,
    happen: ({ queue }) => queue.failOver(),
  },
  {
    name: 'the Redis of the cache is killed, and comes back without data',
    spells: [],
    happen: async ({ cache }) => {
      await cache.kill();
      await pause(1500);
      await cache.start('none');
    },
  },
  {
    name: 'the Redis of the cache is full, and may not evict',
    spells: [],
    happen: async ({ cache: { redis } }) => {
      await redis.config('SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1mb');
      await pause(4000);
      await redis.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'allkeys-lru');
    },
  },
];
