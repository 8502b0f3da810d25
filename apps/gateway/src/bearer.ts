import type { onRequestHookHandler } from 'fastify';
import type { Attempts } from './access/attempts.ts';
import { ProblemError } from './problem.ts';
import { sameSecret } from './secret.ts';

/** Lets only those through who send the operator's token; without one, nobody. */
export function bearer(token: string | undefined, { attempt }: Pick<Attempts, 'attempt'>): onRequestHookHandler {
  return async (request, reply) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    reply.header('www-authenticate', 'Bearer realm="Catchment"');
    const expected = 'expected Authorization: Bearer and the ADMIN_TOKEN of this gateway';
    if (given === undefined) throw new ProblemError(401, `there is no token; ${expected}`);
    const isRight = () => token !== undefined && sameSecret(given, token);
    await attempt({ request, reply, wrong: `wrong token; ${expected}`, isRight });
    reply.removeHeader('www-authenticate');
  };
}
