import { sameSecret } from '@cellshed/api-keys';
import type { Queues } from '@cellshed/jobs';
import basicAuth from '@fastify/basic-auth';
import type { FastifyPluginAsync } from 'fastify';
import type { Attempts } from '../access/attempts.ts';
import { protectPages } from '../access/headers.ts';
import { refuseOtherSites } from '../access/same-origin.ts';
import { openBoard, withoutFonts } from '../admin/board.ts';
import { ProblemError } from '../problems/problem.ts';

export interface AdminOptions {
  readonly queues: Pick<Queues, 'all'>;
  readonly user: string;
  /** Undefined: the admin pages are switched off. */
  readonly password: string | undefined;
  /** The password of the user that may only look. Undefined: there is none. */
  readonly viewerPassword: string | undefined;
  /** The URL at which clients reach the gateway, if it is set. */
  readonly publicUrl: string | undefined;
  readonly attempts: Pick<Attempts, 'attempt'>;
}

/** The user that may only look. */
const viewer = 'viewer';

const path = '/admin/queues';

/**
 * Bull Board at `/admin/queues`, behind basic authentication: for the operator, and for a viewer.
 * Throws a sentence if both have one name.
 */
export const adminRoutes: FastifyPluginAsync<AdminOptions> = async (app, options) => {
  const { queues, user, password, viewerPassword, publicUrl, attempts } = options;
  if (password === undefined) {
    app.get('/admin/*', { schema: { hide: true } }, async () => {
      throw new ProblemError(404, 'the admin pages are switched off: set ADMIN_PASSWORD to switch them on');
    });
    return;
  }
  if (viewerPassword !== undefined && user === viewer) {
    throw new Error(`ADMIN_USER is ${viewer}, expected another name: VIEWER_PASSWORD is for that user`);
  }
  await app.register(basicAuth, {
    authenticate: { realm: 'Catchment' },
    validate: (givenUser, givenPassword, request, reply) => {
      // All are always compared, so that the time tells nothing.
      const fits = (name: string, secret: string) =>
        [sameSecret(givenUser, name), sameSecret(givenPassword, secret)].every(Boolean);
      const isViewer = () => viewerPassword !== undefined && fits(viewer, viewerPassword);
      const isRight = () => [fits(user, password), isViewer()].some(Boolean);
      return attempts.attempt({ request, reply, wrong: 'wrong user or password', isRight });
    },
  });
  app.addHook('onRequest', protectPages);
  app.addHook('onRequest', app.basicAuth);
  app.addHook('onRequest', refuseOtherSites(publicUrl));
  app.addHook('onSend', async (_request, reply, payload) =>
    typeof payload === 'string' && /html/.test(String(reply.getHeader('content-type')))
      ? withoutFonts(payload)
      : payload,
  );
  const base = publicUrl === undefined ? '/' : `${publicUrl.replace(/\/+$/, '')}/`;
  const board = openBoard({ queues, path, base, isViewer: (headers) => userOf(headers.authorization) === viewer });
  await app.register(board.registerPlugin(), { prefix: path });
};

/** The user that a request names, whose password has been found right. */
function userOf(authorization: string | undefined): string {
  const [, encoded = ''] = /^basic +(\S+)/i.exec(authorization ?? '') ?? [];
  return Buffer.from(encoded, 'base64').toString().split(':')[0] as string;
}
