import type { Queues } from '@cellshed/jobs';
import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import type { ClientOf } from './client.ts';

export interface RateOptions {
  readonly queues: Pick<Queues, 'redis' | 'key'>;
  readonly clientOf: ClientOf;
}

/** Options of a route that executes something. */
export interface RateOfRoute {
  readonly rateLimit?: RateLimitOptions;
}

/** The client that may do everything has no limit. */
const nobody = '';

/**
 * Limits how often a client may execute something, by `rateOf` in the options of a route. All
 * gateways count together. Call this before routes are added.
 */
export async function limitRates(app: FastifyInstance, { queues, clientOf }: RateOptions): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    redis: queues.redis,
    nameSpace: `${queues.key('rate')}:`,
    timeWindow: 60_000,
    keyGenerator: (request) => clientOf(request) ?? nobody,
    allowList: (_request, client) => client === nobody,
    // Without Redis nothing is executed anyway, and its absence has a sentence of its own.
    skipOnError: true,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new ProblemError(
        429,
        `this client has asked ${max.toLocaleString('en')} times within a minute, as often as it may: ask again later`,
        'about:blank',
        { retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)) },
      ),
  });
}

/** The options of a route whose clients may ask so often in a minute; 0: there is no limit. */
export function rateOf(mostPerMinute: number): RateOfRoute {
  return mostPerMinute === 0 ? {} : { rateLimit: { max: mostPerMinute } };
}

/** Counts an execution of a client. Throws a ProblemError (429) if it was one too many. */
export type CountExecution = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Counts the executions of each client, by whatever route it asks for them, of which it may ask so
 * often in a minute; 0: there is no limit. Call this after `limitRates`.
 */
export function executionCounter(app: FastifyInstance, mostPerMinute: number): CountExecution {
  if (mostPerMinute === 0) return async () => undefined;
  const limit = app.rateLimit({ max: mostPerMinute }) as unknown as CountExecution;
  return async (request, reply) => limit.call(app, request, reply);
}
