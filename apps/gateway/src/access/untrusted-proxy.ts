import type { FastifyInstance } from 'fastify';

/**
 * Warns once when a proxy forwards requests and nobody said that it is trusted: all its clients are
 * one address, so one of them who guesses passwords slows down all. Before any route.
 */
export function warnOfUntrustedProxy(app: FastifyInstance): void {
  let isTold = false;
  app.addHook('onRequest', async ({ headers, ip, log }) => {
    if (isTold || headers['x-forwarded-for'] === undefined) return;
    isTold = true;
    log.warn(`requests come through a proxy at ${ip}, whose clients count as one address: name it in TRUST_PROXY`);
  });
}
