import type { RedisClient } from '@cellshed/redis';
import { FlowProducer, Queue, type Telemetry } from 'bullmq';
import { type JobData, type JobResult, type JobsIn, type QueueName, queueNames } from './jobs.ts';

export interface QueueOptions {
  /**
   * A connection that fails fast where requests wait for it (the gateway), and waits where jobs do
   * (workers).
   */
  readonly redis: RedisClient;
  /** The hash-tagged prefix, so that all keys of all queues are in one slot of a Redis Cluster. */
  readonly prefix?: string;
  /** The time for which a finished job and its result can be read. */
  readonly retentionSeconds: number;
  /** Traces jobs; default: they are not traced. */
  readonly telemetry?: Telemetry | undefined;
}

type QueueOf<Name extends QueueName> = Queue<JobData<JobsIn<Name>>, JobResult<JobsIn<Name>>>;
type EachQueue = { readonly [Name in QueueName]: QueueOf<Name> };

/**
 * The number of the way of a request, which is part of the names of the queues: workers of another
 * way never take these jobs.
 */
const way = 2;

/** The kinds of keys of Catchment that belong to this way of a request. */
type WayKey =
  | 'computation'
  | 'computing'
  | 'ended'
  | 'request'
  | 'failed'
  | 'cancel'
  | 'told'
  | 'taken'
  | 'store-troubles'
  | 'keeper'
  | 'kept'
  | 'roster'
  | 'chore-record'
  | 'chores'
  | 'same-chore'
  | 'chore-key'
  | 'waiting'
  | 'rate';
/** Those that outlive it. */
type LastingKey =
  | 'beat'
  | 'shelf'
  | 'shelved'
  | 'dismissed'
  | 'drawn'
  | 'warm'
  | 'api-keys'
  | 'spent'
  | 'client-secret'
  | 'outcomes'
  | 'asked'
  | 'versions';

export interface Queues extends EachQueue {
  /** Every queue, in the order of the table of jobs. */
  readonly all: readonly Queue[];
  readonly flows: FlowProducer;
  readonly redis: RedisClient;
  /** The prefix of the queues: that of the settings, and the number of the way. */
  readonly prefix: string;
  /** The prefix of the settings, under which lasting keys are. */
  readonly root: string;
  readonly retentionSeconds: number;
  /** Traces jobs; undefined: they are not traced. */
  readonly telemetry?: Telemetry | undefined;
  /** The name of a key of Catchment beside those of the queues; of no kind, what all begin with. */
  key(kind: WayKey | LastingKey | '', id?: string): string;
  close(): Promise<void>;
}

/**
 * The time for which anything of a request is kept while it waits: a week. However long workers are
 * away, nothing of it expires before.
 */
export const longestOpenSeconds = 7 * 24 * 3600;

const lasting: ReadonlySet<string> = new Set<LastingKey>([
  'beat',
  'shelf',
  'shelved',
  'dismissed',
  'drawn',
  'warm',
  'api-keys',
  'spent',
  'client-secret',
  'outcomes',
  'asked',
  'versions',
]);

export function openQueues({ redis, prefix: root = '{catchment}', retentionSeconds, telemetry }: QueueOptions): Queues {
  const prefix = `${root}:${way}`;
  const options = { connection: redis, prefix, ...(telemetry && { telemetry }) };
  const opened = queueNames.map((name) => [name, new Queue(name, options)] as const);
  const queues = opened.map(([, queue]) => queue);
  const flows = new FlowProducer(options);
  // Without a listener, a lost connection would end the process. Commands report it themselves.
  for (const queue of queues) queue.on('error', () => undefined);
  flows.on('error', () => undefined);
  return {
    ...(Object.fromEntries(opened) as unknown as EachQueue),
    all: queues,
    flows,
    redis,
    prefix,
    root,
    retentionSeconds,
    telemetry,
    key: (kind, id) => `${lasting.has(kind) ? root : prefix}:${kind}${id === undefined ? '' : `:${id}`}`,
    close: async () => {
      await Promise.all([...queues, flows].map((one) => one.close()));
    },
  };
}
