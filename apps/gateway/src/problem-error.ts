/** The statuses of problems, and their titles. */
export const titles = {
  400: 'Bad request',
  401: 'Credentials needed',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request timeout',
  410: 'Gone',
  413: 'Body too large',
  414: 'Path too long',
  415: 'Unsupported media type',
  429: 'Too many requests',
  431: 'Headers too large',
  500: 'Internal error',
  503: 'Service unavailable',
} as const;

export type ProblemStatus = keyof typeof titles;

/** Thrown by a route: becomes the response. */
export class ProblemError extends Error {
  readonly status: ProblemStatus;
  /** As the framework and its plugins have it. */
  readonly statusCode: ProblemStatus;
  readonly type: string;
  constructor(status: ProblemStatus, detail: string, type = 'about:blank', options?: ErrorOptions) {
    super(detail, options);
    this.status = status;
    this.statusCode = status;
    this.type = type;
  }
}

/** The type of a problem that OGC API – Processes has a name for. */
export function exception(name: 'no-such-process' | 'no-such-job' | 'result-not-ready'): string {
  return `http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/${name}`;
}
