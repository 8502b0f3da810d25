import './request-id.ts';
import { context } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { whenClosed } from './when-closed.ts';

/** Nginx's status for a client that left before it was answered. */
const clientLeft = 499;

/** The longest path in the log: a client that sends a longer one does not need the log. */
const mostCharacters = 500;

/** Writes one line for each request. Call this before routes are added. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
}

/**
 * Writes one line when the request is answered, or its client has left: method, path, status,
 * milliseconds, and the job that it has begun. Query, headers and bodies are left out, since they
 * may have secrets.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { method, url, log } = request;
  const path = (url.split('?')[0] as string).slice(0, mostCharacters);
  // The framework's hook for answers is not called for clients that left.
  // A line has the id of the trace of its request.
  const logAnswer = context.bind(context.active(), () => {
    const status = statusOf(reply);
    const ms = Math.round(10 * reply.elapsedTime) / 10;
    const { jobId } = request;
    log.info({ method, path, status, ms, ...(jobId && { jobId }) }, `${method} ${path} ${status} ${ms} ms`);
  });
  whenClosed(reply.raw, logAnswer);
}

/** The status of an answer that is over. */
export function statusOf({ raw }: Pick<FastifyReply, 'raw'>): number {
  return raw.writableFinished ? raw.statusCode : clientLeft;
}
