import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Nginx's number for a client that left before it was answered. */
const clientLeft = 499;

/** A longer path is cut: whoever sends it has no use for the log. */
const mostCharacters = 500;

/** Writes one line for each request. Before any route. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => logRequest(request, reply));
}

/**
 * Writes one line when the request is answered, or its client has left: method, path, status and
 * milliseconds. Neither query nor headers nor bodies are in it, as they may have secrets.
 */
export function logRequest({ method, url, log }: FastifyRequest, reply: FastifyReply): void {
  const path = (url.split('?')[0] as string).slice(0, mostCharacters);
  // Not the framework's hook for what was sent: it is not called for clients that left.
  reply.raw.once('close', () => {
    const status = reply.raw.writableFinished ? reply.raw.statusCode : clientLeft;
    const ms = Math.round(10 * reply.elapsedTime) / 10;
    log.info({ method, path, status, ms }, `${method} ${path} ${status} ${ms} ms`);
  });
}
