import type { FastifyReply } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';

/** A signal that is aborted when the client leaves before its answer. */
export function whileWanted(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort(new ProblemError(400, 'the client has gone'));
  });
  return controller.signal;
}
