import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@cellshed/client';
import { startCluster } from './cluster.ts';
import type { Findings } from './findings.ts';
import { residentMiB } from './peak.ts';
import { usageOf } from './usage.ts';

const catalog = join(import.meta.dirname, '../.catchment/sample/catalog.yaml');
const many = 5000;
const jobs = 500;
const quietSeconds = 30;

/** Clients that listen to the events of jobs that wait, until these end. */
export async function benchListeners(): Promise<Findings> {
  // No worker takes the jobs: their statuses change when this says so.
  const cluster = await startCluster({ catalog, workers: [] });
  try {
    const client = createClient(cluster.url);
    const ids: string[] = [];
    for (let n = 0; n < jobs; n++)
      ids.push((await client.execute('landcover_soil', { area: 'huc12/990101010101' })).jobID);
    const watched = { redises: {}, pids: { gateway: cluster.gatewayPid } };
    const cpu = async () => (await usageOf(watched)).cpu.gateway as number;
    const memory = () => residentMiB(cluster.gatewayPid);
    // The code that listens is loaded, and memory has grown as it does once.
    await using warming = await listening(cluster.url, 100, ids);
    await warming.heard();
    const before = memory();
    await using crowd = await listening(cluster.url, many, ids);
    const connected = await crowd.heard();
    const [cpuBefore, begun] = [await cpu(), performance.now()];
    await pause(1000 * quietSeconds);
    const perSecond = (await cpu()) - cpuBefore;
    const idle = perSecond / ((performance.now() - begun) / 1000);
    const during = memory();
    crowd.expectNext();
    const beginning = await cpu();
    await Promise.all(ids.map((id) => client.dismiss(id)));
    const told = await crowd.heard();
    const telling = ((await cpu()) - beginning) / many;
    await crowd.leave();
    await pause(1000 * quietSeconds);
    const after = memory();
    const failed = connected.failed + told.failed;
    return {
      tables: [
        {
          title: `${many.toLocaleString('en')} clients that listen to ${jobs} jobs`,
          columns: ['', ''],
          rows: [
            ['MiB of the gateway before', before],
            ['MiB while all listen', during],
            ['KiB for each', (1024 * (during - before)) / many],
            [`MiB ${quietSeconds} s after all have left`, after],
            ['ms until all had their first event', connected.milliseconds],
            ['CPU ms of the gateway in a second in which nothing is new', idle],
            ['ms until all had heard that their jobs were dismissed', told.milliseconds],
            ['CPU ms of the gateway for each of these events', telling],
          ],
        },
      ],
      wrong: failed > 0 ? [`${failed} connections failed`] : [],
    };
  } finally {
    await cluster.stop();
  }
}

interface Heard {
  readonly milliseconds: number;
  readonly failed: number;
}

async function listening(url: string, clients: number, ids: readonly string[]) {
  const program = join(import.meta.dirname, 'listening-clients.ts');
  const child = spawn(process.execPath, [program, url, String(clients), ids.join()], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const leave = async () => {
    if (child.exitCode !== null) return;
    child.stdin.end();
    await once(child, 'exit');
  };
  return {
    heard: async () => JSON.parse(String((await lines.next()).value)) as Heard,
    expectNext: () => void child.stdin.write('\n'),
    leave,
    [Symbol.asyncDispose]: leave,
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
