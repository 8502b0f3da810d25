import { type Refusal, refusalText } from '@cellshed/contracts';

/** The statuses of problems, and their titles. */
export const titles = {
  400: 'Bad request',
  401: 'Credentials needed',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Request timeout',
  409: 'Conflict',
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

interface ProblemOptions extends ErrorOptions {
  readonly retryAfterSeconds?: number;
}

/** An error that a route throws to answer with a problem. */
export class ProblemError extends Error {
  readonly status: ProblemStatus;
  /** The status under the name that the framework and its plugins use. */
  readonly statusCode: ProblemStatus;
  readonly type: string;
  /** The seconds after which the same may be asked again. */
  readonly retryAfterSeconds: number | undefined;
  constructor(status: ProblemStatus, detail: string, type = 'about:blank', options: ProblemOptions = {}) {
    super(detail, options);
    this.status = status;
    this.statusCode = status;
    this.type = type;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * The problem of a refusal: a 400 with `path: problem`. `within` is the path around the refusal's
 * own.
 */
export function refused({ path = '', problem }: Refusal, within = ''): ProblemError {
  const whole = [within, path].filter(Boolean).join('.');
  return new ProblemError(400, refusalText({ path: whole, problem }));
}

/** The type of a problem for which OGC API – Processes has a name. */
export function exception(name: 'no-such-process' | 'no-such-job' | 'result-not-ready'): string {
  return `http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/${name}`;
}
