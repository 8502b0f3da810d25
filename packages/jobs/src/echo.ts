import { type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import Type, { type Static } from 'typebox';
import { AnswerForm } from './answer-form.ts';
import { type Endings, openEndings } from './endings.ts';
import { jobOptions, type Queues } from './queues.ts';
import type { Shelf } from './shelf.ts';
import type { RequestJob } from './status.ts';

/** What a request for the echo process asks: its inputs are its outputs. */
export const EchoInput = Type.Object({
  operation: Type.Literal('echo'),
  inputs: Type.Record(Type.String(), Type.Unknown()),
  answer: AnswerForm,
});
export type EchoInput = Static<typeof EchoInput>;

/**
 * The echo process, by which test suites try the HTTP API: requests whose result is their inputs.
 * Its jobs are real ones in a queue of their own, so that nothing of it is in the jobs that count
 * cells; whoever opens it takes them.
 */
export interface Echoes extends Pick<Endings, 'wait'> {
  /** The result is there after `delayMilliseconds`. */
  submit(id: string, input: EchoInput, delayMilliseconds: number): Promise<void>;
  /** Its jobs, for reading their status and for listing. */
  readonly jobs: Queue<EchoInput>;
  close(): Promise<void>;
}

export interface EchoOptions {
  readonly shelf: Pick<Shelf, 'put'>;
  /** Is copied for blocking reads: it needs `maxRetriesPerRequest: null`. */
  readonly redis: Redis;
  readonly onError: (error: Error) => void;
}

/** Resolves when it takes jobs. */
export async function openEchoes(queues: Queues, { shelf, redis, onError }: EchoOptions): Promise<Echoes> {
  const { prefix } = queues;
  const jobs = new Queue<EchoInput>('echo', { connection: queues.redis, prefix });
  const lay = async ({ data }: Job<EchoInput>) => {
    const result = await shelf.put(Buffer.from(JSON.stringify(data.inputs)));
    return { outcome: 'done', cache: 'miss', result } satisfies RequestJob['returnvalue'];
  };
  const endings = await openEndings(queues, { queue: 'echo', redis, onError });
  const worker = new Worker('echo', lay, { connection: redis, prefix, concurrency: 10 });
  jobs.on('error', onError);
  worker.on('error', onError);
  await worker.waitUntilReady();
  return {
    submit: async (id, input, delayMilliseconds) => {
      await jobs.add('echo', input, { ...jobOptions(queues.retentionSeconds), jobId: id, delay: delayMilliseconds });
    },
    wait: endings.wait,
    jobs,
    close: async () => {
      // By force while its Redis is away: it would wait for the job that it is about to take.
      await Promise.all([worker.close(redis.status !== 'ready'), endings.close(), jobs.close()]);
    },
  };
}
