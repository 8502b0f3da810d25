import {
  type AnswerForm,
  type Endings,
  type EndingsOptions,
  type FinishResult,
  openEndings,
  optionsOf,
  type Queues,
  type Shelf,
} from '@cellshed/jobs';
import { type Job, Queue, Worker } from 'bullmq';

/** The data of a job of echo: its inputs are its outputs. */
export interface EchoInput {
  readonly operation: 'echo';
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly answer: AnswerForm;
}

/** The jobs of echo, in a queue of their own, and the worker that takes them in this process. */
export interface EchoJobs extends Pick<Endings, 'wait'> {
  readonly queue: Queue<EchoInput>;
  /** Adds a job that is taken after `delayMilliseconds`. */
  submit(id: string, input: EchoInput, delayMilliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface EchoJobsOptions extends Pick<EndingsOptions, 'redis' | 'onError'> {
  readonly shelf: Pick<Shelf, 'put'>;
}

/** Resolves when the worker takes jobs. */
export async function openEchoJobs(queues: Queues, { shelf, redis, onError }: EchoJobsOptions): Promise<EchoJobs> {
  const { prefix } = queues;
  const queue = new Queue<EchoInput>('echo', { connection: queues.redis, prefix });
  const shelveInputs = async ({ data }: Job<EchoInput>) => {
    const result = await shelf.put(Buffer.from(JSON.stringify(data.inputs)));
    return { outcome: 'done', cache: 'miss', result } satisfies FinishResult;
  };
  const endings = await openEndings(queues, { queue, redis, onError });
  const worker = new Worker('echo', shelveInputs, { connection: redis, prefix, concurrency: 10 });
  queue.on('error', onError);
  worker.on('error', onError);
  await worker.waitUntilReady();
  return {
    queue,
    submit: async (id, input, delayMilliseconds) => {
      const kept = { age: queues.retentionSeconds };
      const options = { ...optionsOf('finish'), removeOnComplete: kept, removeOnFail: kept };
      await queue.add('echo', input, { ...options, jobId: id, delay: delayMilliseconds });
    },
    wait: endings.wait,
    close: async () => {
      // The worker is closed by force while Redis is away: it would wait for the job that it is
      // about to take.
      await Promise.all([worker.close(redis.status !== 'ready'), endings.close(), queue.close()]);
    },
  };
}
