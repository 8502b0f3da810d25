import type { Catalog, CatalogOperation } from '@catchment/catalog';
import { Link, StatusDocument } from '@catchment/client';
import { type Endings, newRequestId, type Request, type RequestStatus, type Shelf } from '@catchment/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import { Execution, type ResolvedArea } from '../execution.ts';
import { ProblemError } from '../problem.ts';
import { statusDocument } from '../status-document.ts';
import { sendResult } from './results.ts';

export interface ProcessesOptions {
  readonly catalog: Pick<Catalog, 'operations'>;
  /** `drawn`: the bytes of a drawn area. */
  readonly submit: (id: string, request: Request, drawn?: Uint8Array) => Promise<void>;
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly resolveArea: (area: unknown) => Promise<ResolvedArea>;
  readonly shelf: Pick<Shelf, 'get'>;
  readonly endings: Pick<Endings, 'wait'>;
  readonly waitLimitSeconds: number;
}

const ProcessSummary = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.Optional(Type.String()),
  version: Type.String(),
  jobControlOptions: Type.Array(Type.String()),
  links: Type.Array(Link),
});

/** The operations as processes, and their execution. */
export const processesRoutes: FastifyPluginAsyncTypebox<ProcessesOptions> = async (app, options) => {
  const { catalog, submit, status, resolveArea, shelf, endings, waitLimitSeconds } = options;

  const schema = {
    summary: 'The operations of the catalog',
    response: { 200: Type.Object({ processes: Type.Array(ProcessSummary), links: Type.Array(Link) }) },
  };
  app.get('/api/processes', { schema }, async () => ({
    processes: [...catalog.operations.values()].map(summary),
    links: [{ href: '/api/processes', rel: 'self', type: 'application/json', title: 'This document' }],
  }));

  app.post(
    '/api/processes/:operation/execution',
    {
      schema: {
        summary: 'Asks for an operation on an area',
        description:
          'With `Prefer: wait=N` the result itself (200) if it is there within N seconds, else the status (201).',
        params: Type.Object({ operation: Type.String() }),
        headers: Type.Object({ prefer: Type.Optional(Type.String()) }),
        body: Execution,
        response: { 200: Type.Unknown(), 201: StatusDocument },
      },
    },
    async ({ params, body, headers }, reply) => {
      const { operation } = params;
      if (!catalog.operations.has(operation)) {
        const known = [...catalog.operations.keys()].join(', ');
        throw new ProblemError(
          404,
          `no operation is called ${quoted(operation)}; expected one of ${known}`,
          noSuchProcess,
        );
      }
      const { reference, drawn } = await resolveArea(body.inputs.area);
      const id = newRequestId();
      const seconds = Math.min(waitSeconds(headers.prefer), waitLimitSeconds);
      const ended = seconds > 0 ? endings.wait(id, seconds * 1000) : undefined;
      await submit(id, { operation, area: reference, coverage: 'centre' }, drawn);
      reply.header('location', `/api/jobs/${id}`);
      if (seconds > 0) reply.header('preference-applied', `wait=${seconds}`);
      return answer(reply, id, (await ended) !== undefined);
    },
  );

  async function answer(reply: FastifyReply, id: string, ended: boolean) {
    const current = await status(id);
    if (!current) throw new ProblemError(503, 'the job was removed from the queue right after it was added');
    if (ended) return sendResult(reply, current, shelf);
    return reply.code(201).send(statusDocument(current, Date.now()));
  }
};

const noSuchProcess = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process';

function summary({ name, title, description }: CatalogOperation): Static<typeof ProcessSummary> {
  const href = `/api/processes/${name}/execution`;
  return {
    id: name,
    title: title ?? name,
    ...(description !== undefined && { description }),
    version: '1.0.0',
    jobControlOptions: ['async-execute', 'dismiss'],
    links: [
      { href, rel: 'http://www.opengis.net/def/rel/ogc/1.0/execute', type: 'application/json', title: 'Execution' },
    ],
  };
}

/** The N of `Prefer: wait=N` (RFC 7240), 0 without one. */
function waitSeconds(prefer: string | undefined): number {
  return Number(/(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})/i.exec(prefer ?? '')?.[1] ?? 0);
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
