import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import autocannon from 'autocannon';
import { type Cluster, startCluster } from './cluster.ts';
import { type Findings, median, numberText, type Value } from './findings.ts';
import { sumOf, usageOf } from './usage.ts';

const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const [operation, area] = ['landcover_soil', 'huc12/990101010101'];
const connections = 20;
const rounds = Number(process.env.BENCH_ROUNDS ?? 30);
/** The rounds in which the compiler gets to know both services. */
const warmUpRounds = 5;
/** The part by which being watched may raise the CPU time of a hit. */
const mostMore = 0.05;

/** A hit, and how often it is asked for in a round. */
interface Hit extends Pick<autocannon.Options, 'method' | 'headers' | 'body'> {
  readonly path: string;
  readonly amount: number;
  /** Whether it may not take more than `mostMore` more: it goes through gateway and worker. */
  readonly isJudged?: true;
}

const hits: Readonly<Record<string, Hit>> = {
  'POST, Prefer: wait': {
    path: `/api/processes/${operation}/execution`,
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify({ inputs: { area } }),
    amount: 600,
    isJudged: true,
  },
  GET: { path: `/api/areas/${area}/${operation}`, method: 'GET', amount: 6000 },
};

const unmeasured = `--import ${join(import.meta.dirname, 'unmeasured.mjs')}`;

/** CPU milliseconds of a hit, of the gateway and the worker together. */
interface Pair {
  readonly watched: number;
  readonly unwatched: number;
}

/**
 * What it costs to be watched: CPU time of a hit with metrics and a line of the log for each
 * request, beside the same service with neither.
 */
export async function benchWatched(): Promise<Findings> {
  const env = { COUNT_THREADS: '1', METRICS_PORT: '0', LATENESS_LIMIT_MILLISECONDS: '0' };
  const watched = await startCluster({ catalog, workers: ['all'], env });
  const unwatched = await startCluster({ catalog, workers: ['all'], env: { ...env, NODE_OPTIONS: unmeasured } });
  try {
    for (const { url } of [watched, unwatched]) {
      const client = createClient(url);
      await client.wait((await client.execute(operation, { area })).jobID);
    }
    const wrong: string[] = [];
    const rows: Value[][] = [];
    for (const [name, { isJudged = false, ...hit }] of Object.entries(hits)) {
      const pairs = await pairsOf(hit, { watched, unwatched });
      const more = pairs.map((pair) => pair.watched / pair.unwatched - 1).toSorted((a, b) => a - b);
      const quartile = (part: number) => percent(more[Math.floor(part * (more.length - 1))] as number);
      const middle = median(more);
      if (isJudged && middle > mostMore)
        wrong.push(
          `${name}: being watched takes ${percent(middle)} more CPU, at most ${percent(mostMore)} is expected`,
        );
      const cpu = (of: keyof Pair) => median(pairs.map((pair) => pair[of]));
      rows.push([name, cpu('unwatched'), cpu('watched'), percent(middle), `${quartile(0.25)} to ${quartile(0.75)}`]);
    }
    const columns = ['', 'CPU ms of a hit, unwatched', 'watched', 'more, median', 'the middle half of all rounds'];
    const scrape = await scrapeOf(watched);
    const notes = [
      `${rounds} rounds of each, by turns, from ${connections} connections. CPU is that of gateway and worker together.`,
      `To read the metrics of both takes ${numberText(scrape)} ms of CPU, which Prometheus does every 15 seconds.`,
    ];
    return { tables: [{ title: 'A hit with metrics and log, and with neither', columns, rows, notes }], wrong };
  } finally {
    await Promise.all([watched.stop(), unwatched.stop()]);
  }
}

/**
 * The CPU time of both, round by round. Who is first changes, as the speed of the machine may
 * drift.
 */
async function pairsOf(hit: Hit, { watched, unwatched }: { readonly watched: Cluster; readonly unwatched: Cluster }) {
  const pairs: Pair[] = [];
  for (let round = -warmUpRounds; round < rounds; round++) {
    const isFirst = round % 2 === 0;
    const first = await cpuOf(hit, isFirst ? watched : unwatched);
    const second = await cpuOf(hit, isFirst ? unwatched : watched);
    if (round >= 0) pairs.push(isFirst ? { watched: first, unwatched: second } : { watched: second, unwatched: first });
  }
  return pairs;
}

async function cpuOf({ path, amount, ...asked }: Hit, { url, gatewayPid, workerPids }: Cluster): Promise<number> {
  const pids = { gateway: gatewayPid, worker: workerPids[0] as number };
  const before = await usageOf({ redises: {}, pids });
  const result = await autocannon({ ...asked, url: `${url}${path}`, connections, amount });
  const after = await usageOf({ redises: {}, pids });
  const answered = result.statusCodeStats?.['200']?.count ?? 0;
  if (answered !== amount) throw new Error(`${answered} of ${amount} requests were answered with 200`);
  return (sumOf(after.cpu) - sumOf(before.cpu)) / answered;
}

/** The CPU milliseconds that it takes to read the metrics of gateway and worker. */
async function scrapeOf({ metricsUrls, gatewayPid, workerPids }: Cluster): Promise<number> {
  const pids = { gateway: gatewayPid, worker: workerPids[0] as number };
  const before = await usageOf({ redises: {}, pids });
  for (let i = 0; i < scrapes; i++) for (const url of metricsUrls) await (await fetch(url)).text();
  const after = await usageOf({ redises: {}, pids });
  return (sumOf(after.cpu) - sumOf(before.cpu)) / scrapes;
}

const scrapes = 50;

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
