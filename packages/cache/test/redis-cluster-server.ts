import { startRedisCluster as start } from '@cellshed/local-services';
import { Redis } from 'ioredis';

export interface RedisClusterServer {
  /** `redis-cluster://` with all nodes. */
  readonly url: string;
  /** A connection to each node; they have a third of the slots each, in order. */
  readonly nodes: readonly Redis[];
  kill(index: number): Promise<void>;
  /** Makes a node silent, without closing any connection, while `during` runs. */
  silence(index: number, during: () => Promise<void>): Promise<void>;
  /** Brings a killed node back to where it was. */
  restart(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis Cluster of three nodes without replicas, and connections to each of them. */
export async function startRedisCluster(): Promise<RedisClusterServer> {
  const cluster = await start();
  const nodes = cluster.nodes.map(({ url }) => {
    const client = new Redis(url, { retryStrategy: () => 50 });
    return client.on('error', () => undefined);
  });
  return {
    ...cluster,
    nodes,
    silence: async (index, during) => {
      const { pid } = cluster.nodes[index] ?? {};
      if (pid === undefined) throw new Error('the server is no process of this machine');
      process.kill(pid, 'SIGSTOP');
      try {
        await during();
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await cluster.agreed();
    },
    stop: async () => {
      for (const node of nodes) node.disconnect();
      await cluster.stop();
    },
  };
}
