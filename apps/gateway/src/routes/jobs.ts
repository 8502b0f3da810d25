import { StatusDocument } from '@catchment/client';
import type { RequestStatus, Shelf } from '@catchment/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { ProblemError } from '../problem.ts';
import { statusDocument } from '../status-document.ts';
import { sendResult } from './results.ts';

export interface JobsOptions {
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly dismiss: (id: string) => Promise<void>;
  readonly shelf: Pick<Shelf, 'get'>;
}

/** Status, results and dismissal of a request. A job's id is a capability: whoever knows it may do all three. */
export const jobsRoutes: FastifyPluginAsyncTypebox<JobsOptions> = async (app, { status, dismiss, shelf }) => {
  const params = Type.Object({ id: Type.String() });

  app.get(
    '/api/jobs/:id',
    { schema: { summary: 'Where a job stands', params, response: { 200: StatusDocument } } },
    async (request) => statusDocument(await known(request.params.id), Date.now()),
  );

  app.get(
    '/api/jobs/:id/results',
    { schema: { summary: 'The result document of a job', params, response: { 200: Type.Unknown() } } },
    async (request, reply) => sendResult(reply, await known(request.params.id), shelf),
  );

  app.delete(
    '/api/jobs/:id',
    { schema: { summary: 'Dismisses a job', params, response: { 200: StatusDocument } } },
    async (request) => {
      const { id } = await known(request.params.id);
      await dismiss(id);
      return statusDocument(await known(id), Date.now());
    },
  );

  async function known(id: string): Promise<RequestStatus> {
    const found = uuid.test(id) ? await status(id) : undefined;
    if (!found)
      throw new ProblemError(
        404,
        `there is no job ${JSON.stringify(id.slice(0, 100))}, or it is no longer kept`,
        noSuchJob,
      );
    return found;
  }
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const noSuchJob = 'http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job';
