import { type Queues, type Shelved, unpacked } from '@cellshed/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { answerForm } from '../processes/answer-form.ts';
import { type ExecuteSources, execute, executeSchema } from '../processes/execute.ts';
import type { Outputs, Processes } from '../processes/processes.ts';
import { EchoExecution, echoDescription, echoOutputs } from './description.ts';
import { type EchoJobsOptions, openEchoJobs } from './echo-jobs.ts';

export interface EchoOptions extends ExecuteSources, EchoJobsOptions {
  readonly shelf: ExecuteSources['shelf'] & EchoJobsOptions['shelf'];
  readonly queues: Queues;
  readonly processes: Pick<Processes, 'add'>;
}

/**
 * The echo process, for test suites that try the HTTP API: the result of a request is its inputs.
 * Jobs, worker and route belong to this plugin alone; closing the application closes them.
 */
export const echo: FastifyPluginAsyncTypebox<EchoOptions> = async (app, { queues, processes, ...sources }) => {
  const jobs = await openEchoJobs(queues, sources);
  app.addHook('onClose', jobs.close);
  processes.add({ description: echoDescription, requests: jobs.queue, outputsOf });
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
        ...{ operation: input.operation, answer: input.answer },
        sync: true,
        submit: (id) => jobs.submit(id, input, pause * 1000),
        wait: jobs.wait,
      });
    },
  );
};

/** Takes one output for each member of a result. */
async function outputsOf(result: Shelved): Promise<Outputs> {
  const text = Buffer.from(await unpacked(result)).toString();
  const values = Object.entries(JSON.parse(text) as Record<string, unknown>);
  return new Map(values.map(([id, value]) => [id, { bytes: Buffer.from(JSON.stringify(value)), encoding: undefined }]));
}
