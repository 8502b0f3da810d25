import { JobListDocument, StatusDocument } from '@cellshed/client';
import type { JobListOptions, JobListPage, RequestStatus, Untaken } from '@cellshed/jobs';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import Type from 'typebox';
import { formatContent, formats } from '../answers/formats.ts';
import { varyOn } from '../http/encodings.ts';
import { isUnchanged, unchanged } from '../http/entity-tags.ts';
import type { BaseUrl } from '../http/links.ts';
import { pageLinks, pageQuery, splitLists } from '../http/paging.ts';
import { exception, ProblemError } from '../problems/problem.ts';
import { filterLists, filterQuery, jobFilter } from '../processes/job-filter.ts';
import { resultOutput } from '../processes/process-description.ts';
import { secondsToNextLook, statusDocument, statusMark } from '../processes/status-document.ts';
import { outputsOf, resultResponses, sendJson } from './results.ts';
import { resultFormat, type ShownSources, sendResults, sendShown, shownQuery } from './shown.ts';

export interface JobsOptions extends ShownSources {
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly dismiss: (id: string) => Promise<void>;
  /** Why a request's next job is not done. */
  readonly waitsFor: (status: RequestStatus) => Promise<Untaken | undefined>;
  readonly list: (options: JobListOptions) => Promise<JobListPage>;
  /** The clients that may list the jobs of all. */
  readonly listedFor: 'all' | 'operator';
  readonly baseOf: BaseUrl;
}

/**
 * Status, results and dismissal of a request, and the list of all. A job's id is a capability: a
 * client with the id may do all three. So the list is the operator's, unless he opens it to all.
 */
export const jobsRoutes: FastifyPluginAsyncTypebox<JobsOptions> = async (app, options) => {
  const { status, waitsFor, dismiss, list, listedFor, baseOf } = options;
  const params = Type.Object({ id: Type.String() });

  app.get(
    '/api/jobs',
    {
      config: listedFor === 'all' ? {} : { needs: 'admin' },
      schema: {
        operationId: 'getJobs',
        summary: 'The jobs there are, those under way first',
        querystring: Type.Object({ ...pageQuery(10), ...filterQuery }, { additionalProperties: false }),
        response: { 200: JobListDocument },
      },
      preValidation: splitLists(filterLists),
    },
    async (request) => {
      const { query } = request;
      const now = Date.now();
      const base = baseOf(request);
      const { limit, offset } = query;
      const page = await list({ limit, offset, fits: jobFilter(query, now) });
      return {
        jobs: page.requests.map((one) => statusDocument(one, { base, now })),
        links: pageLinks({ url: `${base}/api/jobs`, query, next: page.next }),
      };
    },
  );

  app.get(
    '/api/jobs/:id',
    {
      schema: {
        operationId: 'getStatus',
        summary: 'Where a job stands',
        description:
          'While the job is under way, `Retry-After` says when to ask again. With the `ETag` of the last answer in `If-None-Match`, 304 if nothing but `updated` is new.',
        params,
        response: { 200: StatusDocument, 304: unchanged },
      },
    },
    async (request, reply) => {
      const [found, now] = [await known(request.params.id), Date.now()];
      const untaken = mayWait(found, now) ? await waitsFor(found) : undefined;
      const document = statusDocument(found, { base: baseOf(request), now, waitsFor: untaken });
      const etag = `W/"${statusMark(document)}"`;
      reply.headers({ etag, 'cache-control': 'private, no-cache' });
      if (found.finishedAt === undefined) reply.header('retry-after', secondsToNextLook(now - found.createdAt));
      return isUnchanged(request, etag) ? reply.code(304).send(null) : document;
    },
  );

  app.get(
    '/api/jobs/:id/results',
    {
      schema: {
        operationId: 'getResult',
        summary: 'The results of a job, in the form that was asked for',
        params,
        querystring: shownQuery,
        response: resultResponses,
      },
    },
    async (request, reply) => {
      const found = await known(request.params.id);
      const format = resultFormat(request, found, options);
      const url = `${baseOf(request)}/api/jobs/${found.id}/results`;
      return sendResults(request, reply, { ...options, status: found, format, url });
    },
  );

  app.get(
    '/api/jobs/:id/results/:output',
    {
      schema: {
        operationId: 'getOutput',
        summary: 'One output of a job',
        params: Type.Object({ id: Type.String(), output: Type.String() }),
        querystring: shownQuery,
        response: { 200: { description: 'The output', content: formatContent } },
      },
    },
    async (request, reply) => {
      const { id, output } = request.params;
      const status = await known(id);
      const format = output === resultOutput ? resultFormat(request, status, options) : formats[0];
      const outputs = await outputsOf(status, options);
      const value = outputs.get(output);
      if (value && format.name !== 'json')
        return sendShown(request, reply, { ...options, status, format, stored: value });
      varyOn(reply, 'accept');
      if (value) return sendJson(reply, value);
      const expected = `expected one of ${[...outputs.keys()].join(', ')}`;
      throw new ProblemError(404, `job ${id} has no output ${JSON.stringify(output.slice(0, 100))}; ${expected}`);
    },
  );

  app.delete(
    '/api/jobs/:id',
    { schema: { operationId: 'dismiss', summary: 'Dismisses a job', params, response: { 200: StatusDocument } } },
    async (request) => {
      const { id } = await known(request.params.id);
      await dismiss(id);
      return statusDocument(await known(id), { base: baseOf(request), now: Date.now() });
    },
  );

  async function known(id: string): Promise<RequestStatus> {
    const found = isJobId(id) ? await status(id) : undefined;
    if (found) return found;
    const name = JSON.stringify(id.slice(0, 100));
    throw new ProblemError(404, `there is no job ${name}, or it is no longer kept`, exception('no-such-job'));
  }
};

/** The age up to which a job's status is read quickly, without the workers it waits for. */
const mostMillisecondsYoung = 1000;

/** Whether a job is looked at for the workers that it waits for. */
export function mayWait({ finishedAt, createdAt }: RequestStatus, now: number): boolean {
  return finishedAt === undefined && now - createdAt >= mostMillisecondsYoung;
}

/** Whether a text can be the id of a job. */
export function isJobId(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
