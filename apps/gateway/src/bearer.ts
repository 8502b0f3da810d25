import type { onRequestHookHandler } from 'fastify';
import { ProblemError } from './problem.ts';
import { sameSecret } from './secret.ts';

/** Lets only those through who send the operator's token; without one, nobody. */
export function bearer(token: string | undefined): onRequestHookHandler {
  return async (request, reply) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (given !== undefined && token !== undefined && sameSecret(given, token)) return;
    reply.header('www-authenticate', 'Bearer realm="Catchment"');
    const expected = 'expected Authorization: Bearer and the ADMIN_TOKEN of this gateway';
    throw new ProblemError(401, given === undefined ? `there is no token; ${expected}` : `wrong token; ${expected}`);
  };
}
