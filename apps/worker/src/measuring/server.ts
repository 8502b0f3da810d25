import { sameSecret } from '@cellshed/api-keys';
import { isFromThisMachine, type Metrics } from '@cellshed/metrics';
import Fastify from 'fastify';

export interface MetricsServerOptions {
  readonly metrics: Pick<Metrics, 'text'>;
  readonly host: string;
  readonly port: number;
  /** The token of readers on other machines, or behind a proxy. Undefined: there are none. */
  readonly token: string | undefined;
}

/**
 * Serves `/metrics`, and `/healthz` while the process lives. Throws a sentence when the port is
 * taken.
 */
export async function serveMetrics({ metrics, host, port, token }: MetricsServerOptions) {
  const app = Fastify();
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/metrics', async (request, reply) => {
    const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const isRight = token !== undefined && given !== undefined && sameSecret(given, token);
    if (!isRight && !isFromThisMachine(request.raw)) {
      reply.header('www-authenticate', 'Bearer realm="Catchment"');
      return reply.code(401).send({ detail: 'expected Authorization: Bearer, with METRICS_TOKEN' });
    }
    return reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.text());
  });
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'the port is in use' : message;
    throw new Error(`the worker cannot serve metrics on ${host}:${port} (METRICS_HOST, METRICS_PORT): ${reason}`, {
      cause,
    });
  }
  const { port: own } = app.addresses()[0] as { readonly port: number };
  return { port: own, close: () => app.close() };
}
