// A process with one worker, `produce` or `add-up`, whose jobs share a job cache in the queues'
// Redis.
import { openJobCache, redisDrawers } from '@cellshed/cache';
import { type Job, Worker } from 'bullmq';
import { connectPatiently } from '../src/redis/connect.ts';

export interface SharedData {
  readonly request: string;
  /** The number of values after which the producer's first attempt fails. */
  readonly failAfter?: number;
}
export interface Produced {
  readonly written: number;
  readonly pid: number;
}
export interface AddedUp {
  readonly keys: readonly string[];
  readonly sum: number;
  readonly pid: number;
}

const [, , task, url = ''] = process.argv;
const redis = connectPatiently(url, (error) => console.error(error));
const drawers = redisDrawers({ client: redis, prefix: '{catchment}:scratch' });
const partsOf = ({ request }: SharedData) =>
  openJobCache(drawers, { scope: request, ttlMilliseconds: 60_000 }).group('parts');

async function produce({ data, attemptsMade }: Job<SharedData>): Promise<Produced> {
  const parts = partsOf(data);
  let written = 0;
  for (let part = 1; part <= 10; part++) {
    if (await parts.has(`${part}`)) continue;
    if (attemptsMade === 0 && written === data.failAfter) throw new Error('the producer has broken down');
    await parts.set(`${part}`, new Uint8Array(Float64Array.of(part).buffer));
    written += 1;
  }
  return { written, pid: process.pid };
}

async function addUp({ data }: Job<SharedData>): Promise<AddedUp> {
  const parts = partsOf(data);
  const keys: string[] = [];
  let sum = 0;
  for await (const key of parts.keys()) {
    keys.push(key);
    sum += new Float64Array((await parts.get(key)).buffer)[0] ?? 0;
  }
  await parts.clear();
  return { keys, sum, pid: process.pid };
}

const options = { connection: redis, prefix: '{catchment}' };
const worker = task === 'produce' ? new Worker('produce', produce, options) : new Worker('add-up', addUp, options);
worker.on('error', (error) => console.error(error));
await worker.waitUntilReady();
console.log('ready');
