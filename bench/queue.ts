import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createClient } from '@cellshed/client';
import { newRequestId, openEndings, openQueueing, submit } from '@cellshed/jobs';
import { startRedis } from '@cellshed/local-services';
import autocannon from 'autocannon';
import type { Findings, Value } from './findings.ts';

const cli = fileURLToPath(new URL('../apps/cli/src/main.ts', import.meta.url));
const catalog = fileURLToPath(new URL('../.catchment/sample/catalog.yaml', import.meta.url));
const area = 'huc12/990101010101';
const operation = 'landcover_soil';

/**
 * A request that hits, inside the queue and over HTTP: one gateway process, one worker process, two
 * Redis servers.
 */
export async function benchQueue(): Promise<Findings> {
  const [queue, cache] = await Promise.all([
    startRedis(),
    startRedis({ config: { 'maxmemory-policy': 'allkeys-lru' } }),
  ]);
  const env = {
    ...process.env,
    QUEUE_REDIS_URL: queue.url,
    CACHE_URL: cache.url,
    CATCHMENT_CATALOG: catalog,
    COUNT_THREADS: '1',
    PORT: '0',
  };
  const gateway = await start(['gateway'], env, /listens on (http:\S+?)"/);
  const worker = await start(['worker'], env, /worker takes/);
  try {
    const client = createClient(gateway.said);
    const first = await client.wait((await client.execute(operation, { area })).jobID);
    if (first.status !== 'successful') throw new Error(`the first request ended ${first.status}: ${first.message}`);
    const rows = [await insideTheQueue(queue.url), ...(await overHttp(gateway.said))];
    return { tables: [{ title: 'One cached result, asked for again and again', columns, rows }] };
  } finally {
    gateway.stop();
    worker.stop();
    await Promise.all([queue.stop(), cache.stop()]);
  }
}

const columns = ['', 'hits', 'hits/s', 'p50 ms', 'p99 ms'];

async function insideTheQueue(url: string): Promise<Value[]> {
  const onError = (error: Error) => console.error(error.message);
  const settings = { QUEUE_REDIS_URL: url, QUEUE_PREFIX: '{catchment}', JOB_RETENTION_SECONDS: 3600 };
  await using queueing = await openQueueing(settings, { onError });
  const { queues, patient: redis } = queueing;
  const endings = await openEndings(queues, { redis, onError });
  const [table, id] = area.split('/') as [string, string];
  const times: number[] = [];
  for (let n = 0; n < 600; n++) {
    const request = newRequestId();
    const before = performance.now();
    const ended = endings.wait(request, 10_000);
    await submit(queues, request, { operation, area: { table, id }, coverage: 'centre' });
    if (!(await ended)) throw new Error('a request did not end within ten seconds');
    times.push(performance.now() - before);
  }
  await endings.close();
  return rowOf('in the queue, one at a time: submitted to finished', times.slice(100));
}

async function overHttp(url: string): Promise<Value[][]> {
  const post = {
    url: `${url}/api/processes/${operation}/execution`,
    method: 'POST' as const,
    headers: { 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify({ inputs: { area } }),
  };
  const times: number[] = [];
  for (let n = 0; n < 600; n++) {
    const before = performance.now();
    const response = await fetch(post.url, post);
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    times.push(performance.now() - before);
  }
  const { requests, latency, non2xx, errors } = await autocannon({ ...post, connections: 20, duration: 10 });
  if (non2xx + errors > 0) throw new Error(`${non2xx + errors} requests were not answered with 200`);
  return [
    rowOf('over HTTP, one at a time: asked to answered', times.slice(100)),
    ['over HTTP, 20 at once for 10 s', requests.total, requests.average, latency.p50, latency.p99],
  ];
}

function rowOf(what: string, times: readonly number[]): Value[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)];
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return [what, times.length, 1000 / mean, at(0.5), at(0.99)];
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv, ready: RegExp) {
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit').then(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([
    exited,
    (async () => {
      for await (const line of lines) {
        const found = ready.exec(line);
        if (found) return found[1] ?? '';
      }
      return undefined;
    })(),
  ]);
  if (said === undefined) throw new Error(`catchment ${args.join(' ')} ended before it was ready`);
  child.stdout.resume();
  return { said, stop: () => child.kill() };
}
