import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PrivateRedis, startRedis, startRedisCluster, startSentinels } from '@cellshed/local-services';
import { gatewayReady, type Running, runCatchment, startCatchment, workerReady } from './processes.ts';
import { until } from './until.ts';
import { small, writeLocal } from './way/areas.ts';

const folder = mkdtempSync(join(tmpdir(), 'catchment-failover-'));
let cache: PrivateRedis;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  writeLocal(folder, 5);
  writeFileSync(
    join(folder, 'catalog.yaml'),
    'rasters: { local: { url: local.tif } }\noperations: { local: { type: groupedCount, rasters: [local] } }\n',
  );
  cache = await startRedis();
  env = {
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: join(folder, 'catalog.yaml'),
    PORT: '0',
    COUNT_THREADS: '1',
    JOB_LOCK_SECONDS: '4',
    JOB_LIST: 'all',
  };
});

afterAll(async () => {
  await cache.stop();
  rmSync(folder, { recursive: true });
});

/** Processes whose queues are there, while the body runs. */
async function whileServed(url: string, body: (gateway: Running) => Promise<void>): Promise<void> {
  const own = { ...env, QUEUE_REDIS_URL: url };
  const processes = await Promise.all([
    startCatchment(['gateway'], own, gatewayReady),
    startCatchment(['worker'], own, workerReady),
    startCatchment(['worker'], own, workerReady),
  ]);
  try {
    await body(processes[0] as Running);
  } finally {
    await Promise.all(processes.map((process) => process.stop('SIGKILL')));
  }
}

let asked = 0;

interface Accepted {
  readonly job: string;
  readonly cells: number;
}

/** Asks for another area; undefined: it was refused for now. */
async function ask({ said }: Running): Promise<Accepted | undefined> {
  asked += 1;
  const { geometry, cells } = small(asked);
  const response = await fetch(`${said}/api/processes/local/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { area: geometry } }),
  });
  const { jobID } = (await response.json()) as { readonly jobID: string };
  expect([201, 503]).toContain(response.status);
  return response.status === 201 ? { job: jobID, cells } : undefined;
}

/** The outcome of a request that was accepted: its cells, or its status and what was said. */
async function outcome({ said }: Running, { job }: Accepted): Promise<number | string> {
  for (;;) {
    const status = await fetch(`${said}/api/jobs/${job}`);
    const text = await status.text();
    if (status.status !== 503 && !/"status":"(accepted|running)"/.test(text)) {
      if (!/"status":"successful"/.test(text)) return text;
      const results = await fetch(`${said}/api/jobs/${job}/results`);
      if (results.status !== 503) return ((await results.json()) as { readonly cells: number }).cells;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Asks, four at once, until it is told that it is enough. */
async function askOn(gateway: Running, isEnough: () => boolean): Promise<readonly Accepted[]> {
  const accepted: Accepted[] = [];
  const one = async () => {
    while (!isEnough()) {
      const answer = await ask(gateway);
      if (answer) accepted.push(answer);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  await Promise.all([one(), one(), one(), one()]);
  return accepted;
}

/** Kills a master while requests run. Those that were accepted, before and after, all end right. */
async function failOver(gateway: Running, killMaster: () => Promise<void>, isOver: () => Promise<boolean>) {
  let phase = 'before';
  let since = asked;
  const asking = askOn(gateway, () => phase === 'after' && asked - since >= 40);
  await until(() => asked - since >= 40);
  await killMaster();
  await until(isOver);
  await until(async () => (await fetch(`${gateway.said}/readyz`)).status === 200);
  since = asked;
  phase = 'after';
  const accepted = await asking;
  expect(accepted.length).toBeGreaterThan(40);
  const outcomes = await Promise.all(accepted.map((one) => outcome(gateway, one)));
  expect(outcomes).toEqual(accepted.map(({ cells }) => cells));
}

it('queues in a Redis Cluster go on when their master is killed under load, twice', async () => {
  const cluster = await startRedisCluster({ replicas: 1 });
  await whileServed(cluster.url, async (gateway) => {
    for (const round of [1, 2]) {
      const killed = await cluster.masterOf('{catchment}');
      const isOver = async () => ![killed, -1].includes(await cluster.masterOf('{catchment}'));
      await failOver(gateway, () => cluster.kill(killed), isOver);
      if (round === 1) await cluster.restart(killed);
    }
  });
  await cluster.stop();
});

it('queues behind Sentinels go on when their master is killed under load', async () => {
  const sentinels = await startSentinels();
  await whileServed(sentinels.url, async (gateway) => {
    const killed = await sentinels.master();
    const isOver = async () => ![killed, -1].includes(await sentinels.master());
    await failOver(gateway, async () => sentinels.nodes[killed]?.kill(), isOver);
  });
  await sentinels.stop();
});

it('queues in a Redis Cluster need a prefix that keeps their keys in one slot', async () => {
  const cluster = await startRedisCluster();
  const own = { ...env, QUEUE_REDIS_URL: cluster.url, QUEUE_PREFIX: 'catchment' };
  const { code, err } = await runCatchment(['worker'], own);
  expect(err).toBe(
    'catchment: QUEUE_PREFIX is catchment, expected one with {braces}: all keys must be in one slot of a cluster\n',
  );
  expect(code).not.toBe(0);
  await cluster.stop();
});
