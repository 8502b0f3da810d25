import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { StoreError } from '@catchment/cache';
import { unavailability } from '@catchment/jobs';
import { publicMessageOf } from '@catchment/telling';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { ProblemError, type ProblemStatus, titles } from './problem-error.ts';
import { refusalOf } from './refusal-of.ts';
import { bodySentence, validationSentence } from './refusal-sentences.ts';

export { exception, ProblemError, type ProblemStatus } from './problem-error.ts';

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

const retryAfterSeconds = 5;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How the route sends what is not an answer; default: `sendProblem`. */
    readonly sendProblem?: typeof sendProblem;
  }
}

/**
 * Makes every error a Problem: what the asker caused by its sentence, what Redis caused a 503, the
 * rest a logged 500.
 */
export function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    const { bodyLimit, config } = request.routeOptions;
    const problem = problemOf(error, { bodyLimit, request: request.id });
    if (problem.status === 413 || problem.status === 503) await drain(request.raw);
    if (problem.status >= 500) logProblem(request, error, problem);
    if (problem.status === 503) reply.header('retry-after', retryAfterSeconds);
    return (config.sendProblem ?? sendProblem)(reply, problem);
  });
}

/**
 * What a route says on purpose has no stack worth reading; of a job that failed, the worker has
 * told.
 */
function logProblem({ log }: FastifyRequest, error: Error, { status, detail }: Problem): void {
  if (!(error instanceof ProblemError)) log.error(error);
  else if (status === 503) log.warn(error.cause instanceof Error ? error.cause.message : detail);
}

/**
 * Sends a problem; as plain JSON to who accepts that and knows nothing of problems, as the
 * standard's own schemas have it.
 */
export function sendProblem(reply: FastifyReply, problem: Problem) {
  const { accept = '*/*' } = reply.request.headers;
  const plain = accept.includes(json) && !/problem\+json|\*/.test(accept);
  return reply
    .code(problem.status)
    .type(plain ? json : problemJson)
    .send(JSON.stringify(problem));
}

/**
 * Adds to the description of every route the problems with which it may answer. Before any route.
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

/**
 * Lets a client end what it is sending, for a while: who is cut off while writing never reads the
 * answer.
 */
async function drain(body: Readable): Promise<void> {
  if (body.readableEnded) return;
  body.resume();
  await finished(body, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
}

interface Failing {
  readonly bodyLimit: number | undefined;
  /** The id under which the log has it. */
  readonly request: string;
}

/**
 * Of an error that is no answer by itself, clients hear its `publicMessage` alone: all else may
 * name paths, hosts and users.
 */
function problemOf(error: FastifyError, { bodyLimit, request }: Failing): Problem {
  const refusal = refusalOf(error);
  if (refusal) return asProblem(refusal.status, refusal.detail, refusal.type);
  if (error.validation) return asProblem(400, validationSentence(error));
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return asProblem(413, `the body is larger than ${bodyLimit} bytes, the most that is accepted`);
  }
  const status = error.statusCode ?? 500;
  if (status < 500 && isFrameworks(error)) return asProblem(status, bodySentence(error));
  const told = publicMessageOf(error);
  const unavailable = error instanceof StoreError ? told : unavailability(error);
  if (unavailable !== undefined) return asProblem(503, unavailable);
  return asProblem(
    500,
    told ?? `something went wrong here: the log of the gateway tells what, under request ${request}`,
  );
}

/** A problem whose title goes with its status. */
export function asProblem(status: number, detail: string, type = 'about:blank'): Problem {
  return { type, title: titles[status as ProblemStatus] ?? 'Error', status, detail };
}

/** What the framework says of a request. Any other error with a status is of who knows what. */
function isFrameworks(error: FastifyError): boolean {
  return error instanceof SyntaxError || /^FST_/.test(error.code ?? '');
}
