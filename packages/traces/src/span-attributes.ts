/** An attribute of spans: the spans that have it, and what it tells. */
export interface SpanAttribute {
  readonly in: string;
  readonly help: string;
}

const request = 'HTTP requests';
const job = 'attempts at jobs';
const added = 'jobs that are added';
const store = 'calls of stores';

/** All attributes of spans. A span has no others. */
export const spanAttributes = {
  'http.request.method': { in: request, help: 'The method.' },
  'http.route': { in: request, help: 'The route, such as `/api/jobs/:jobId`. A path that is none has no route.' },
  'http.response.status_code': { in: request, help: 'The status. 499: the client left before it was answered.' },
  'catchment.request_id': { in: `${request}, ${job}`, help: 'The id of the HTTP request, as in the log.' },
  'catchment.job_id': { in: request, help: 'The `jobID` of the job that the request has begun.' },
  'bullmq.queue.name': { in: `${added}, ${job}`, help: 'The queue.' },
  'bullmq.job.name': { in: `${added}, ${job}`, help: 'The kind of job.' },
  'bullmq.job.id': { in: `${added}, ${job}`, help: 'The id of the job in its queue.' },
  'bullmq.job.bulk.count': { in: added, help: 'The number of jobs that are added together.' },
  'catchment.operation': { in: job, help: 'The operation of the catalog, or the process.' },
  'catchment.outcome': {
    in: job,
    help: '`done`; `waits` for other jobs; `retried`; `failed`; `handed back` to another worker.',
  },
  'catchment.store': { in: store, help: 'The kind of store: `redis`, `file`, `s3`, …' },
  'catchment.store.call': { in: store, help: '`get`, `head`, `set`, `delete` or `fence`.' },
  'catchment.store.bytes': { in: store, help: 'The bytes of the values that were read, or written.' },
} as const satisfies Record<string, SpanAttribute>;
