import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StoreError } from '@cellshed/cache';
import { seldom, unavailability } from '@cellshed/jobs';
import { publicMessageOf } from '@cellshed/telling';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import { ProblemError, type ProblemStatus, titles } from './problem-error.ts';
import { publicProblemOf } from './public-problem.ts';
import { bodySentence, validationSentence } from './refusal-sentences.ts';

export { exception, ProblemError, refused } from './problem-error.ts';

/** The body of every answer that is no success (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    /** One sentence: the path, the value there, and what was expected. */
    detail: Type.String(),
    /** The id of the request, under which the log has it; the header `x-request-id` has it, too. */
    requestId: Type.String(),
  },
  { $id: 'Problem' },
);
/** A problem, whichever request has it. */
export type Problem = Omit<Static<typeof Problem>, 'requestId'>;

const retryAfterSeconds = 5;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Sends a problem of this route; default: `sendProblem`. */
    readonly sendProblem?: typeof sendProblem;
  }
}

/**
 * Answers every error with a Problem: faults of the client with a sentence, an absent Redis with
 * 503, all others with 500, which is logged.
 */
export function answerProblems(app: FastifyInstance): void {
  // Under load hundreds of requests are refused in a second.
  const warn = seldom(({ message }) => app.log.warn(message));
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const { bodyLimit, config } = request.routeOptions;
    const problem = problemOf(error, { bodyLimit, request: request.id });
    if (problem.status === 413 || problem.status === 503) await drain(request.raw);
    const seconds = error instanceof ProblemError ? error.retryAfterSeconds : undefined;
    if (problem.status >= 500) logProblem(error, problem, { error: (one) => request.log.error(one), warn });
    if (problem.status === 503) reply.header('retry-after', retryAfterSeconds);
    else if (seconds !== undefined) reply.header('retry-after', seconds);
    return (config.sendProblem ?? sendProblem)(reply, problem);
  });
}

/**
 * Logs a problem. An error that a route throws on purpose has no stack worth reading, and the
 * worker has logged a job that failed.
 */
function logProblem(
  error: Error,
  { status, detail }: Problem,
  log: Record<'error' | 'warn', (error: Error) => void>,
): void {
  if (!(error instanceof ProblemError)) log.error(error);
  else if (status === 503) log.warn(error.cause instanceof Error ? error.cause : new Error(detail));
}

/**
 * Sends a problem. A client that accepts JSON but no problems gets plain JSON, as the standard's
 * own schemas have it.
 */
export function sendProblem(reply: FastifyReply, problem: Problem) {
  const { accept = '*/*' } = reply.request.headers;
  const plain = accept.includes(json) && !/problem\+json|\*/.test(accept);
  // Those of an answer that could not be made after all.
  if (reply.hasHeader('etag')) for (const name of ['etag', 'cache-control']) reply.removeHeader(name);
  for (const name of ['content-encoding', 'content-disposition']) reply.removeHeader(name);
  return reply
    .code(problem.status)
    .type(plain ? json : problemJson)
    .send(JSON.stringify({ ...problem, requestId: reply.request.id }));
}

/**
 * Adds the possible problems to the description of every route. Call this before routes are added.
 */
export function describeProblems(app: FastifyInstance): void {
  app.addSchema(Problem);
  app.addHook('onRoute', (route) => {
    const { schema } = route;
    if (!schema || schema.hide) return;
    const statuses: ProblemStatus[] = [
      400,
      ...(schema.security ? ([401, 403, 429] as const) : []),
      ...(schema.params ? ([404, 410, 414] as const) : []),
      // A job may also be dismissed while a client waits for it.
      ...(schema.body ? ([410, 413, 415, 429] as const) : []),
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

/**
 * Lets a client finish what it sends, for a while: a client that is cut off while it writes never
 * reads the answer.
 */
async function drain(body: Readable): Promise<void> {
  if (body.readableEnded) return;
  body.resume();
  await finished(body, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}

interface Failing {
  readonly bodyLimit: number | undefined;
  /** The id of the request in the log. */
  readonly request: string;
}

/**
 * Makes the problem of an error. Clients receive only the `publicMessage` of an unexpected error:
 * the rest may name paths, hosts and users.
 */
function problemOf(error: FastifyError, { bodyLimit, request }: Failing): Problem {
  const known = publicProblemOf(error);
  if (known) return asProblem(known.status, known.detail, known.type);
  if (error.validation) return asProblem(400, validationSentence(error));
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return asProblem(413, `the body is larger than ${bodyLimit} bytes, the most that is accepted`);
  }
  const status = error.statusCode ?? 500;
  if (status < 500 && isFrameworks(error)) return asProblem(status, bodySentence(error));
  const message = publicMessageOf(error);
  const unavailable = error instanceof StoreError ? message : unavailability(error);
  if (unavailable !== undefined) return asProblem(503, unavailable);
  return asProblem(
    500,
    message ?? `something went wrong here: the log of the gateway tells what, under requestId ${request}`,
  );
}

/** A problem with the title of its status. */
export function asProblem(status: number, detail: string, type = 'about:blank'): Problem {
  return { type, title: titles[status as ProblemStatus] ?? 'Error', status, detail };
}

/**
 * Whether the framework refused the request. The status of any other error says nothing about it.
 */
function isFrameworks(error: FastifyError): boolean {
  return error instanceof SyntaxError || /^FST_/.test(error.code ?? '');
}
