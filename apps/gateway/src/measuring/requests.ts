import type { Metrics } from '@cellshed/metrics';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { statusOf } from '../http/access-log.ts';
import { connectionsOf } from '../http/listening.ts';
import { whenClosed } from '../http/when-closed.ts';

export interface MeasuringOptions {
  readonly metrics: Metrics;
  readonly isOperation: (name: string) => boolean;
}

/**
 * Measures each HTTP request, by its route and its operation, unless a client has made them up.
 * Call this before routes are added.
 */
export function measureRequests(app: FastifyInstance, { metrics, isOperation }: MeasuringOptions): void {
  let underWay = 0;
  app.addHook('onRequest', (request, reply, done) => {
    underWay += 1;
    whenClosed(reply.raw, () => {
      underWay -= 1;
      measure(request, reply, { metrics, isOperation });
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

function measure(request: FastifyRequest, reply: FastifyReply, { metrics, isOperation }: MeasuringOptions): void {
  const { add, record } = metrics;
  const { url: route = noOperation, config } = request.routeOptions;
  const status = statusOf(reply);
  const labels = { method: request.method, route: request.is404 ? noOperation : route, status: String(status) };
  record('catchment_http_request_seconds', labels, reply.elapsedTime / 1000);
  // An accepted request has a place, and is counted when its job ends.
  const wasAccepted = reply.getHeader('location') !== undefined;
  if (config.begins && status >= 400 && status !== 499 && !wasAccepted) {
    const { operation = noOperation } = request.params as { readonly operation?: string };
    const known = isOperation(operation) ? operation : noOperation;
    add('catchment_requests_total', { operation: known, outcome: 'refused' });
  }
}
