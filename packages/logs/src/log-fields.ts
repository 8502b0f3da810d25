/** A field of the log: its type in JSON, the lines that have it, and what it tells. */
export interface LogField {
  readonly type: 'number' | 'string' | 'object' | 'list of strings';
  readonly in: string;
  readonly help: string;
}

const every = 'every line';
const answered = 'a request that was answered, or whose client left';
const failed = 'a job that failed';
const troubled = `${failed}; a chore that rests`;
const attempts = 'an attempt at a job (debug)';

/** All fields of the log, of gateways and workers alike. A line has no others. */
export const logFields = {
  level: { type: 'number', in: every, help: '10 trace, 20 debug, 30 info, 40 warning, 50 error.' },
  time: { type: 'number', in: every, help: 'When it was written, in milliseconds since 1970.' },
  pid: { type: 'number', in: every, help: 'Number of the process on its machine.' },
  hostname: { type: 'string', in: every, help: 'Name of the machine, or of the container.' },
  app: { type: 'string', in: every, help: '`gateway` or `worker`. With `npm start` one process is both.' },
  msg: { type: 'string', in: every, help: 'What happened, in words.' },
  requestId: {
    type: 'string',
    in: 'whatever was done for an HTTP request',
    help: 'Id of the HTTP request, as in its header `x-request-id`; of a computation: of the request that began it. Commands and the service itself have none.',
  },
  traceId: {
    type: 'string',
    in: 'whatever is traced',
    help: 'Id of the trace, where [traces](watching.md#traces) are on.',
  },
  method: { type: 'string', in: answered, help: 'HTTP method.' },
  path: { type: 'string', in: answered, help: 'Path without its query, 500 characters at most.' },
  status: { type: 'number', in: answered, help: 'HTTP status. 499: the client left before it was answered.' },
  ms: { type: 'number', in: `${answered}; ${attempts}`, help: 'Milliseconds that it took.' },
  jobId: {
    type: 'string',
    in: 'a request that has begun a job',
    help: 'Id under which the client polls: the `jobID` of the API.',
  },
  address: { type: 'string', in: 'a wrong password, token or key', help: 'Address of the client that sent it.' },
  err: {
    type: 'object',
    in: 'an error that nobody expects',
    help: '`type`, `message` and `stack` of the error and of those that led to it, and its `code` if it has one.',
  },
  kind: {
    type: 'string',
    in: `${troubled}; ${attempts}`,
    help: 'What is done: `start`, `compute`, `count`, `finish`, `refresh`, `tally` or `chore`; `scheduled`, and `watch`, which looks for sources that were replaced.',
  },
  job: { type: 'string', in: `${troubled}; ${attempts}`, help: 'Id of the job in its queue, as Bull Board shows it.' },
  operation: { type: 'string', in: troubled, help: 'Operation of the catalog, or process.' },
  area: {
    type: 'string',
    in: troubled,
    help: '`table/id`, or `drawn/` and a hash; of several the first one, and how many more.',
  },
  cause: { type: 'string', in: troubled, help: 'Why it failed, for operators.' },
  jobIds: {
    type: 'list of strings',
    in: failed,
    help: 'Ids under which clients poll what fails with it: the `jobID`s of the API.',
  },
  outcome: {
    type: 'string',
    in: attempts,
    help: '`done`; `waits` for other jobs; `retried`; `failed`; `handed back` to another worker.',
  },
  leftOut: {
    type: 'number',
    in: 'a gap in the log',
    help: 'Number of lines that are left out, because nobody took them in time.',
  },
} as const satisfies Record<string, LogField>;
