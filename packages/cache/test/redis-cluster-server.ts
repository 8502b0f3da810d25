import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis } from '@catchment/local-redis';
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

const slots = 16_384;

/**
 * A Redis Cluster of three nodes without replicas, which goes on with the slots that it has when a
 * node is gone.
 */
export async function startRedisCluster(): Promise<RedisClusterServer> {
  const folder = await mkdtemp(join(tmpdir(), 'catchment-cluster-'));
  const places = await Promise.all(
    [0, 1, 2].map(async (index) => ({ dataDir: join(folder, String(index)), bus: await freePort() })),
  );
  const start = ({ dataDir, bus, port }: { dataDir: string; bus: number; port?: number }) =>
    startRedis({
      dataDir,
      ...(port === undefined ? {} : { port }),
      config: {
        'cluster-enabled': 'yes',
        'cluster-port': String(bus),
        'cluster-node-timeout': '1000',
        'cluster-require-full-coverage': 'no',
      },
    });
  const servers: PrivateRedis[] = await Promise.all(places.map(start));
  const nodes = servers.map(({ url }) => {
    const client = new Redis(url, { retryStrategy: () => 50 });
    return client.on('error', () => undefined);
  });
  for (const [index, node] of nodes.entries()) {
    const [from, to] = [Math.ceil((slots * index) / 3), Math.ceil((slots * (index + 1)) / 3) - 1];
    await node.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    const other = servers[0];
    if (index > 0 && other) await node.call('CLUSTER', 'MEET', '127.0.0.1', other.port, places[0]?.bus ?? 0);
  }
  const agreed = async () => {
    for (const node of nodes) {
      for (;;) {
        const info = String(await node.call('CLUSTER', 'INFO'));
        const nodesKnown = String(await node.call('CLUSTER', 'NODES'));
        const whole = /cluster_state:ok/.test(info) && /cluster_slots_ok:16384/.test(info);
        if (whole && !/fail|handshake/.test(nodesKnown)) break;
      }
    }
  };
  await agreed();
  return {
    url: `redis-cluster://${servers.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    kill: async (index) => {
      await servers[index]?.kill();
    },
    silence: async (index, during) => {
      const { pid } = servers[index] ?? {};
      if (pid === undefined) throw new Error('the server is no process of this machine');
      process.kill(pid, 'SIGSTOP');
      try {
        await during();
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await agreed();
    },
    restart: async (index) => {
      const [place, old] = [places[index], servers[index]];
      if (place && old) servers[index] = await start({ ...place, port: old.port });
      await agreed();
    },
    stop: async () => {
      for (const node of nodes) node.disconnect();
      await Promise.all(servers.map((server) => server.stop()));
      await rm(folder, { recursive: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
