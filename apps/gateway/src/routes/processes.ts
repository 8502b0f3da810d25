import type { Catalog } from '@catchment/catalog';
import { ProcessDescription, ProcessList } from '@catchment/client';
import type { Endings } from '@catchment/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import type { Asked } from '../asked.ts';
import { Execution } from '../execution.ts';
import { keepJsonBodies } from '../json-body.ts';
import type { BodyRoom } from '../load.ts';
import { pageLinks, pageQuery } from '../paging.ts';
import type { Placed } from '../place-areas.ts';
import { exception, ProblemError } from '../problem.ts';
import { type Description, processDescription, processSummary } from '../process-description.ts';
import type { Reader } from '../reading/reader.ts';
import { multiProcess } from '../resolve-execution.ts';
import type { Submit } from '../submit.ts';
import { whileWanted } from '../while-wanted.ts';
import { type ExecuteSources, execute, executeSchema } from './execute.ts';

export interface ProcessesOptions extends ExecuteSources {
  readonly catalog: Pick<Catalog, 'operations'>;
  /** Of every process that there is, also of those that are executed elsewhere. */
  readonly descriptions: readonly Description[];
  /** Whether a process is executed synchronously when a client does not say. */
  readonly isSync: (process: string) => boolean;
  readonly submit: Submit;
  readonly reader: Pick<Reader, 'execution'>;
  readonly place: (asked: Asked) => Promise<Placed>;
  readonly room: BodyRoom;
  readonly bodyLimitBytes: number;
  readonly endings: Pick<Endings, 'wait'>;
}

/** The processes there are, and the execution of those that are operations of the catalog. */
export const processesRoutes: FastifyPluginAsyncTypebox<ProcessesOptions> = async (app, options) => {
  const { catalog, descriptions, isSync, submit, reader, place, room, bodyLimitBytes, endings, baseOf } = options;
  const byName = new Map(descriptions.map((one) => [one.id, one]));

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
      const next = end < descriptions.length ? end : undefined;
      return {
        processes: descriptions
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
      const found = byName.get(operation);
      if (!found) throw unknown(operation, byName);
      return processDescription(found, { base: baseOf(request), sync: isSync(operation) });
    },
  );

  keepJsonBodies(app, room);
  app.post(
    '/api/processes/:operation/execution',
    {
      bodyLimit: bodyLimitBytes,
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
      if (operation !== multiProcess && !catalog.operations.has(operation)) throw unknown(operation, byName);
      const body = request.body as unknown as Uint8Array;
      const execution = { body, process: operation, base: baseOf(request) };
      const asked = await reader.execution(execution, whileWanted(reply));
      const placed = await place(asked);
      return execute(request, reply, {
        ...options,
        sync: isSync(operation),
        submit: async (id) => {
          await submit(id, placed, asked.answer);
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
