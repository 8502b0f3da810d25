import type { Echoes } from '@catchment/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { answerForm } from '../answer-form.ts';
import { EchoExecution, echoOutputs } from '../echo.ts';
import { type ExecuteSources, execute, executeSchema } from './execute.ts';

export interface EchoRouteOptions extends ExecuteSources {
  readonly echoes: Pick<Echoes, 'submit' | 'wait'>;
}

/** The execution of the echo process, for trying the API. */
export const echoRoutes: FastifyPluginAsyncTypebox<EchoRouteOptions> = async (app, { echoes, ...sources }) => {
  app.post(
    '/api/processes/echo/execution',
    {
      schema: { operationId: 'executeEcho', summary: 'Gives back its inputs', body: EchoExecution, ...executeSchema },
    },
    async (request, reply) => {
      const { inputs, ...form } = request.body;
      const { pause = 0, ...values } = inputs;
      const input = { operation: 'echo' as const, inputs: values, answer: answerForm(form, echoOutputs) };
      return execute(request, reply, {
        ...sources,
        sync: true,
        submit: (id) => echoes.submit(id, input, pause * 1000),
        wait: echoes.wait,
      });
    },
  );
};
