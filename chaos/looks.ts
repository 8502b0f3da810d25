import { readdirSync, readFileSync } from 'node:fs';
import { findQueues, scan } from '../test/way/queues.ts';
import { pause } from '../test/way/wait.ts';
import type { Clients } from './clients.ts';
import { lookAtEntries } from './entries.ts';
import type { Member } from './processes.ts';
import type { Report } from './report.ts';
import type { World } from './world.ts';

/** The resources that a process uses. */
export interface Footprint {
  readonly name: string;
  readonly pid: number;
  readonly threads: number;
  /** Open files, pipes and sockets. */
  readonly files: number;
  readonly mebibytes: number;
}

export function footprints(members: readonly Member[]): Footprint[] {
  return members.map(({ name, running: { pid } }) => {
    const resident = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    const of = (kind: string) => readdirSync(`/proc/${pid}/${kind}`).length;
    return { name, pid, threads: of('task'), files: of('fd'), mebibytes: Math.round(Number(resident) / 1024) };
  });
}

const mostSecondsToSettle = 60;
/** The resources that a process may use beyond those of the beginning, when little was open. */
const allowed = { threads: 8, files: 30, mebibytes: 250 } as const;

interface Looking {
  readonly report: Report;
  readonly before: readonly Footprint[];
}

/** Looks at the queues, the keys, the cache and the processes, when nothing is asked any more. */
export async function lookAtEnd(world: World, clients: Clients, { report, before }: Looking) {
  const stuck = await settled(() => stuckJobs(world));
  for (const one of stuck) report.violations.push(`stuck: ${one}`);
  const left = await settled(() => leftKeys(world));
  for (const one of left) report.violations.push(`left in the Redis of the queues: ${one}`);
  await lookAtEntries(world, clients, report);
  const after = footprints(world.members.all);
  return before.map((first, i) => {
    const last = after[i] as Footprint;
    for (const kind of ['threads', 'files', 'mebibytes'] as const) {
      if (last[kind] - first[kind] <= allowed[kind]) continue;
      report.violations.push(`${last.name} has ${last[kind]} ${kind}, ${first[kind]} at the beginning`);
    }
    return { before: first, after: last };
  });
}

/** Looks again and again until nothing is left, or the time is over. */
async function settled(look: () => Promise<string[]>): Promise<string[]> {
  const end = Date.now() + 1000 * mostSecondsToSettle;
  for (;;) {
    const left = await look();
    if (left.length === 0 || Date.now() > end) return left;
    await pause(500);
  }
}

const openStates = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'] as const;

/** The jobs that have not ended. */
async function stuckJobs({ queue }: World): Promise<string[]> {
  await using queues = await findQueues(queue.redis);
  const stuck: string[] = [];
  for (const one of queues.all) {
    for (const state of openStates) {
      const jobs = await one.getJobs([state]);
      for (const job of jobs) if (job) stuck.push(`${job.name} ${job.id} is ${state} in ${one.name}`);
    }
  }
  return stuck;
}

/** Keys of requests and computations that nothing will remove. */
async function leftKeys({ queue: { redis } }: World): Promise<string[]> {
  const kinds = ['computing', 'computation', 'request', 'ended', 'told'];
  const left: string[] = [];
  for (const kind of kinds) {
    for (const key of await scan(redis, `*:${kind}:*`)) {
      const isOpen = kind === 'computing' || kind === 'computation';
      const expires = await redis.ttl(key);
      if (expires === -1 || (isOpen && expires !== -2)) left.push(key);
    }
  }
  return left;
}
