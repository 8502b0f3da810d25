import { randomUUID } from 'node:crypto';
import { startRedis } from '@cellshed/local-services';
import { FlowProducer, type Job, type JobsOptions, Queue, QueueEvents, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Watched } from './usage.ts';

/** BullMQ alone with the jobs of a request, and nothing to do in them. */
export interface BareWay {
  readonly watched: Watched;
  /** Adds the jobs of a hit or of a small miss, and resolves when they have ended. */
  request(kind: 'hit' | 'miss'): Promise<void>;
  stop(): Promise<void>;
}

/** The options of Catchment's own jobs and workers. */
const options: JobsOptions = {
  priority: 1,
  removeOnComplete: { age: 3600 },
  removeOnFail: { age: 3600 },
  attempts: 3,
  backoff: { type: 'exponential', delay: 500 },
};
const lockMilliseconds = 15_000;
const jobsAtOnce = 50;

/**
 * The bare graph of a request, in this process and a Redis of its own: `finish` with the child
 * `start`; for a small miss `start` adds `compute` as another child of its `finish`. Ends are told
 * by the events of the queue, as they are to a gateway.
 */
export async function startBareWay(): Promise<BareWay> {
  const server = await startRedis();
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  const shared = { connection, prefix: '{bare}' };
  const flows = new FlowProducer(shared);
  const computing = new Queue('count', shared);
  const ends = new Map<string, () => void>();
  const addCompute = async ({ data, parent }: Job) => {
    if (data.kind !== 'miss') return { outcome: 'hit' };
    const { id, queueKey: queue } = parent as { id: string; queueKey: string };
    const own = { jobId: `c-${randomUUID()}`, parent: { id, queue }, ignoreDependencyOnFailure: true };
    await computing.add('compute', dataOf('miss'), { ...options, ...own });
    return { outcome: 'miss' };
  };
  const workers = [
    workerOf('start', addCompute, jobsAtOnce),
    workerOf('finish', async () => ({ outcome: 'done' }), jobsAtOnce),
    workerOf('count', async () => ({ outcome: 'done' }), 2),
  ];
  const events = new QueueEvents('finish', shared);
  events.on('completed', ({ jobId }) => ends.get(jobId)?.());
  await events.waitUntilReady();
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));

  function workerOf(name: string, work: (job: Job) => Promise<unknown>, concurrency: number): Worker {
    const times = { lockDuration: lockMilliseconds, stalledInterval: lockMilliseconds / 2 };
    return new Worker(name, work, { ...shared, ...times, concurrency });
  }

  return {
    watched: { redises: { queue: connection }, pids: { bare: process.pid, queue: server.pid as number } },
    request: async (kind) => {
      const jobId = randomUUID();
      const ended = new Promise<void>((resolve) => ends.set(jobId, resolve));
      const job = (name: string) => ({ name, queueName: name, prefix: shared.prefix, data: dataOf(kind) });
      await flows.add({
        ...job('finish'),
        opts: { ...options, jobId },
        children: [{ ...job('start'), opts: { ...options, jobId, ignoreDependencyOnFailure: true } }],
      });
      await ended;
      ends.delete(jobId);
    },
    stop: async () => {
      await Promise.all([...workers, events, flows, computing].map((one) => one.close()));
      connection.disconnect();
      await server.stop();
    },
  };
}

function dataOf(kind: 'hit' | 'miss') {
  return { kind, operation: 'small', area: { table: 'small', id: '000000' }, coverage: 'centre' };
}
