import type { Cluster, Redis } from 'ioredis';
import type { RedisConnection } from './redis-connection.ts';

export interface ClusterAddress {
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}

const scheme = /^rediss?-cluster:\/\//;
const parts = /^(?:([^:@/]*)(?::([^@/]*))?@)?([^@/?#]+)$/;
const node = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/i;

export function isClusterUrl(url: string): boolean {
  return scheme.test(url);
}

/**
 * Reads `redis-cluster://[[user]:password@]host[:port][,host[:port]…]` (`rediss-cluster://`: with
 * TLS). The nodes are those that are asked for the others. Throws a `RangeError`, which tells no
 * password, for anything else: a cluster has no numbered databases.
 */
export function clusterAddress(url: string): ClusterAddress {
  const [, username, password, hosts = ''] = parts.exec(url.replace(scheme, '')) ?? [];
  const nodes = hosts.split(',').map((text) => {
    const [, ip, name, port = '6379'] = node.exec(text) ?? [];
    return { host: ip ?? name ?? '', port: Number(port) };
  });
  if (nodes.some(({ host, port }) => host === '' || port === 0 || port > 65_535)) throw wrong('names no nodes');
  try {
    const [user, secret] = [username, password].map((text) => text && decodeURIComponent(text));
    return { nodes, username: user, password: secret, tls: url.startsWith('rediss') };
  } catch {
    throw wrong('has a % that encodes nothing before its @');
  }
}

/**
 * As `connectRedis`, to all nodes of a cluster. A command whose node is away rejects after a few
 * tries within the timeout.
 */
export async function connectCluster({ url, timeoutMilliseconds = 1000, onError }: RedisConnection): Promise<Cluster> {
  const { nodes, username, password, tls } = clusterAddress(url);
  const { Cluster } = await import('ioredis');
  const client = new Cluster([...nodes], {
    lazyConnect: true,
    enableOfflineQueue: false,
    // A node that is away, or has just handed over its slots, is tried again so often, 100
    // milliseconds apart.
    maxRedirections: 4,
    slotsRefreshTimeout: timeoutMilliseconds,
    clusterRetryStrategy: (attempt) => Math.min(50 * attempt, 2000),
    // Names are looked up by each connection: TLS needs them, and addresses change.
    dnsLookup: (host, callback) => callback(null, host),
    redisOptions: {
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
      ...(tls ? { tls: {} } : {}),
      maxRetriesPerRequest: 0,
      connectTimeout: timeoutMilliseconds,
      commandTimeout: timeoutMilliseconds,
      socketTimeout: 2 * timeoutMilliseconds,
      disconnectTimeout: 100,
    },
  });
  client.on('error', (error: Error) => onError?.(error));
  client.on('node error', (error: Error, address: string) => onError?.(new Error(`${address}: ${error.message}`)));
  // Who waits for `connect` alone waits for ever while the cluster answers that it is down.
  await new Promise<void>((resolve) => {
    client.once('ready', resolve).once('close', resolve);
    client.connect().catch(() => resolve());
  });
  return client;
}

/**
 * Connections to the nodes that have the slots. Throws if one is away, as its keys cannot be listed
 * then.
 */
export async function clusterMasters(client: Cluster): Promise<readonly Redis[]> {
  const ranges = await client.cluster('SLOTS');
  const addresses = new Set(ranges.map(([, , master]) => `${master?.[0]}:${master?.[1]}`));
  const connected = new Map(client.nodes('master').map((one) => [`${one.options.host}:${one.options.port}`, one]));
  return [...addresses].map((address) => {
    const master = connected.get(address);
    if (!master) throw new Error(`node ${address} is not connected`);
    return master;
  });
}

function wrong(what: string): RangeError {
  const form = 'redis-cluster://[[user]:password@]host[:port][,host[:port]…]';
  return new RangeError(`the URL of a Redis Cluster ${what}, expected ${form}`);
}
