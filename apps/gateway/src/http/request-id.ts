import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isRequestId } from '@cellshed/contracts';
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The job that a request has begun, by the id that its client polls. */
    jobId?: string;
  }
}

export const requestIdHeader = 'x-request-id';

/**
 * The id of a request: the one that the client, or a proxy, has sent if it has the form of one,
 * else a new one.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers[requestIdHeader];
  return isRequestId(sent) ? sent : newHttpRequestId();
}

export function newHttpRequestId(): string {
  return randomUUID();
}

/** Tells with every answer the id under which the log has its request. */
export function tellRequestIds(app: FastifyInstance): void {
  app.decorateRequest('jobId');
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(requestIdHeader, request.id);
    done();
  });
}
