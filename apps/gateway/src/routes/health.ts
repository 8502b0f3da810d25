import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { ProblemError } from '../problems/problem.ts';

export interface HealthOptions {
  /** A sentence when requests cannot be taken now. */
  readonly queueProblem: () => Promise<string | undefined>;
}

/** `/healthz`: the process lives. `/readyz`: requests can be taken. */
export const healthRoutes: FastifyPluginAsyncTypebox<HealthOptions> = async (app, { queueProblem }) => {
  const response = { 200: Type.Object({ status: Type.Literal('ok') }) };
  const config = { always: true, needs: 'nothing' } as const;
  app.get('/healthz', { config, schema: { summary: 'The process lives', response } }, async () => ({
    status: 'ok' as const,
  }));
  app.get('/readyz', { config, schema: { summary: 'Requests can be taken', response } }, async () => {
    const problem = await queueProblem();
    if (problem) throw new ProblemError(503, problem);
    return { status: 'ok' as const };
  });
};
