import { sameSecret } from '@cellshed/api-keys';
import { isFromThisMachine } from '@cellshed/metrics';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { type Guard, givenBy } from '../access/guard.ts';

export interface MetricsOptions {
  /** All metrics in the text format of Prometheus. */
  readonly metricsText: () => Promise<string>;
  /** The token of readers on other machines, who may also send a key of scope admin. */
  readonly token: string | undefined;
  readonly guard: Guard;
}

/** `/metrics`: for this machine, and for whoever has the token. */
export const metricsRoutes: FastifyPluginAsync<MetricsOptions> = async (app, { metricsText, token, guard }) => {
  const admit = guard('admin');
  const isAdmitted = (request: FastifyRequest) => {
    const given = givenBy(request);
    if (given === undefined) return isFromThisMachine(request.raw);
    return token !== undefined && sameSecret(given, token);
  };
  app.get(
    '/metrics',
    {
      config: { always: true, needs: 'nothing' },
      schema: { hide: true },
      onRequest: async function admitted(request, reply) {
        if (!isAdmitted(request)) await admit.call(this, request, reply);
      },
    },
    async (_request, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metricsText()),
  );
};
