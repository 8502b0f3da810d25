import type { Catalog } from '@cellshed/catalog';
import { ProcessDescription, ProcessList } from '@cellshed/client';
import type { Endings } from '@cellshed/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Admission } from '../access/admission.ts';
import type { ClientOf } from '../access/client.ts';
import type { CountExecution } from '../access/request-rates.ts';
import { keepJsonBodies } from '../http/json-body.ts';
import type { BodyRoom } from '../http/load.ts';
import { pageLinks, pageQuery } from '../http/paging.ts';
import { whileWanted } from '../http/while-wanted.ts';
import { exception, ProblemError } from '../problems/problem.ts';
import type { Asked } from '../processes/asked.ts';
import { type ExecuteSources, execute, executeSchema } from '../processes/execute.ts';
import { Execution } from '../processes/execution.ts';
import type { Placed } from '../processes/find-areas.ts';
import { multiProcess } from '../processes/multi-process.ts';
import { type Description, processDescription, processSummary } from '../processes/process-description.ts';
import type { Submit } from '../processes/submit.ts';
import type { Reader } from '../reading/reader.ts';

export interface ProcessesOptions extends ExecuteSources {
  readonly catalog: Pick<Catalog, 'operations'>;
  /** The descriptions of all processes, by their names, also of those with a route of their own. */
  readonly descriptions: ReadonlyMap<string, Description>;
  /** Whether a process is executed synchronously when a client states no preference. */
  readonly isSync: (process: string) => boolean;
  readonly submit: Submit;
  readonly refuseEarly: Admission['refuseEarly'];
  readonly clientOf: ClientOf;
  readonly reader: Pick<Reader, 'execution' | 'shown'>;
  readonly place: (asked: Asked) => Promise<Placed>;
  readonly room: BodyRoom;
  readonly bodyLimitBytes: number;
  readonly countExecution: CountExecution;
  readonly endings: Pick<Endings, 'wait'>;
}

/** The list of processes, and the execution of those that are operations of the catalog. */
export const processesRoutes: FastifyPluginAsyncTypebox<ProcessesOptions> = async (app, options) => {
  const { catalog, descriptions, isSync, submit, reader, place, room, bodyLimitBytes, endings, baseOf } = options;
  const { clientOf, countExecution, refuseEarly } = options;

  app.get(
    '/api/processes',
    {
      schema: {
        operationId: 'getProcesses',
        summary: 'What can be executed',
        querystring: Type.Object(pageQuery(100), { additionalProperties: false }),
        response: { 200: ProcessList },
      },
    },
    async (request) => {
      const { query } = request;
      const base = baseOf(request);
      const end = query.offset + query.limit;
      const next = end < descriptions.size ? end : undefined;
      return {
        processes: [...descriptions.values()]
          .slice(query.offset, end)
          .map((one) => processSummary(one, { base, sync: isSync(one.id) })),
        links: pageLinks({ url: `${base}/api/processes`, query, next }),
      };
    },
  );

  app.get(
    '/api/processes/:operation',
    {
      schema: {
        operationId: 'getProcessDescription',
        summary: 'A process, with what goes in and what comes out',
        params: Type.Object({ operation: Type.String() }),
        response: { 200: ProcessDescription },
      },
    },
    async (request) => {
      const { operation } = request.params;
      const found = descriptions.get(operation);
      if (!found) throw unknown(operation, descriptions);
      return processDescription(found, { base: baseOf(request), sync: isSync(operation) });
    },
  );

  keepJsonBodies(app, room);
  app.post(
    '/api/processes/:operation/execution',
    {
      bodyLimit: bodyLimitBytes,
      config: { begins: true },
      onRequest: [(request) => refuseEarly(clientOf(request), 'api'), countExecution],
      schema: {
        operationId: 'execute',
        summary: 'Asks for an operation on an area',
        params: Type.Object({ operation: Type.String() }),
        body: Execution,
        ...executeSchema,
      },
    },
    async (request, reply) => {
      const { operation } = request.params;
      if (operation !== multiProcess && !catalog.operations.has(operation)) throw unknown(operation, descriptions);
      const body = request.body as unknown as Uint8Array;
      const execution = { body, process: operation, base: baseOf(request) };
      const asked = await reader.execution(execution, whileWanted(reply));
      const placed = await place(asked);
      return execute(request, reply, {
        ...options,
        ...{ operation, answer: asked.answer },
        sync: isSync(operation),
        submit: async (id) => {
          await submit(id, placed, {
            answer: asked.answer,
            client: clientOf(request),
            door: 'api',
            requestId: request.id,
          });
          room.free(request);
        },
        wait: endings.wait,
      });
    },
  );
};

function unknown(operation: string, known: ReadonlyMap<string, unknown>): ProblemError {
  const name = JSON.stringify(operation.slice(0, 100));
  const expected = [...known.keys()].join(', ');
  return new ProblemError(
    404,
    `no operation is called ${name}; expected one of ${expected}`,
    exception('no-such-process'),
  );
}
