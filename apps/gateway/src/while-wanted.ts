import type { FastifyReply } from 'fastify';
import { ProblemError } from './problem-error.ts';

/** Is aborted when the client has gone: for work that may take long. */
export function whileWanted(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => controller.abort(new ProblemError(400, 'the client has gone')));
  return controller.signal;
}
