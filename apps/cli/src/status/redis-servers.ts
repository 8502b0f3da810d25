import { storeUrls } from '@cellshed/cache';
import { connectFailingFast } from '@cellshed/jobs';
import { isRedisUrl, type ServerFacts, serverFacts } from '@cellshed/redis';
import { withoutPassword } from '@cellshed/telling';

/** The settings in which a Redis may be named. */
const redisSettings = ['QUEUE_REDIS_URL', 'CACHE_URL', 'DRAWN_CACHE_URL', 'JOB_CACHE_URL', 'TALLY_URL'] as const;

/** A Redis of the settings: the facts of each of its servers, or a sentence why there are none. */
export interface AskedRedis {
  /** The settings that name it. */
  readonly settings: readonly string[];
  readonly url: string;
  /** Its URL, without the password. */
  readonly place: string;
  readonly asked: { readonly facts: readonly ServerFacts[] } | { readonly problem: string };
}

/** Asks each Redis that the settings name, once. Never throws for one that does not answer. */
export function askRedisServers(env: Readonly<Record<string, string | undefined>>): Promise<AskedRedis[]> {
  const named = new Map<string, string[]>();
  for (const setting of redisSettings) {
    for (const url of storeUrls(env[setting] || 'memory:').filter(isRedisUrl)) {
      named.set(url, [...(named.get(url) ?? []), setting]);
    }
  }
  return Promise.all(
    Array.from(named, async ([url, settings]) => ({
      ...{ settings, url, place: withoutPassword(url) },
      asked: await ask(url),
    })),
  );
}

const mostMilliseconds = 3000;

async function ask(url: string): Promise<AskedRedis['asked']> {
  let reason = '';
  const client = connectFailingFast(url, (error) => {
    reason = error.message;
  });
  try {
    const end = performance.now() + mostMilliseconds;
    while (client.status !== 'ready' && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
    return { facts: await serverFacts(client) };
  } catch (error) {
    return { problem: `does not answer: ${reason || (error as Error).message}` };
  } finally {
    client.disconnect();
  }
}
