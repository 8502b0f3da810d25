import type { RequestStatus, Shelf } from '@catchment/jobs';
import type { FastifyReply } from 'fastify';
import { ProblemError } from '../problem.ts';

/**
 * Sends a request's result document as it lies on the shelf, or throws the Problem that says why there is none: 400 for what
 * the asker caused, 500 for what failed here, 404 while it is not ready, 410 when it was dismissed.
 */
export async function sendResult(reply: FastifyReply, status: RequestStatus, shelf: Pick<Shelf, 'get'>) {
  const { id, state, problem = 'the job failed', refused, result, cache } = status;
  if (state === 'failed') throw new ProblemError(refused ? 400 : 500, problem);
  if (state === 'dismissed') throw new ProblemError(410, `job ${id} was dismissed`);
  if (state !== 'successful' || result === undefined) {
    throw new ProblemError(404, `job ${id} is ${state}: its results are not ready`, notReady);
  }
  const document = await shelf.get(result);
  if (!document) throw new ProblemError(410, `the results of job ${id} are no longer kept`);
  return reply.code(200).type('application/json').header('catchment-cache', cache).send(document);
}

const notReady = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready';
