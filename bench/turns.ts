import { Redis } from 'ioredis';
import { startCluster } from './cluster.ts';
import { type Findings, median, type Value } from './findings.ts';
import { areaId, writeWayInputs } from './way-inputs.ts';

/** The misses that one client asks for before the other is measured. */
const waiting = 5000;
/** The requests of each kind of the other client, one at a time. */
const asked = 60;
/** The first ones, which are not measured: code is compiled and tiles are read. */
const warmUps = 40;
const [many, few] = ['192.0.2.1', '192.0.2.2'];
const atOnce = 50;

/**
 * Turns between clients: the time of a hit and of a small miss while nobody else asks, and while
 * 5,000 misses of another client wait. There are 20 % more of these than are counted meanwhile.
 */
export async function benchTurns(): Promise<Findings> {
  const inputs = await writeWayInputs({ small: 2 * (asked + warmUps) + waiting + 1, large: 1, largest: 1, swept: [] });
  const env = { COUNT_THREADS: '1', TRUST_PROXY: 'loopback', CLIENT_WAITING_LIMIT: '0', WAITING_LIMIT: '0' };
  const cluster = await startCluster({ catalog: inputs.catalog, workers: ['all'], env });
  const redis = new Redis(cluster.queue.url);
  let area = 0;
  const hit = areaId(area++);
  const miss = () => areaId(area++);
  const ask = (client: string, id: string, wait: number) => askFor(cluster.url, { client, id, wait });
  const timesOf = async (idOf: () => string, count: number) => {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const before = performance.now();
      await ask(few, idOf(), 60);
      times.push(performance.now() - before);
    }
    return times;
  };
  try {
    await timesOf(miss, warmUps);
    await timesOf(() => hit, warmUps);
    const idle = { hit: await timesOf(() => hit, asked), miss: await timesOf(miss, asked) };
    await inLanes(waiting, () => ask(many, miss(), 0));
    const before = await left(redis);
    const loaded = { hit: await timesOf(() => hit, asked), miss: await timesOf(miss, asked) };
    const after = await left(redis);
    const row = (name: string, kind: 'hit' | 'miss', most: number): Value[] => {
      const [alone, beside] = [median(idle[kind]), median(loaded[kind])];
      return [name, alone, beside, beside / alone, `at most ${most}`, highest(idle[kind]), highest(loaded[kind])];
    };
    const columns = ['', 'idle, median ms', 'loaded, median ms', '÷ idle', 'to be', 'idle, p95 ms', 'loaded, p95 ms'];
    const notes = [`${before} requests of the other client waited before, and ${after} after.`];
    const rows = [row('hit', 'hit', 3), row('small miss', 'miss', 5)];
    return {
      tables: [{ title: 'One client’s requests while another’s misses wait', columns, rows, notes }],
      wrong: after === 0 ? ['nothing of the other client waited any more when the last request was measured'] : [],
    };
  } finally {
    redis.disconnect();
    await cluster.stop();
    await inputs.remove();
  }
}

async function askFor(
  url: string,
  { client, id, wait }: { readonly client: string; readonly id: string; readonly wait: number },
): Promise<void> {
  const prefer = wait > 0 ? `wait=${wait}` : 'respond-async';
  const response = await fetch(`${url}/api/processes/small/execution`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': client, prefer },
    body: JSON.stringify({ inputs: { area: `small/${id}` } }),
  });
  const text = await response.text();
  if (response.status !== (wait > 0 ? 200 : 201))
    throw new Error(`${id} was answered with ${response.status}: ${text}`);
}

async function inLanes(count: number, work: () => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next++ < count) await work();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** The requests that wait for their computations. */
function left(redis: Redis): Promise<number> {
  return redis.zcard('{catchment}:2:finish:waiting-children');
}

function highest(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(0.95 * times.length)] as number;
}
