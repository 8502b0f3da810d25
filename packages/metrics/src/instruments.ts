/** A metric: how it is kept, its help text, and the labels that it may have. */
export interface Instrument {
  /** A `gauge` and a `total` are looked at when somebody asks; a total never falls. */
  readonly kind: 'counter' | 'histogram' | 'gauge' | 'total';
  readonly help: string;
  readonly labels: readonly string[];
  /** The upper bounds of the buckets of a histogram. */
  readonly buckets?: readonly number[];
}

/** From a quick hit to a large basin, in seconds. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];
/** From a store in memory to one that does not answer, in seconds. */
const storeSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/**
 * Every metric that a process of Catchment measures itself. Those of BullMQ stand beside them:
 * `bullmq_job_count`, `bullmq_job_completed_total` and `bullmq_job_failed_total`.
 */
export const instruments = {
  catchment_requests_total: {
    kind: 'counter',
    help: 'Requests that have ended, by operation and outcome: hit, miss, stale, refused, failed, dismissed, or gone (its drawing was lost). Cached answers that took no job are among them.',
    labels: ['operation', 'outcome'],
  },
  catchment_http_request_seconds: {
    kind: 'histogram',
    help: 'Time from the head of an HTTP request to the end of its answer. Status 499: the client left.',
    labels: ['method', 'route', 'status'],
    buckets: seconds,
  },
  catchment_http_requests_under_way: { kind: 'gauge', help: 'HTTP requests that are being answered.', labels: [] },
  catchment_http_connections: { kind: 'gauge', help: 'Connections to this gateway.', labels: [] },
  catchment_request_seconds: {
    kind: 'histogram',
    help: 'Time from the acceptance of a request to its end, with all waiting.',
    labels: ['outcome'],
    buckets: seconds,
  },
  catchment_job_seconds: {
    kind: 'histogram',
    help: 'Time that one attempt at a job took, by kind and outcome: done, waits, retried, failed or handed back. A sweep is a compute job for many areas.',
    labels: ['kind', 'outcome'],
    buckets: seconds,
  },
  catchment_cells_counted_total: {
    kind: 'counter',
    help: 'Cells of all results that were computed.',
    labels: ['operation'],
  },
  catchment_tiles_total: {
    kind: 'counter',
    help: 'Tiles of computations that have ended: counted, or taken from a tally.',
    labels: ['source'],
  },
  catchment_oldest_job_seconds: {
    kind: 'gauge',
    help: 'Time since the oldest job was added that waits for a worker; class background: nobody waits for it. 0: none waits.',
    labels: ['queue', 'class'],
  },
  catchment_queue_taken: {
    kind: 'gauge',
    help: '1: a worker has said within the last seconds that it takes the jobs of the queue.',
    labels: ['queue'],
  },
  catchment_kept_seconds: {
    kind: 'gauge',
    help: 'Time since a worker put the queues in order: removed old jobs, and ended what was lost. It is done every 10 seconds or so.',
    labels: [],
  },
  catchment_queue_redis: {
    kind: 'gauge',
    help: '1: the Redis of the queues takes writes; keeps what it has (its policy is noeviction); has the same clock as this gateway. 0: it does not.',
    labels: ['check'],
  },
  catchment_redis_memory_bytes: {
    kind: 'gauge',
    help: 'Memory of a Redis, that of the queues or of results: used, and the most that it may use (limit, 0: none).',
    labels: ['redis', 'which'],
  },
  catchment_redis_evicted_keys_total: {
    kind: 'total',
    help: 'Keys that a Redis of results has evicted since it was started.',
    labels: ['redis'],
  },
  catchment_store_call_seconds: {
    kind: 'histogram',
    help: 'Time that a call of a store took, by outcome: done or failed.',
    labels: ['store', 'call', 'outcome'],
    buckets: storeSeconds,
  },
  catchment_store_bytes_total: {
    kind: 'counter',
    help: 'Bytes of values that were read from a store, or written to it.',
    labels: ['store', 'direction'],
  },
  catchment_store_state: {
    kind: 'gauge',
    help: '1 at the state of the store: well; takes no values; fails; hangs, so that its circuit breaker is open.',
    labels: ['store', 'state'],
  },
  catchment_disk_bytes: {
    kind: 'gauge',
    help: 'The disk on which a store of files is: its size, and what is free there.',
    labels: ['store', 'which'],
  },
  catchment_threads: {
    kind: 'gauge',
    help: 'Threads that count cells, by state: busy or idle.',
    labels: ['state'],
  },
  catchment_thread_tasks_waiting: { kind: 'gauge', help: 'Tasks that wait for a thread in this worker.', labels: [] },
  nodejs_eventloop_lag_seconds: {
    kind: 'gauge',
    help: 'Delay of the event loop since the last scrape: its median, its 99th percentile and its maximum.',
    labels: ['quantile'],
  },
  nodejs_heap_used_bytes: { kind: 'gauge', help: 'Bytes of the heap that are used.', labels: [] },
  process_start_time_seconds: {
    kind: 'gauge',
    help: 'When the process was started, in seconds since 1970.',
    labels: [],
  },
  process_resident_memory_bytes: { kind: 'gauge', help: 'Memory of the process (RSS).', labels: [] },
  process_cpu_seconds_total: { kind: 'total', help: 'CPU time of the process, user and system.', labels: [] },
} as const satisfies Record<string, Instrument>;

export type Instruments = typeof instruments;
export type MetricName = keyof Instruments;
export type NamesOf<Kind extends Instrument['kind']> = {
  [Name in MetricName]: Instruments[Name]['kind'] extends Kind ? Name : never;
}[MetricName];
export type LabelsOf<Name extends MetricName> = { readonly [Label in Instruments[Name]['labels'][number]]: string };
