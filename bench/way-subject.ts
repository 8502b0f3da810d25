import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { spawnCatchment } from '../test/processes.ts';
import { startCluster } from './cluster.ts';
import { endedChildrenMilliseconds, type Usage, usageBetween, usageOf, type Watched, withoutIdle } from './usage.ts';
import { startBareWay } from './way-bare.ts';
import { areaId } from './way-inputs.ts';

export type Kind = 'hit' | 'miss' | 'large' | 'largest';

/** A service, or BullMQ alone, that is asked and watched. */
export interface Subject {
  readonly name: string;
  readonly watched: Watched;
  /** Resolves when the request is answered with a result. */
  request(kind: Kind): Promise<void>;
  /** The results in its cache. */
  results(): Promise<number>;
  stop(): Promise<void>;
}

export interface Service extends Subject {
  /** The status of the answer to a request: 200 with a result. */
  outcome(kind: Kind): Promise<number>;
  /** Warms a table; resolves to the CPU milliseconds of the command. */
  warm(table: string): Promise<number>;
}

/** The areas of the table `small` that are counted before anything is measured, and then hit. */
export const hitAreas = 200;

/**
 * A gateway and a worker with one thread, of this version or of that of another checkout, with
 * these environment variables.
 */
export async function startService(
  catalog: string,
  checkout: string | undefined,
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const name = checkout === undefined ? 'this version' : commitOf(checkout);
  const other = checkout === undefined ? {} : { checkout };
  const cluster = await startCluster({ catalog, workers: ['all'], env: { COUNT_THREADS: '1', ...env }, ...other });
  const [queue, cache] = [new Redis(cluster.queue.url), new Redis(cluster.cache.url)];
  const asked: Record<Kind, number> = { hit: 0, miss: 0, large: 0, largest: 0 };
  const areaOf = (kind: Kind): string => {
    const index = asked[kind]++;
    if (kind === 'hit') return `small/${areaId(index % hitAreas)}`;
    return `${kind === 'miss' ? 'small' : kind}/${areaId(index)}`;
  };
  return {
    name,
    watched: {
      redises: { queue, cache },
      pids: {
        gateway: cluster.gatewayPid,
        worker: cluster.workerPids[0]!,
        queue: cluster.queue.pid as number,
        cache: cluster.cache.pid as number,
      },
    },
    request: async (kind) => {
      const area = areaOf(kind);
      const answer = await ask(cluster.url, operationOf(kind), area);
      if (answer.status !== 200) throw new Error(`${area} was answered with ${answer.status}: ${answer.text}`);
    },
    outcome: async (kind) => (await ask(cluster.url, operationOf(kind), areaOf(kind))).status,
    results: () => cache.dbsize(),
    warm: async (table) => {
      const before = endedChildrenMilliseconds();
      const args = ['warm', table, '--operation', 'large', '--json'];
      const { code, err } = await spawnCatchment(args, cluster.env, other).ended;
      if (code !== 0) throw new Error(`warm ended with ${code}: ${err}`);
      return endedChildrenMilliseconds() - before;
    },
    stop: async () => {
      queue.disconnect();
      cache.disconnect();
      await cluster.stop();
    },
  };
}

function commitOf(checkout: string): string {
  const args = ['-C', checkout, 'rev-parse', '--short=7', 'HEAD'];
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

function operationOf(kind: Kind): string {
  return kind === 'hit' || kind === 'miss' ? 'small' : 'large';
}

const connections = new Agent({ keepAlive: true });

/** Asks over a connection that is kept. `fetch` would cost this process several times as much. */
async function ask(
  url: string,
  operation: string,
  area: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const request = httpRequest(`${url}/api/processes/${operation}/execution`, {
    agent: connections,
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=60' },
  });
  request.end(JSON.stringify({ inputs: { area } }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode as number, text: await text(response) };
}

/** BullMQ alone, in this process. */
export async function startBare(): Promise<Subject> {
  const { watched, request, stop } = await startBareWay();
  return {
    name: 'BullMQ alone',
    watched,
    request: (kind) => request(kind as 'hit' | 'miss'),
    results: async () => 0,
    stop,
  };
}

/** The measurements of requests of one kind. */
export interface Measured {
  readonly requests: number;
  /** From asked to answered, for each request. */
  readonly milliseconds: readonly number[];
  /** From the first request to the last answer. */
  readonly seconds: number;
  readonly usage: Usage;
  /** The results that were not in the cache before. */
  readonly results: number;
}

/** After which a service has done what is left to do when the last answer was sent. */
const settleMilliseconds = 500;

/** The work of a subject while nobody asks, over some periods of what its workers do regularly. */
export async function idleUsage(subjects: readonly Subject[]): Promise<ReadonlyMap<Subject, Usage>> {
  const before = await Promise.all(subjects.map(({ watched }) => usageOf(watched)));
  await pause(15_000);
  const usages = subjects.map(async (subject, index): Promise<[Subject, Usage]> => {
    return [subject, usageBetween(before[index]!, await usageOf(subject.watched))];
  });
  return new Map(await Promise.all(usages));
}

/** Does something and measures what a subject does for it, without what it does when idle. */
export async function watch<T>(
  { watched }: Pick<Subject, 'watched'>,
  idle: Usage,
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly seconds: number; readonly usage: Usage }> {
  await pause(settleMilliseconds);
  const before = await usageOf(watched);
  const begun = performance.now();
  const done = await work();
  const seconds = (performance.now() - begun) / 1000;
  await pause(settleMilliseconds);
  return { done, seconds, usage: withoutIdle(usageBetween(before, await usageOf(watched)), idle) };
}

/** Sends so many requests, so many at once. */
export async function requestAll(
  subject: Subject,
  kind: Kind,
  { requests, atOnce }: { readonly requests: number; readonly atOnce: number },
): Promise<number[]> {
  const milliseconds: number[] = [];
  let left = requests;
  const lane = async () => {
    while (left-- > 0) {
      const before = performance.now();
      await subject.request(kind);
      milliseconds.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return milliseconds;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
