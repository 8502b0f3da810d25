import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bareHeaders } from '../access/headers.ts';
import { logRequest } from '../http/access-log.ts';
import { newHttpRequestId, requestIdHeader } from '../http/request-id.ts';
import { asProblem, sendProblem } from './problem.ts';

const codes: Readonly<Record<string, readonly [status: 400 | 408 | 431, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the path with its query, or the headers, are longer than is accepted'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come to its end in time'],
};

/** Options of Fastify by which requests that never reach a route are refused with problems, too. */
export const refusals = {
  /** Refuses a path that cannot be read, or that has too long a step. */
  frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    logRequest(request, reply);
    void sendProblem(
      reply.headers({ ...bareHeaders, [requestIdHeader]: request.id }),
      asProblem(error.statusCode ?? 400, `the path cannot be read: ${error.message}`),
    );
  },
  /** Refuses bytes that are not HTTP, or are too many. */
  clientErrorHandler(this: FastifyInstance, error: Error & { readonly code?: string }, socket: Socket) {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const [status, sentence] = codes[error.code ?? ''] ?? [400, `the request is not HTTP: ${error.message}`];
    const problem = asProblem(status, sentence);
    const requestId = newHttpRequestId();
    this.log.info({ requestId, status }, `${status}: ${sentence}`);
    const body = JSON.stringify({ ...problem, requestId });
    const head = [
      `HTTP/1.1 ${status} ${problem.title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      `${requestIdHeader}: ${requestId}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    closeSoon(socket);
  },
};

/**
 * The time that a client has to read the refusal: one that is cut off while it still sends may lose
 * the answer.
 */
const mostMillisecondsToRead = 1000;

/**
 * Closes a socket, whatever its other end does: the server's sockets stay half open while a client
 * goes on sending.
 */
function closeSoon(socket: Socket): void {
  socket.resume();
  setTimeout(() => socket.destroy(), mostMillisecondsToRead).unref();
}
