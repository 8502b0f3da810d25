import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedis } from '@cellshed/local-services';
import { writeManyAreas } from '../test/many-areas.ts';
import { gatewayReady, startCatchment, workerReady } from '../test/processes.ts';
import type { Table } from './findings.ts';
import { peakMiB, residentMiB } from './peak.ts';

const token = 'a-token-of-the-operator';
/** The time after the end at which memory is looked at again. */
const restMilliseconds = 10_000;

/** The memory of processes while a chore warms so many small areas: before, at most, afterwards. */
export async function warmAsChore(areas: number): Promise<Table> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'catchment-bench-'));
  opened.defer(() => rm(folder, { recursive: true }));
  const { catalog } = writeManyAreas(folder, areas);
  const [queue, cache] = await Promise.all([startRedis(), startRedis()]);
  opened.defer(() => queue.stop());
  opened.defer(() => cache.stop());
  const env = {
    ...{ QUEUE_REDIS_URL: queue.url, CACHE_URL: cache.url, CATCHMENT_CATALOG: catalog },
    ...{ COUNT_THREADS: '2', ADMIN_TOKEN: token, PORT: '0' },
  };
  const start = async (args: readonly string[], ready: RegExp) => {
    const process = await startCatchment(args, env, ready);
    opened.defer(() => process.stop());
    return process;
  };
  const gateway = await start(['gateway'], gatewayReady);
  const processes = {
    'worker, chore': await start(['worker', '--roles', 'chore'], workerReady),
    'worker, count': await start(['worker', '--roles', 'count'], workerReady),
    gateway,
    'Redis of the queues': { pid: queue.pid ?? 0 },
  };
  const before = Object.values(processes).map(({ pid }) => residentMiB(pid));
  const seconds = await warm(gateway.said);
  await pause(restMilliseconds);
  return {
    title: `Resident MiB while a chore warms ${areas.toLocaleString('en')} areas in ${Math.round(seconds)} s`,
    columns: ['', 'before', 'most', `${restMilliseconds / 1000} s after`],
    rows: Object.entries(processes).map(([name, { pid }], i) => [name, before[i], peakMiB(pid), residentMiB(pid)]),
  };
}

/** Asks for the chore, and waits for its end. Answers the seconds that it took. */
async function warm(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ table: 'squares' });
  let chore = (await (await fetch(`${url}/admin/warm`, { method: 'POST', headers, body })).json()) as Chore;
  while (chore.state !== 'done') {
    await pause(500);
    chore = (await (await fetch(`${url}/admin/chores/${chore.id}`, { headers })).json()) as Chore;
    if (chore.state === 'failed') throw new Error(`the chore has failed: ${JSON.stringify(chore)}`);
  }
  return (Date.parse(chore.endedAt) - Date.parse(chore.startedAt)) / 1000;
}

interface Chore {
  readonly id: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
