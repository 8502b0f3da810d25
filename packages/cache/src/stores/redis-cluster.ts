import { openClient } from '@cellshed/redis';
import type { Cluster, Redis } from 'ioredis';
import type { RedisConnection } from './redis-connection.ts';

/**
 * Connects to all nodes of a cluster, as `connectRedis` does to a server. A command whose node is
 * away rejects after a few tries within the timeout.
 */
export async function connectCluster({ url, timeoutMilliseconds = 1000, onError }: RedisConnection): Promise<Cluster> {
  const client = openClient(await import('ioredis'), url, {
    connectMilliseconds: timeoutMilliseconds,
    silentMilliseconds: 2 * timeoutMilliseconds,
    commandMilliseconds: timeoutMilliseconds,
    whileAway: 'fail',
    lazyConnect: true,
  }) as Cluster;
  client.on('error', (error: Error) => onError?.(error));
  client.on('node error', (error: Error, address: string) => onError?.(new Error(`${address}: ${error.message}`)));
  // `connect` alone never settles while the cluster answers that it is down.
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
