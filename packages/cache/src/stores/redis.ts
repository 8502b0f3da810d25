import { expectFunctionsOf, expectObject, expectText } from '@cellshed/expected';
import { isClusterUrl, redisAddress } from '@cellshed/redis';
import type { Cluster, Redis } from 'ioredis';
import { answeredWithin, type Outcomes, within } from './answered-within.ts';
import { checkedStore } from './checked-store.ts';
import { fewAtOnce } from './few-at-once.ts';
import { clusterMasters, connectCluster } from './redis-cluster.ts';
import { connectUntimed, defaultTimeoutMilliseconds, failureReason, type RedisConnection } from './redis-connection.ts';
import { redisFence } from './redis-fence.ts';
import { type Store, StoreError } from './store.ts';

export { connectRedis, type RedisConnection } from './redis-connection.ts';

/**
 * Keeps bytes in Redis, each value as one string: in one server, the master that Sentinels name, or
 * a Redis Cluster.
 *
 * The name in Redis is the key itself, with `~`, `{` and `}` escaped as `~7E`, `~7B`, `~7D`. Since
 * it contains no brace, Redis Cluster hashes all of it, and what belongs to the entry but is not a
 * value may be called `{name}:lease` or `{name}:epoch`: it is in the same slot, and is never listed
 * as a key, nor is any other name with a brace.
 *
 * Given a client, it uses that one with the limits that it has and leaves it open on `close`; given
 * a URL it makes its own. Resolves when connected, or when the first attempt has failed: a Redis
 * that is away is no reason not to start.
 */
export async function redisStore(source: RedisConnection | { readonly client: Redis | Cluster }): Promise<Store> {
  expectObject('what redisStore is given', source);
  if ('client' in source) {
    expectFunctionsOf('client of redisStore', source.client, ['getBuffer', 'set', 'eval']);
    const outcome: Connected['outcome'] = (reply, { answered, failed }) => reply.then(answered, failed);
    return storeOver(source.client, { place: placeOf(source.client), outcome, close: async () => {} });
  }
  const { url, timeoutMilliseconds = defaultTimeoutMilliseconds } = source;
  expectText('url of redisStore', url);
  const client = isClusterUrl(url) ? await connectCluster(source) : await connectUntimed(source);
  const late = new Error('Command timed out');
  return storeOver(client, {
    place: placeOfUrl(url, client),
    outcome: (reply, { answered, failed }) =>
      within(timeoutMilliseconds, reply, { answered, failed, late: () => failed(late) }),
    close: async () => {
      await answeredWithin(timeoutMilliseconds, client.quit()).catch(() => client.disconnect());
    },
  });
}

/**
 * The number of values that are read at once: while a server gathers them it answers no other
 * client.
 */
const readTogether = 250;

interface Connected {
  /** The server's name in messages. */
  readonly place: string;
  /** The outcome of a reply, or of none in time. */
  readonly outcome: <T, R>(reply: Promise<T>, outcomes: Omit<Outcomes<T, R>, 'late'>) => Promise<R>;
  readonly close: () => Promise<void>;
}

function storeOver(client: Redis | Cluster, { place, outcome, close }: Connected): Store {
  const failing = (command: string) => (cause: unknown) => {
    throw new StoreError(`${place} did not carry out ${command}: ${failureReason(client, cause)}`, { cause });
  };
  const ask = <T>(command: string, reply: Promise<T>): Promise<T> =>
    outcome<T, T>(reply, { answered: (answer) => answer, failed: failing(command) });
  const get = (key: string): Promise<Uint8Array | undefined> => outcome(client.getBuffer(nameOf(key)), got);
  const got = { answered: (bytes: Buffer | null) => bytes ?? undefined, failed: failing('GET') };
  const fence = redisFence(
    {
      get: (name) => ask('GET', client.get(name)),
      run: async ({ sha1, text }, names, args) => {
        try {
          return await ask('EVALSHA', client.evalsha(sha1, names.length, ...names, ...args));
        } catch (error) {
          // The server has not seen the script yet, or has been restarted.
          if (!(error instanceof StoreError && /did not carry out EVALSHA: NOSCRIPT/.test(error.message))) throw error;
          return ask('EVAL', client.eval(text, names.length, ...names, ...args));
        }
      },
    },
    nameOf,
  );
  return checkedStore('Redis', {
    fence,
    get,
    getMany: async (keys) => {
      // Keys of a cluster are on several servers, to each of which a connection sends all that it
      // is asked at once.
      if (isCluster(client)) return fewAtOnce(keys, get, readTogether);
      const found: (Uint8Array | undefined)[] = [];
      for (let at = 0; at < keys.length; at += readTogether) {
        const names = keys.slice(at, at + readTogether).map(nameOf);
        for (const bytes of await ask('MGET', client.mgetBuffer(names))) found.push(bytes ?? undefined);
      }
      return found;
    },
    head: async (key, length) => {
      const bytes = await ask('GETRANGE', client.getrangeBuffer(nameOf(key), 0, length - 1));
      if (bytes.length > 0) return bytes;
      return (await ask('EXISTS', client.exists(nameOf(key)))) === 1 ? bytes : undefined;
    },
    set: async (key, bytes, { ttlMilliseconds } = {}) => {
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await (ttlMilliseconds === undefined
        ? ask('SET', client.set(nameOf(key), value))
        : ask('SET', client.set(nameOf(key), value, 'PX', Math.ceil(ttlMilliseconds))));
      return true;
    },
    delete: async (key) => (await ask('UNLINK', client.unlink(nameOf(key)))) === 1,
    ttlMilliseconds: async (key) => {
      const left = await ask('PTTL', client.pttl(nameOf(key)));
      return left >= 0 ? left : left === -1 ? null : undefined;
    },
    keys: async function* (prefix) {
      const pattern = `${escapeGlob(nameOf(prefix))}*`;
      const servers = isCluster(client) ? await ask('CLUSTER SLOTS', clusterMasters(client)) : [client];
      for (const server of servers) {
        let cursor = '0';
        do {
          const scan = server.scan(cursor, 'MATCH', pattern, 'COUNT', 250, 'TYPE', 'string');
          const [next, names] = await ask('SCAN', scan);
          yield* names.filter((name) => !/[{}]/.test(name)).map(keyOf);
          cursor = next;
        } while (cursor !== '0');
      }
    },
    close,
  });
}

function isCluster(client: Redis | Cluster): client is Cluster {
  return client.isCluster;
}

function placeOf(client: Redis | Cluster): string {
  if (isCluster(client)) return 'Redis Cluster';
  const { host, port, path, sentinels, name } = client.options;
  if (sentinels) return `Redis ${name}`;
  return `Redis at ${path ?? `${host}:${port}`}`;
}

function placeOfUrl(url: string, client: Redis | Cluster): string {
  const address = redisAddress(url);
  if (address.kind === 'server') return placeOf(client);
  const hosts = address.nodes.map(({ host, port }) => `${host}:${port}`).join(',');
  return address.kind === 'cluster'
    ? `Redis Cluster at ${hosts}`
    : `Redis ${address.name} of the Sentinels at ${hosts}`;
}

function nameOf(key: string): string {
  return key.replace(/[~{}]/g, (character) => `~${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function keyOf(name: string): string {
  return name.replace(/~(7B|7D|7E)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\]/g, '\\$&');
}
