import type { FastifyInstance } from 'fastify';

/**
 * Warns once when a proxy forwards requests and no setting says that it is trusted. All its clients
 * have one address then, so one client that guesses passwords slows down all. Call this before
 * routes are added.
 */
export function warnOfUntrustedProxy(app: FastifyInstance): void {
  let hasWarned = false;
  app.addHook('onRequest', (request, _reply, done) => {
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined) {
      hasWarned = true;
      const { ip, log } = request;
      log.warn(`requests come through a proxy at ${ip}, whose clients count as one address: name it in TRUST_PROXY`);
    }
    done();
  });
}
