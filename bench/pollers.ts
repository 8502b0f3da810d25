import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@cellshed/client';
import { connectPatiently, openQueues } from '@cellshed/jobs';
import { Redis } from 'ioredis';
import { type Cluster, startCluster } from './cluster.ts';
import type { Findings, Value } from './findings.ts';
import { residentMiB } from './peak.ts';
import { sumOf, usageBetween, usageOf } from './usage.ts';

const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const many = 8000;
const jobs = 100;
const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const quietSeconds = 60;

/**
 * Clients that keep their connections and poll the status of a job every five seconds. Half of the
 * jobs have ended, half wait. Another client asks meanwhile, from a process of its own: its times
 * do not depend on the process in which all the others are.
 */
export async function benchPollers(): Promise<Findings> {
  const env = { COUNT_THREADS: '1', ...(process.env.POLLERS_PORT && { PORT: process.env.POLLERS_PORT }) };
  const cluster = await startCluster({ catalog, workers: ['all'], env });
  const queue = new Redis(cluster.queue.url);
  try {
    const ids = await jobsOf(cluster);
    const watched = { redises: { queue }, pids: { gateway: cluster.gatewayPid, queue: cluster.queue.pid as number } };
    const memory = () => residentMiB(cluster.gatewayPid);
    const ask = async (clients: number) => {
      const begun = await usageOf(watched);
      const answers = await poll(cluster, { clients, everyMilliseconds: 5000, ids });
      return { ...answers, usage: usageBetween(begun, await usageOf(watched)), memory: memory() };
    };
    await poll(cluster, { clients: 100, everyMilliseconds: 5000, ids }, 15);
    const atFirst = memory();
    // The allocator of C keeps some of what a first crowd takes, and uses it again.
    await poll(cluster, { clients: many, everyMilliseconds: 5000, ids }, 15);
    await pause(quietSeconds);
    const before = memory();
    const alone = await poll(cluster, { clients: 1, everyMilliseconds: 100, ids });
    const [crowd, beside] = await Promise.all([ask(many), poll(cluster, { clients: 1, everyMilliseconds: 100, ids })]);
    await pause(quietSeconds);
    const later = memory();
    // The first poll of each client is not among the times.
    const polls = crowd.times.length + many + beside.times.length;
    const { usage } = crowd;
    return {
      tables: [
        {
          title: 'Clients that poll',
          columns: ['', 'polls', 'p50 ms', 'p99 ms', 'longest ms'],
          rows: [row('1 client', alone), row(`${figure(many)} clients`, crowd), row('1 more client meanwhile', beside)],
          notes: [
            `The process of the ${figure(many)} clients was busy for ${percent(crowd.busy)} of the time: their times have its delays in them, those of the others do not.`,
          ],
        },
        {
          title: `The cost of a poll with ${figure(many)} clients`,
          columns: ['', 'CPU ms of a poll', 'share of one core'],
          rows: Object.entries(usage.cpu).map(([name, cpu]) => [
            name,
            (cpu as number) / polls,
            percent((cpu as number) / 1000 / usage.seconds),
          ]),
          notes: [
            `The queue's Redis carried out ${(sumOf(usage.commands.queue ?? {}) / polls).toFixed(1)} commands for a poll, those of scripts included.`,
          ],
        },
        {
          title: 'Memory of the gateway',
          columns: ['', 'MiB'],
          rows: [
            ['after 100 clients', atFirst],
            ['after a first crowd has left', before],
            [`with ${figure(many)} clients`, crowd.memory],
            [`${quietSeconds} s after they have left`, later],
          ],
        },
      ],
      wrong: [alone, crowd, beside].flatMap((one) =>
        Object.entries(one.wrong).map(([what, times]) => `${what}: ${times} times`),
      ),
    };
  } finally {
    queue.disconnect();
    await cluster.stop();
  }
}

/** The ids of jobs of which half have ended, and half wait: an operator has paused the queue. */
async function jobsOf({ url, queue }: Cluster): Promise<string[]> {
  const client = createClient(url);
  const ask = async () => (await client.execute('landcover_soil', { area: 'huc12/990101010101' })).jobID;
  const ended: string[] = [];
  for (let n = 0; n < jobs / 2; n++) ended.push(await ask());
  await Promise.all(ended.map((id) => client.wait(id)));
  const redis = connectPatiently(queue.url, () => undefined);
  const queues = openQueues({ redis, retentionSeconds: 86_400 });
  await queues.start.pause();
  await queues.close();
  redis.disconnect();
  const waiting: string[] = [];
  for (let n = 0; n < jobs / 2; n++) waiting.push(await ask());
  return [...ended, ...waiting];
}

interface Polled {
  readonly times: readonly number[];
  readonly wrong: Readonly<Record<string, number>>;
  readonly busy: number;
}

interface Polling {
  readonly clients: number;
  readonly everyMilliseconds: number;
  readonly ids: readonly string[];
}

async function poll(
  { url }: Pick<Cluster, 'url'>,
  { clients, everyMilliseconds, ids }: Polling,
  forSeconds = seconds,
): Promise<Polled> {
  const program = join(import.meta.dirname, 'polling-clients.ts');
  const args = [program, url, String(clients), String(everyMilliseconds), String(forSeconds), ids.join()];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}

function row(name: string, { times }: Polled): Value[] {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * sorted.length)];
  return [name, sorted.length, at(0.5), at(0.99), sorted.at(-1)];
}

function pause(forSeconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * forSeconds));
}

function figure(count: number): string {
  return count.toLocaleString('en');
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
