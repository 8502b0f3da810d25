import { statfs } from 'node:fs/promises';
import { isInProcess, openStore, storeFolders, storeUrls } from '@cellshed/cache';
import type { StoreTrouble } from '@cellshed/jobs';
import { withoutPassword } from '@cellshed/telling';
import type { AskedRedis } from './redis-servers.ts';
import type { StoreDocument } from './status-document.ts';

/** The settings that name stores. */
const storeSettings = ['CACHE_URL', 'DRAWN_CACHE_URL', 'JOB_CACHE_URL', 'TALLY_URL'] as const;

export interface StoreLooksOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder from which a relative `file:` is found. */
  readonly base: string;
  readonly redis: readonly AskedRedis[];
  readonly troubles: readonly StoreTrouble[];
}

/** A key that no result has. A look for it tells whether a store answers. */
const absentKey = 'catchment:status';

/** The time that a store may take to answer. */
const timeoutMilliseconds = 3000;

/** The stores that the settings name, each once, with the settings that name it. */
export function namedStores(env: StoreLooksOptions['env']): Map<string, string[]> {
  const named = new Map<string, string[]>();
  for (const setting of storeSettings) {
    for (const url of storeUrls(env[setting] || 'memory:').filter((one) => !isInProcess(one))) {
      named.set(url, [...(named.get(url) ?? []), setting]);
    }
  }
  return named;
}

/** Looks at each store that the settings name: whether it answers, and how full it is. */
export function lookAtStores({ env, base, redis, troubles }: StoreLooksOptions): Promise<StoreDocument[]> {
  return Promise.all(
    Array.from(namedStores(env), async ([url, settings]) => {
      const place = withoutPassword(url);
      const server = redis.find((one) => one.url === url);
      const [problem, room] = await Promise.all([
        server ? ('problem' in server.asked ? server.asked.problem : null) : problemOf(url, base),
        roomOf(url, { base, server }),
      ]);
      return {
        ...{ settings, place, problem, ...room },
        troubles: troubles.filter((one) => one.place === place).map(troubleDocument),
      };
    }),
  );
}

/** A sentence if a store does not answer. */
async function problemOf(url: string, base: string): Promise<string | null> {
  try {
    const store = await openStore(url, { base, timeoutMilliseconds });
    await store.get(absentKey).finally(store.close);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

type Room = Pick<StoreDocument, 'usedBytes' | 'limitBytes'>;

async function roomOf(
  url: string,
  { base, server }: { readonly base: string; readonly server: AskedRedis | undefined },
): Promise<Room> {
  if (server && 'facts' in server.asked) {
    const fullest = server.asked.facts.toSorted((a, b) => b.usedMemoryBytes - a.usedMemoryBytes)[0];
    return { usedBytes: fullest?.usedMemoryBytes ?? null, limitBytes: fullest?.maxMemoryBytes ?? null };
  }
  const [file] = storeFolders(url, base);
  if (!file) return { usedBytes: null, limitBytes: null };
  try {
    const { bsize, blocks, bavail } = await statfs(file.folder);
    return { usedBytes: bsize * (blocks - bavail), limitBytes: bsize * blocks };
  } catch {
    // The folder is made when the first value is kept.
    return { usedBytes: null, limitBytes: null };
  }
}

function troubleDocument({ worker, state, since, failures, problem }: StoreTrouble): StoreDocument['troubles'][number] {
  return { worker, state, since: since === null ? null : new Date(since).toISOString(), failures, problem };
}
