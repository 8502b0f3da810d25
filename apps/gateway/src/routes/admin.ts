import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { sameSecret } from '@cellshed/api-keys';
import type { Queues } from '@cellshed/jobs';
import basicAuth from '@fastify/basic-auth';
import type { FastifyPluginAsync } from 'fastify';
import type { Attempts } from '../access/attempts.ts';
import { protectPages } from '../access/headers.ts';
import { refuseOtherSites } from '../access/same-origin.ts';
import { ProblemError } from '../problems/problem.ts';

export interface AdminOptions {
  readonly queues: Pick<Queues, 'all'>;
  readonly user: string;
  /** Undefined: the admin pages are switched off. */
  readonly password: string | undefined;
  /** The URL at which clients reach the gateway, if it is set. */
  readonly publicUrl: string | undefined;
  readonly attempts: Pick<Attempts, 'attempt'>;
}

/** Bull Board at `/admin/queues`, behind basic authentication. */
export const adminRoutes: FastifyPluginAsync<AdminOptions> = async (
  app,
  { queues, user, password, publicUrl, attempts },
) => {
  if (password === undefined) {
    app.get('/admin/*', { schema: { hide: true } }, async () => {
      throw new ProblemError(404, 'the admin pages are switched off: set ADMIN_PASSWORD to switch them on');
    });
    return;
  }
  await app.register(basicAuth, {
    authenticate: { realm: 'Catchment' },
    validate: (givenUser, givenPassword, request, reply) => {
      // Both are always compared, so that the time tells nothing.
      const isRight = () => [sameSecret(givenUser, user), sameSecret(givenPassword, password)].every(Boolean);
      return attempts.attempt({ request, reply, wrong: 'wrong user or password', isRight });
    },
  });
  const adapter = new FastifyAdapter();
  createBullBoard({
    queues: queues.all.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
  });
  adapter.setBasePath('/admin/queues');
  app.addHook('onRequest', protectPages);
  app.addHook('onRequest', app.basicAuth);
  app.addHook('onRequest', refuseOtherSites(publicUrl));
  await app.register(adapter.registerPlugin(), { prefix: '/admin/queues' });
};
