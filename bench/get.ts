import { join } from 'node:path';
import { createClient } from '@cellshed/client';
import autocannon from 'autocannon';
import { startCluster } from './cluster.ts';
import { type Findings, median, type Value } from './findings.ts';
import { usageOf } from './usage.ts';

const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const [operation, area] = ['landcover_soil', 'huc12/990101010101'];
const connections = 20;
const rounds = 3;
const seconds = Number(process.env.BENCH_SECONDS ?? 10);

/** How many times as many hits a GET is to answer as a POST. */
const leastTimes = 5;

type Asked = Pick<autocannon.Options, 'url' | 'method' | 'headers' | 'body'> & { readonly expected: number };

/** One cached result, asked for by POST, by GET, and by GET from clients that have it. */
export async function benchGet(): Promise<Findings> {
  const cluster = await startCluster({ catalog, workers: ['all'], env: { COUNT_THREADS: '1' } });
  try {
    const client = createClient(cluster.url);
    const url = `${cluster.url}/api/areas/${area}/${operation}`;
    await client.wait((await client.execute(operation, { area })).jobID);
    const first = await fetch(url);
    const asked: Readonly<Record<string, Asked>> = {
      'POST, Prefer: wait': {
        url: `${cluster.url}/api/processes/${operation}/execution`,
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=10' },
        body: JSON.stringify({ inputs: { area } }),
        expected: 200,
      },
      'GET, 200': { url, method: 'GET', expected: 200 },
      'GET, 304': { url, method: 'GET', headers: { 'if-none-match': first.headers.get('etag') ?? '' }, expected: 304 },
    };
    const wrong = await differences(asked, await first.text());
    const found = new Map<string, Found[]>(Object.keys(asked).map((name) => [name, []]));
    const pids = { gateway: cluster.gatewayPid, worker: cluster.workerPids[0] as number };
    // Rounds of all go by turns; the first one warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, one] of Object.entries(asked)) {
        const result = await load(one, { seconds: round === 0 ? 3 : seconds, pids });
        if (result.failed > 0) wrong.push(`${name}: ${result.failed} requests were not answered with ${one.expected}`);
        if (round > 0) found.get(name)?.push(result);
      }
    }
    const rate = (name: string) => median((found.get(name) ?? []).map(({ perSecond }) => perSecond));
    const post = rate('POST, Prefer: wait');
    for (const name of Object.keys(asked).slice(1)) {
      if (rate(name) < leastTimes * post) wrong.push(`${name} answers less than ${leastTimes} times as many as POST`);
    }
    const rows = Array.from(found, ([name, all]): Value[] => {
      const middle = (of: (one: Found) => number) => median(all.map(of));
      const latencies = [middle(({ p50 }) => p50), middle(({ p99 }) => p99)];
      return [
        name,
        rate(name),
        rate(name) / post,
        ...latencies,
        middle(({ gateway }) => gateway),
        middle(({ worker }) => worker),
      ];
    });
    return { tables: [{ title: `One cached result, ${connections} connections`, columns, rows }], wrong };
  } finally {
    await cluster.stop();
  }
}

const columns = ['', 'hits/s', 'times POST', 'p50 ms', 'p99 ms', 'CPU ms of the gateway for a hit', 'of the worker'];

interface Found {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
  readonly gateway: number;
  readonly worker: number;
}

interface Loading {
  readonly seconds: number;
  readonly pids: { readonly gateway: number; readonly worker: number };
}

async function load({ expected, ...asked }: Asked, { seconds: duration, pids }: Loading): Promise<Found> {
  const before = await usageOf({ redises: {}, pids });
  const result = await autocannon({ ...asked, connections, duration });
  const after = await usageOf({ redises: {}, pids });
  const answered = result.statusCodeStats?.[`${expected}`]?.count ?? 0;
  const cpu = (name: keyof typeof pids) => ((after.cpu[name] as number) - (before.cpu[name] as number)) / answered;
  return {
    perSecond: answered / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failed: result.requests.total - answered + result.errors,
    gateway: cpu('gateway'),
    worker: cpu('worker'),
  };
}

/** How the answers differ from that of the GET. */
async function differences(asked: Readonly<Record<string, Asked>>, text: string): Promise<string[]> {
  const wrong: string[] = [];
  for (const [name, { url, expected, ...init }] of Object.entries(asked)) {
    const response = await fetch(url, init as RequestInit);
    if (response.status !== expected) wrong.push(`${name}: status ${response.status}, expected ${expected}`);
    if (expected === 200 && (await response.text()) !== text) wrong.push(`${name}: another answer than by GET`);
  }
  return wrong;
}
