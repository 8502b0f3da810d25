import type { RedisClient } from '@cellshed/redis';
import { serversOf } from './require.ts';

/** Bytes that a Redis uses, and those that it may use at most; 0: no limit. */
export interface RedisMemory {
  readonly used: number;
  readonly limit: number;
}

/** Reads the memory of a Redis; of a cluster, that of the server which is the fullest. */
export async function memoryOf(redis: RedisClient): Promise<RedisMemory> {
  const all = await Promise.all(serversOf(redis).map(async (server) => memoryIn(await server.info('memory'))));
  return all.toSorted((a, b) => b.used - a.used)[0] as RedisMemory;
}

function memoryIn(info: string): RedisMemory {
  const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return { used: figure('used_memory'), limit: figure('maxmemory') };
}
