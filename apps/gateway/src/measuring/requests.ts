import type { Metrics } from '@cellshed/metrics';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { statusOf } from '../http/access-log.ts';
import { connectionsOf } from '../http/listening.ts';

/**
 * Measures each HTTP request, by its route: a path that a client has made up is none. Call this
 * before routes are added.
 */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  let underWay = 0;
  app.addHook('onRequest', (request, reply, done) => {
    underWay += 1;
    reply.raw.once('close', () => {
      underWay -= 1;
      measure(request, reply, metrics);
    });
    done();
  });
  const ends = [
    metrics.observe('catchment_http_requests_under_way', () => [[{}, underWay]]),
    metrics.observe('catchment_http_connections', () => [[{}, connectionsOf(app.server)]]),
  ];
  app.addHook('onClose', async () => {
    for (const end of ends) end();
  });
}

/** The name under which requests stand that name no operation of the catalog. */
const noOperation = 'none';

function measure(request: FastifyRequest, reply: FastifyReply, { add, record }: Metrics): void {
  const { url: route = noOperation, config } = request.routeOptions;
  const status = statusOf(reply);
  const labels = { method: request.method, route: request.is404 ? noOperation : route, status: String(status) };
  record('catchment_http_request_seconds', labels, reply.elapsedTime / 1000);
  // What was accepted has a place, and is counted when its job ends.
  const wasAccepted = reply.getHeader('location') !== undefined;
  if (config.begins && status >= 400 && status !== 499 && !wasAccepted) {
    const { operation = noOperation } = request.params as { readonly operation?: string };
    add('catchment_requests_total', { operation: status === 404 ? noOperation : operation, outcome: 'refused' });
  }
}
