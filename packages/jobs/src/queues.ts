import { FlowProducer, type JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ComputeInput, ComputeResult, Plan } from './compute.ts';
import type { CountInput, CountResult } from './count.ts';
import type { FinishInput, FinishResult } from './finish.ts';
import type { RefreshInput, RefreshResult } from './refresh.ts';
import type { StartInput, StartResult } from './start.ts';
import type { TallyInput, TallyResult } from './tally.ts';

export const queueNames = ['start', 'finish', 'compute', 'count', 'refresh', 'tally'] as const;
export type QueueName = (typeof queueNames)[number];

/** The compute job's data: its input, and the plan once it is made. */
export type ComputeData = ComputeInput & { readonly plan?: Plan };

export interface QueueOptions {
  /** Fails fast where requests wait for it (the gateway), waits where jobs do (workers). */
  readonly redis: Redis;
  /** Hash-tagged, so that all keys of all queues lie in one slot of a Redis Cluster. */
  readonly prefix?: string;
  /** How long a finished job and its result can be read. */
  readonly retentionSeconds: number;
}

export interface Queues {
  readonly start: Queue<StartInput, StartResult>;
  readonly finish: Queue<FinishInput, FinishResult>;
  readonly compute: Queue<ComputeData, ComputeResult>;
  readonly count: Queue<CountInput, CountResult>;
  readonly refresh: Queue<RefreshInput, RefreshResult>;
  readonly tally: Queue<TallyInput, TallyResult>;
  readonly flows: FlowProducer;
  readonly redis: Redis;
  readonly prefix: string;
  readonly retentionSeconds: number;
  /** The name of a key of ours beside the queues' own. */
  key(
    kind:
      | 'shelf'
      | 'shelved'
      | 'waiting'
      | 'cancelled'
      | 'dismissed'
      | 'progress'
      | 'cancel'
      | 'drawn'
      | 'warm'
      | 'told'
      | 'api-keys',
    id?: string,
  ): string;
  close(): Promise<void>;
}

export function openQueues({ redis, prefix = '{catchment}', retentionSeconds }: QueueOptions): Queues {
  const options = { connection: redis, prefix };
  const queues = queueNames.map((name) => new Queue(name, options));
  const [start, finish, compute, count, refresh, tally] = queues as [Queue, Queue, Queue, Queue, Queue, Queue];
  const flows = new FlowProducer(options);
  // Without a listener a lost connection would end the process; commands report it themselves.
  for (const queue of queues) queue.on('error', () => undefined);
  flows.on('error', () => undefined);
  return {
    start,
    finish,
    compute,
    count,
    refresh,
    tally,
    flows,
    redis,
    prefix,
    retentionSeconds,
    key: (kind, id) => (id === undefined ? `${prefix}:${kind}` : `${prefix}:${kind}:${id}`),
    close: async () => {
      await Promise.all([...queues, flows].map((one) => one.close()));
    },
  };
}

/** How every job is kept and retried: by age, and three times. */
export function jobOptions(retentionSeconds: number): JobsOptions {
  return {
    removeOnComplete: { age: retentionSeconds },
    removeOnFail: { age: retentionSeconds },
    attempts: 3,
    backoff: { type: 'exponential', delay: 500 },
  };
}

/** Jobs that nobody waits for stand behind all others. */
export const backgroundPriority = 10;
