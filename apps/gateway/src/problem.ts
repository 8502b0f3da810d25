import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { UnreachableTableError } from '@catchment/areas';
import { StoreError } from '@catchment/cache';
import { unavailability } from '@catchment/jobs';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';

/** What a client gets for everything that is not an answer (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    /** One sentence: the member, its value, what was expected. */
    detail: Type.String(),
  },
  { $id: 'Problem' },
);
export type Problem = Static<typeof Problem>;

const titles = {
  400: 'Bad request',
  401: 'Credentials needed',
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
  constructor(status: ProblemStatus, detail: string, type = 'about:blank') {
    super(detail);
    this.status = status;
    this.statusCode = status;
    this.type = type;
  }
}

/** The type of a problem that OGC API – Processes has a name for. */
export function exception(name: 'no-such-process' | 'no-such-job' | 'result-not-ready'): string {
  return `http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/${name}`;
}

const retryAfterSeconds = 5;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How the route sends what is not an answer; default: `sendProblem`. */
    readonly sendProblem?: typeof sendProblem;
  }
}

/** Makes every error a Problem: what the asker caused by its sentence, what Redis caused a 503, the rest a logged 500. */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler(async (error: FastifyError | ProblemError, request, reply) => {
    const { bodyLimit, config } = request.routeOptions;
    const problem = problemOf(error, bodyLimit);
    if (problem.status === 413) await drain(request.raw);
    if (problem.status >= 500) logProblem(request, error, problem);
    if (problem.status === 503) reply.header('retry-after', retryAfterSeconds);
    return (config.sendProblem ?? sendProblem)(reply, problem);
  });
}

/** What a route says on purpose has no stack worth reading; of a job that failed, the worker has told. */
function logProblem({ log }: FastifyRequest, error: Error, { status, detail }: Problem): void {
  if (!(error instanceof ProblemError)) log.error(error);
  else if (status === 503) log.warn(detail);
}

/** Sends a problem; as plain JSON to who accepts that and knows nothing of problems, as the standard's own schemas have it. */
export function sendProblem(reply: FastifyReply, problem: Problem) {
  const { accept = '*/*' } = reply.request.headers;
  const plain = accept.includes(json) && !/problem\+json|\*/.test(accept);
  return reply
    .code(problem.status)
    .type(plain ? json : problemJson)
    .send(JSON.stringify(problem));
}

/** Adds to the description of every route the problems with which it may answer. Before any route. */
export function describeProblems(app: FastifyInstance): void {
  app.addSchema(Problem);
  app.addHook('onRoute', (route) => {
    const { schema } = route;
    if (!schema || schema.hide) return;
    const statuses: ProblemStatus[] = [
      400,
      ...(schema.security ? ([401, 429] as const) : []),
      ...(schema.params ? ([404, 410, 414] as const) : []),
      // Also while its job is waited for, that may be dismissed.
      ...(schema.body ? ([410, 413, 415] as const) : []),
      ...([431, 500, 503] as const),
    ];
    const problems = statuses.map((status) => [status, described(titles[status])]);
    route.schema = { ...schema, response: { ...Object.fromEntries(problems), ...(schema.response as object) } };
  });
}

function described(description: string) {
  const schema = { $ref: 'Problem#' };
  return { description, content: { [problemJson]: { schema }, [json]: { schema } } };
}

const json = 'application/json';
const problemJson = 'application/problem+json';

/** Lets a client end what it is sending, for a while: who is cut off while writing never reads the answer. */
async function drain(body: Readable): Promise<void> {
  body.resume();
  await finished(body, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}

function problemOf(error: FastifyError | ProblemError, bodyLimit: number | undefined): Problem {
  if (error instanceof ProblemError) return asProblem(error.status, error.message, error.type);
  if (error.validation) return asProblem(400, validationSentence(error));
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return asProblem(413, `the body is larger than ${bodyLimit} bytes, the most that is accepted`);
  }
  const status = error.statusCode ?? 500;
  if (status < 500) return asProblem(status, bodySentence(error));
  // Where a database is and who reads it is for the log alone.
  if (error instanceof UnreachableTableError) return asProblem(503, 'the database of an area table cannot be reached');
  const unavailable = unavailability(error) ?? (error instanceof StoreError ? error.message : undefined);
  return unavailable ? asProblem(503, unavailable) : asProblem(500, 'something went wrong here; it has been logged');
}

/** A problem whose title goes with its status. */
export function asProblem(status: number, detail: string, type = 'about:blank'): Problem {
  return { type, title: titles[status as ProblemStatus] ?? 'Error', status, detail };
}

function bodySentence(error: FastifyError): string {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return `${error.message}, expected application/json`;
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return `the body is not JSON: ${error.message}`;
  }
  return error.message;
}

/** `mode: is not known here`, `limit: is "x", expected integer` and the like. */
function validationSentence({ validation, validationContext }: FastifyError): string {
  const first = telling(validation as readonly unknown[] as readonly Verbose[]);
  if (!first) return 'the request is not as expected';
  const { keyword, params, data, schema, parentSchema, message = 'is not as expected' } = first;
  const path = first.instancePath.slice(1).replaceAll('/', '.');
  const at = (member: string) => [path, member].filter(Boolean).join('.');
  if (keyword === 'additionalProperties') return `${at(String(params.additionalProperty))}: is not known here`;
  if (keyword === 'required') return `${at(String(params.missingProperty))}: is missing`;
  const where = path || (validationContext === 'querystring' ? 'the query' : 'the body');
  if (keyword === 'const') return `${where}: expected ${JSON.stringify(params.allowedValue)}`;
  const shown = typeof data === 'number' ? String(data) : JSON.stringify(data)?.slice(0, 100);
  const is = `${where}: is ${shown}`;
  if (keyword === 'enum') return `${is}, expected one of ${(params.allowedValues as unknown[]).join(', ')}`;
  if (keyword === 'anyOf')
    return `${is}, expected ${(schema as { type: string }[]).map(({ type }) => type).join(' or ')}`;
  if (keyword === 'pattern' && parentSchema.description) return `${is}, expected ${parentSchema.description}`;
  const [, expected] = /^must be (.*)$/.exec(message) ?? [];
  if (expected === undefined) return `${where}: ${message}`;
  return `${is}, expected ${expected.replace('<=', 'at most').replace('>=', 'at least')}`;
}

/** What ajv says of an error when it is told to be verbose. */
interface Verbose {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly data?: unknown;
  readonly schema: unknown;
  readonly parentSchema: { readonly description?: string };
}

/** Of a union, which comes last: what is wrong with the alternative that was meant, if its type tells which. */
function telling(errors: readonly Verbose[]): Verbose | undefined {
  const last = errors.at(-1);
  if (last?.keyword !== 'anyOf') return last;
  const isMeant = ({ keyword, instancePath }: Verbose) => keyword !== 'type' || instancePath !== last.instancePath;
  return telling(errors.slice(0, -1).filter(isMeant)) ?? last;
}
