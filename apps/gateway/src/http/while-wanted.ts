import type { FastifyReply } from 'fastify';
import { ProblemError } from '../problems/problem-error.ts';
import { whenClosed } from './when-closed.ts';

const signals = new WeakMap<FastifyReply, AbortSignal>();

/** The one signal of an answer. It is aborted when the client leaves before its answer. */
export function whileWanted(reply: FastifyReply): AbortSignal {
  const known = signals.get(reply);
  if (known) return known;
  const controller = new AbortController();
  const leave = () => {
    if (!reply.raw.writableFinished) controller.abort(new ProblemError(400, 'the client has gone'));
  };
  if (reply.raw.closed) leave();
  else whenClosed(reply.raw, leave);
  signals.set(reply, controller.signal);
  return controller.signal;
}
