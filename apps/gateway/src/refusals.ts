import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bareHeaders } from './access/headers.ts';
import { logRequest } from './access-log.ts';
import { asProblem, sendProblem } from './problem.ts';

const codes: Readonly<Record<string, readonly [status: 400 | 408 | 431, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'the path with its query, or the headers, are longer than is accepted'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'the request did not come to its end in time'],
};

/**
 * How what never reaches a route is refused: options of Fastify, by which these are problems too.
 */
export const refusals = {
  /** A path that cannot be read, or one of whose steps is too long. */
  frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    logRequest(request, reply);
    void sendProblem(
      reply.headers(bareHeaders),
      asProblem(error.statusCode ?? 400, `the path cannot be read: ${error.message}`),
    );
  },
  /** What is not HTTP, or too much of it. */
  clientErrorHandler(this: FastifyInstance, error: Error & { readonly code?: string }, socket: Socket) {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const [status, sentence] = codes[error.code ?? ''] ?? [400, `the request is not HTTP: ${error.message}`];
    const problem = asProblem(status, sentence);
    this.log.info({ status }, `${status}: ${sentence}`);
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${status} ${problem.title}`,
      'content-type: application/problem+json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    closeSoon(socket);
  },
};

/**
 * So long a client has to read why it is refused: one that is cut off while it still sends may lose
 * the answer.
 */
const mostMillisecondsToRead = 1000;

/**
 * Closes a socket, whether its other end does so or not: the server's own sockets stay half open
 * for whoever goes on sending.
 */
function closeSoon(socket: Socket): void {
  socket.resume();
  setTimeout(() => socket.destroy(), mostMillisecondsToRead).unref();
}
