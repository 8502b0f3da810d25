import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@catchment/client';
import { startCluster } from './cluster.ts';
import type { Findings } from './findings.ts';
import { usageOf } from './usage.ts';

const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const many = 8000;
const seconds = 60;
const quietSeconds = 60;

/** Clients that keep their connections and poll the status of a job every five seconds. */
export async function benchPollers(): Promise<Findings> {
  const env = { COUNT_THREADS: '1', ...(process.env.POLLERS_PORT && { PORT: process.env.POLLERS_PORT }) };
  const cluster = await startCluster({ catalog, workers: ['all'], env });
  try {
    const client = createClient(cluster.url);
    const ids: string[] = [];
    for (let n = 0; n < 100; n++) ids.push((await client.execute('landcover_soil', 'huc12/990101010101')).jobID);
    await Promise.all(ids.map((id) => client.untilEnded(id)));
    const watched = { redises: {}, pids: { gateway: cluster.gatewayPid } };
    const memory = () => residentMebibytes(cluster.gatewayPid);
    const ask = async (clients: number) => {
      const before = await usageOf(watched);
      const answers = await poll([cluster.url, String(clients), String(seconds), ids.join()]);
      const after = await usageOf(watched);
      const cpu = (after.cpu.gateway as number) - (before.cpu.gateway as number);
      return { ...answers, cpu: cpu / answers.times.length, memory: memory() };
    };
    await poll([cluster.url, '100', '15', ids.join()]);
    const atFirst = memory();
    const alone = await ask(1);
    const crowd = await ask(many);
    await new Promise((resolve) => setTimeout(resolve, 1000 * quietSeconds));
    const row = (name: string, { times, cpu, memory: mebibytes }: typeof alone) => {
      const sorted = times.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.floor(share * sorted.length)];
      return [name, sorted.length, at(0.5), at(0.99), sorted.at(-1), cpu, mebibytes];
    };
    return {
      tables: [
        {
          title: 'Clients that poll',
          columns: [
            '',
            'polls',
            'p50 ms',
            'p99 ms',
            'longest ms',
            'CPU ms of the gateway for a poll',
            'MiB of the gateway',
          ],
          rows: [
            ['before', undefined, undefined, undefined, undefined, undefined, atFirst],
            row('1 client', alone),
            row(`${many} clients`, crowd),
            [`${quietSeconds} s later`, undefined, undefined, undefined, undefined, undefined, memory()],
          ],
        },
      ],
      wrong: [...Object.entries(alone.wrong), ...Object.entries(crowd.wrong)].map(
        ([what, times]) => `${what}: ${times} times`,
      ),
    };
  } finally {
    await cluster.stop();
  }
}

interface Polled {
  readonly times: readonly number[];
  readonly wrong: Readonly<Record<string, number>>;
}

async function poll(args: readonly string[]): Promise<Polled> {
  const program = join(import.meta.dirname, 'polling-clients.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { maxBuffer: 2 ** 28 });
  return JSON.parse(stdout);
}

function residentMebibytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
