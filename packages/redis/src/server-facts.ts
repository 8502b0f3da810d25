import type { RedisClient } from './client.ts';

/** Facts that a Redis server tells of itself. Counts begin with its start. */
export interface ServerFacts {
  /** The version of Redis that it corresponds to. */
  readonly version: string;
  readonly usedMemoryBytes: number;
  /** `null`: no limit. */
  readonly maxMemoryBytes: number | null;
  /** Its policy at the limit, such as `noeviction`; `unknown`: it does not say. */
  readonly evictionPolicy: string;
  readonly evictedKeys: number;
  /** How it keeps its data over a restart; `unknown`: it does not say. */
  readonly persistence: 'log' | 'snapshots' | 'none' | 'unknown';
  /** A sentence if it could not write its data to its disk; `null`: it could. */
  readonly persistenceProblem: string | null;
}

/** Asks a server, or each master of a cluster, for its facts. */
export function serverFacts(client: RedisClient): Promise<ServerFacts[]> {
  const servers = 'nodes' in client ? client.nodes('master') : [client];
  return Promise.all(
    servers.map(async (server) => {
      // Services that are hired as a rule allow no CONFIG.
      const saves = await server.config('GET', 'save').then(
        (answer) => String((answer as string[])[1] ?? ''),
        () => undefined,
      );
      return factsIn(await server.info(), saves);
    }),
  );
}

/** Reads the facts in an answer to INFO. `saves`: when it makes snapshots; undefined: not known. */
function factsIn(info: string, saves: string | undefined): ServerFacts {
  const found = new Map([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name, text]) => [name, text as string]));
  const number = (name: string) => Number(found.get(name) ?? 0);
  const failed = (name: string) => found.has(name) && found.get(name) !== 'ok';
  return {
    version: found.get('redis_version') ?? 'unknown',
    usedMemoryBytes: number('used_memory'),
    maxMemoryBytes: number('maxmemory') || null,
    evictionPolicy: found.get('maxmemory_policy') ?? 'unknown',
    evictedKeys: number('evicted_keys'),
    persistence: persistenceOf(found.get('aof_enabled'), saves),
    persistenceProblem: failed('aof_last_write_status')
      ? 'its last write to its log (AOF) failed'
      : failed('rdb_last_bgsave_status')
        ? 'its last snapshot (RDB) failed'
        : null,
  };
}

function persistenceOf(log: string | undefined, saves: string | undefined): ServerFacts['persistence'] {
  if (log === '1') return 'log';
  if (saves === undefined || log === undefined) return 'unknown';
  return saves === '' ? 'none' : 'snapshots';
}
