import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { launch, onFreePort, untilReady } from '../server/child.ts';
import { askRedis, insistOn } from './ask.ts';
import { findRedisServer } from './find.ts';
import type { PrivateRedis } from './private-redis.ts';
import { startRedis } from './redis.ts';

/** A master with replicas, watched by three Sentinels. */
export interface PrivateSentinels {
  /** `redis-sentinel://` with all Sentinels, and their password if they have one. */
  readonly url: string;
  /** The first master, and then its replicas. */
  readonly nodes: readonly PrivateRedis[];
  /** The number of the node that the Sentinels hold for the master. */
  master(): Promise<number>;
  stop(): Promise<void>;
}

const name = 'queue';

export interface SentinelsOptions {
  /** The password that the Sentinels require, of clients and of each other; default: none. */
  readonly password?: string;
}

/** Starts a master, two replicas and three Sentinels. They replace a master silent for a second. */
export async function startSentinels({ password }: SentinelsOptions = {}): Promise<PrivateSentinels> {
  const folder = mkdtempSync(join(tmpdir(), 'catchment-sentinels-'));
  const first = await startRedis({ config: { 'repl-diskless-sync-delay': '0' } });
  const config = { replicaof: `127.0.0.1 ${first.port}`, 'repl-diskless-sync-delay': '0' };
  const nodes = [first, ...(await Promise.all([1, 2].map(() => startRedis({ config }))))];
  const follows = async ({ port }: PrivateRedis) =>
    /master_link_status:up/.test(await askRedis(port, ['INFO', 'replication']));
  for (const node of nodes.slice(1)) while (!(await follows(node))) await delay(20);
  const sentinels = await Promise.all(
    [0, 1, 2].map((index) => startSentinel(join(folder, String(index)), first.port, password)),
  );
  // Each must have found the others and the replicas, else it replaces no master.
  const isWhole = async (port: number) =>
    /slaves=2,sentinels=3/.test(await askRedis(port, ['INFO', 'sentinel'], password));
  for (const { port } of sentinels) while (!(await isWhole(port))) await delay(50);
  const query = password === undefined ? '' : `?sentinelPassword=${encodeURIComponent(password)}`;
  return {
    url: `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${name}${query}`,
    nodes,
    master: async () => {
      const said = await insistOn(sentinels[0]?.port ?? 0, ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name], password);
      const port = Number(/\r\n(\d+)\r\n/.exec(said.slice(said.indexOf('127.0.0.1')))?.[1]);
      return nodes.findIndex((node) => node.port === port);
    },
    stop: async () => {
      await Promise.all(sentinels.map((sentinel) => sentinel.stop()));
      await Promise.all(nodes.map((node) => node.kill()));
      rmSync(folder, { recursive: true });
    },
  };
}

/** Runs one Sentinel. It keeps what it learns in its configuration file. */
async function startSentinel(file: string, master: number, password: string | undefined) {
  const projectFolder = join(import.meta.dirname, '../../../../.catchment');
  const executable = findRedisServer({ path: process.env['PATH'], projectFolder });
  if (executable === undefined) throw new Error('no redis-server is found, which can be a Sentinel');
  return onFreePort(async (port) => {
    const lines = [
      ...[`port ${port}`, 'bind 127.0.0.1', `dir "${join(file, '..')}"`],
      `sentinel monitor ${name} 127.0.0.1 ${master} 2`,
      `sentinel down-after-milliseconds ${name} 1000`,
      `sentinel failover-timeout ${name} 5000`,
      ...(password === undefined ? [] : [`requirepass "${password}"`]),
    ];
    writeFileSync(file, `${lines.join('\n')}\n`);
    const server = launch({
      words: [executable, file, '--sentinel'],
      log: `${file}.log`,
      afterwards: 'kill "$1"',
      places: [],
    });
    const isReady = async () => /^\+PONG/m.test(await askRedis(port, ['PING'], password));
    await untilReady(server, { isReady, withinMilliseconds: 60_000, signal: 'SIGKILL' });
    return {
      port,
      stop: async () => {
        server.child.ref();
        server.child.kill('SIGKILL');
        await server.ended;
      },
    };
  });
}
