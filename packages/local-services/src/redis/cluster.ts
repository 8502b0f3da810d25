import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PortInUse } from '../server/child.ts';
import { freePort } from '../server/free-port.ts';
import { askRedis, insistOn } from './ask.ts';
import type { PrivateRedis } from './private-redis.ts';
import { startRedis } from './redis.ts';

export interface PrivateCluster {
  /** `redis-cluster://` with all nodes. */
  readonly url: string;
  /** The nodes: three that got a third of the slots each, in order, and then the replicas. */
  readonly nodes: readonly PrivateRedis[];
  /** The number of the node that has the slot of a key now. */
  masterOf(key: string): Promise<number>;
  /** Ends a node as a crash would. */
  kill(index: number): Promise<void>;
  /** Brings a killed node back to where it was. */
  restart(index: number): Promise<void>;
  /** Resolves when all nodes that live agree who serves which slots, and none is left behind. */
  agreed(): Promise<void>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** The replicas of each master; default 0. */
  readonly replicas?: number;
}

const slots = 16_384;
const masters = 3;

/**
 * Starts a Redis Cluster of three masters, which goes on with the slots that it has when a node is
 * gone. A replica takes over from a master that is silent for a second.
 */
export async function startRedisCluster({ replicas = 0 }: ClusterOptions = {}): Promise<PrivateCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-cluster-'));
  const started = await Promise.all(
    Array.from({ length: masters * (1 + replicas) }, (_, index) => startAnyNode(join(folder, String(index)))),
  );
  const places = started.map(({ place }) => place);
  const nodes = started.map(({ node }) => node);
  const alive = new Set(nodes.keys());
  const ask = (index: number, ...words: readonly string[]) => askRedis(nodes[index]?.port ?? 0, words);
  const insist = (index: number, ...words: readonly string[]) => insistOn(nodes[index]?.port ?? 0, words);
  await meet();
  await agreed();

  /** Gives the masters their slots, has the nodes meet, and the replicas follow their masters. */
  async function meet(): Promise<void> {
    for (let index = 0; index < masters; index++) {
      const [from, to] = [Math.ceil((slots * index) / masters), Math.ceil((slots * (index + 1)) / masters) - 1];
      await insist(index, 'CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    }
    for (let index = 1; index < nodes.length; index++) {
      await insist(index, 'CLUSTER', 'MEET', '127.0.0.1', String(nodes[0]?.port), String(places[0]?.bus));
    }
    for (let index = masters; index < nodes.length; index++) {
      const [id = ''] = /[0-9a-f]{40}/.exec(await insist(index % masters, 'CLUSTER', 'MYID')) ?? [];
      while (!/^\+OK/.test(await ask(index, 'CLUSTER', 'REPLICATE', id))) await delay(20);
    }
  }

  async function agreed(): Promise<void> {
    const views = await Promise.all([...alive].map(viewOf));
    if (views[0] !== undefined && new Set(views).size === 1) return;
    await delay(20);
    return agreed();
  }

  /** The owner of each slot, as a node sees it; undefined while it misses slots, nodes or data. */
  async function viewOf(index: number): Promise<string | undefined> {
    const [info, known, replication] = [
      await ask(index, 'CLUSTER', 'INFO'),
      await ask(index, 'CLUSTER', 'NODES'),
      await ask(index, 'INFO', 'replication'),
    ];
    const lines = known.split('\n').filter((line) => /^[0-9a-f]{40} /.test(line));
    const living = lines.filter((line) => !/fail|handshake|noaddr/.test(line));
    const follows = /role:master/.test(replication) || /master_link_status:up/.test(replication);
    const isWhole = /cluster_slots_ok:16384/.test(info) && /cluster_state:ok/.test(info);
    if (!isWhole || living.length !== alive.size || !follows) return undefined;
    return living
      .map((line) => `${line.slice(0, 40)}${/ connected(.*)/.exec(line)?.[1]}`)
      .sort()
      .join();
  }

  return {
    url: `redis-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`,
    nodes,
    masterOf: async (key) => {
      const [some = 0] = alive;
      const slot = Number(/:(\d+)/.exec(await insist(some, 'CLUSTER', 'KEYSLOT', key))?.[1]);
      const lines = (await insist(some, 'CLUSTER', 'NODES')).split('\n');
      const has = (line: string) =>
        / master /.test(line) &&
        [...line.matchAll(/ (\d+)-(\d+)/g)].some(([, from, to]) => Number(from) <= slot && slot <= Number(to));
      const port = Number(/:(\d+)@/.exec(lines.find(has) ?? '')?.[1]);
      return nodes.findIndex((node) => node.port === port);
    },
    kill: async (index) => {
      alive.delete(index);
      await nodes[index]?.kill();
    },
    restart: async (index) => {
      const [place, old] = [places[index], nodes[index]];
      if (!place || !old) throw new Error(`there is no node ${index}`);
      nodes[index] = await startNode(place, old.port);
      alive.add(index);
      await agreed();
    },
    agreed,
    stop: async () => {
      await Promise.all(nodes.map((node) => node.kill()));
      rmSync(folder, { recursive: true });
    },
  };
}

interface Place {
  readonly dataDir: string;
  /** The port on which the nodes talk to each other. */
  readonly bus: number;
}

const attempts = 5;

/** Starts a node on free ports. Another process may take one of them meanwhile: then others. */
async function startAnyNode(dataDir: string): Promise<{ readonly place: Place; readonly node: PrivateRedis }> {
  for (let attempt = 1; ; attempt++) {
    const place = { dataDir, bus: await freePort() };
    try {
      return { place, node: await startNode(place) };
    } catch (error) {
      if (attempt === attempts || !(error instanceof PortInUse)) throw error;
    }
  }
}

function startNode({ dataDir, bus }: Place, port?: number): Promise<PrivateRedis> {
  return startRedis({
    dataDir,
    ...(port === undefined ? {} : { port }),
    config: {
      'cluster-enabled': 'yes',
      'cluster-port': String(bus),
      'cluster-node-timeout': '1000',
      'cluster-require-full-coverage': 'no',
      'cluster-replica-validity-factor': '0',
      'repl-diskless-sync-delay': '0',
    },
  });
}
